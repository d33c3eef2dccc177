"""Stretches of time as people say them."""

from __future__ import annotations


def span(seconds: float) -> str:
    """41 s, 12 min, 3.5 h, 2.1 days."""
    for unit, most, length, digits in (("s", 100, 1, 0), ("min", 100, 60, 0), ("h", 72, 3600, 1)):
        if seconds < most * length:
            return f"{seconds / length:.{digits}f} {unit}"
    return f"{seconds / 86400:.1f} days"
