"""Weights from outside are part of who a run is: other weights under an old name make another run."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

KEYS = ("source", "weights", "craft")  # those that may name a file or a folder of weights


def digests(config: Any) -> list[str]:
    """What lies in every file and folder that the plain config names; names on a hub have nothing here."""
    if not isinstance(config, dict):
        return []
    named = [Path(config[key]).expanduser() for key in KEYS if isinstance(config.get(key), str)]
    places = [place / (config.get("subfolder") or "") for place in named]
    own = [contents(place) for place in places if place.exists()]
    return own + [digest for key in sorted(config) for digest in digests(config[key])]


def contents(place: Path) -> str:
    """A digest of the file, or of the files directly in the folder, by name."""
    files = sorted(p for p in place.iterdir() if p.is_file()) if place.is_dir() else [place]
    parts = [(path.name, _digest(path, path.stat().st_size, path.stat().st_mtime_ns)) for path in files]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def _digest(path: Path, size: int, changed: int) -> str:
    """Of one file; read again only where its size or its time of change is another."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
