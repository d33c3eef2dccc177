"""What a folder of prepared records says about itself. Read without Arrow, for a fingerprint must not wait for it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from figgen.runs.errors import DataError
from figgen.runs.files import read_json, write_json

FILE = "manifest.json"
FORMAT = 2  # of the shards; older ones are prepared again


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Written last: a folder without one is unfinished."""

    fingerprint: str  # changes with the records, the reader, the detector and their parameters
    plan: str  # what it was made of and how, as far as one sees that without looking at a picture
    origin: str  # where the original files lay: for people, not part of the fingerprint
    reader: dict[str, Any]
    detector: str
    val_fraction: float  # of the training records that became the validation split; 0 where the original has one
    counts: dict[str, int]  # records per split
    num_bad: int
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        write_json(folder / FILE, asdict(self))

    @classmethod
    def find(cls, folder: Path) -> Manifest | None:
        """The manifest of a folder; None where it is not finished, or of another format."""
        values = read_json(folder / FILE)
        return cls(**values) if values.get("format") == FORMAT else None

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a finished folder; DataError where there is none or of another format."""
        if (found := cls.find(folder)) is None:
            raise DataError(f"{folder} holds no data prepared by this version: run figgen.prepare again.")
        return found

    @staticmethod
    def exists(folder: Path) -> bool:
        return (folder / FILE).is_file()


def detector_name(detector: object | None) -> str:
    """What finds the words: a detector's class and settings, or the dataset's own annotation."""
    return "annotation" if detector is None else repr(detector)


def engine_of(detector: object | None) -> str:
    """The release of the engine that a detector works with, or of its weights; nothing where it has none."""
    return str(getattr(detector, "engine", ""))


def digest(value: Any) -> str:
    """Sixteen hexadecimal digits that stand for a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
