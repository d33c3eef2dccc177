"""Who a run is: the digest of what its results depend on, weights from outside included, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

OUTSIDE = ("source", "weights", "craft")  # keys that may name a file or a folder of weights


def signature(*parts: Any) -> str:
    """Eight hexadecimal digits of JSON values; what lies in files and folders of weights that they name counts, too."""
    text = json.dumps([*parts, *(digest for part in parts for digest in outside(part))], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def outside(config: Any) -> list[str]:
    """Digests of every file and folder that the plain config names; names on a hub have nothing here."""
    if not isinstance(config, dict):
        return []
    named = [Path(config[key]).expanduser() for key in OUTSIDE if isinstance(config.get(key), str)]
    places = [place / (config.get("subfolder") or "") for place in named]
    own = [contents(place) for place in places if place.exists()]
    return own + [digest for key in sorted(config) for digest in outside(config[key])]


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


def plain(node: Any) -> Any:
    """Resolved plain containers of a config node; other values as they are."""
    return OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node


def flatten(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested dicts => {"a.b.c": leaf}; lists are leaves."""
    if not isinstance(value, dict):
        return {prefix: value}
    return {k: v for key, item in value.items() for k, v in flatten(item, f"{prefix}.{key}" if prefix else key).items()}
