"""Numbers as papers report them: families of curves over [0, 1], all values of a figure within [0, 1]."""

from __future__ import annotations

import numpy as np

LOW, HIGH = 0.06, 0.94  # what the values of a figure fill
DENSE = np.linspace(0.01, 0.99, 90)


def sparse(rng: np.random.Generator) -> np.ndarray:
    """Places (n,) of a few measurements."""
    return np.linspace(0.05, 0.95, int(rng.integers(5, 11)))


def family(rng: np.random.Generator, number: int, t: np.ndarray, noise: float = 0.0) -> np.ndarray:
    """`number` curves of one kind at the places t (n,), values (number, n) in [LOW, HIGH]."""
    kind = KINDS[rng.integers(len(KINDS))]
    curves = np.stack([kind(rng, t) for _ in range(number)])
    return fitted(curves + noise * np.ptp(curves) * rng.normal(size=curves.shape))


def straight(rng: np.random.Generator, number: int, t: np.ndarray, noise: float = 0.0) -> np.ndarray:
    """As family, but lines: what power laws are between logarithmic axes."""
    sign = rng.choice([-1, 1])
    lines = np.stack([sign * rng.uniform(0.4, 1.2) * t + rng.uniform(0, 0.5) for _ in range(number)])
    return fitted(lines + noise * rng.normal(size=lines.shape))


def fitted(values: np.ndarray) -> np.ndarray:
    """Values moved and stretched to fill [LOW, HIGH]."""
    low, span = values.min(), np.ptp(values)
    return LOW + (HIGH - LOW) * (values - low) / max(float(span), 1e-9)


def _rising(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    return rng.uniform(0.6, 1.0) * (1 - np.exp(-rng.uniform(2, 9) * t)) + rng.uniform(0, 0.2)


def _falling(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    return rng.uniform(0.7, 1.0) * np.exp(-rng.uniform(2, 7) * t) + rng.uniform(0, 0.25)


def _sigmoid(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-rng.uniform(8, 22) * (t - rng.uniform(0.25, 0.75))))


def _peaks(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """A spectrum: a few lines on a slope."""
    places = rng.uniform(0.08, 0.92, (int(rng.integers(2, 5)), 1))
    width = rng.uniform(0.008, 0.04)
    lines = rng.uniform(0.25, 1, places.shape) / (1 + ((t - places) / width) ** 2)
    return lines.sum(0) + rng.uniform(-0.15, 0.15) * t


def _bump(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    return rng.uniform(0.6, 1) * np.exp(-(((t - rng.uniform(0.3, 0.7)) / rng.uniform(0.1, 0.3)) ** 2))


def _ringing(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    return np.sin(rng.uniform(12, 30) * t + rng.uniform(0, 6)) * np.exp(-rng.uniform(0, 4) * t)


def _walk(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    return np.cumsum(rng.normal(rng.uniform(-0.2, 0.2), 1, t.size)) / np.sqrt(t.size)


def _bowl(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    return rng.uniform(1, 4) * (t - rng.uniform(0.3, 0.7)) ** 2 + rng.uniform(0, 0.3)


def _steps(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """The share of a sample that lies below t."""
    sample = rng.beta(rng.uniform(1, 4), rng.uniform(1, 4), 30)
    return (sample[:, None] <= t).mean(0)


KINDS = (_rising, _rising, _falling, _falling, _sigmoid, _peaks, _bump, _ringing, _walk, _bowl, _steps)
