"""The one record type that flows out of every reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from figgen.ocr.boxes import TextBox

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Record:
    """One picture with its caption and its words, still in the picture's own bytes and pixels."""

    key: str  # unique within the dataset
    split: str  # one of SPLITS
    image: bytes  # an encoded picture: PNG, JPEG, ...
    caption: str
    boxes: tuple[TextBox, ...] = ()  # in pixels of the picture as decoding.decode gives it
    extras: dict[str, Any] = field(default_factory=dict)  # what the original format keeps beside these; JSON only


@dataclass(frozen=True)
class BadSample:
    """A sample that cannot be used: listed with its reason, never dropped in silence."""

    key: str
    reason: str


class Reader(Protocol):
    """One dataset in its original format on disk."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that the original has; a missing val is carved out of train."""

    @property
    def identity(self) -> dict[str, Any]:
        """Name, version and options: whatever changes the records changes this. JSON only."""

    def count(self, folder: Path) -> int:
        """How many samples `read` will yield, good or bad."""

    def read(self, folder: Path) -> Iterator[Record | BadSample]:
        """Every sample below `folder`; DataError where the folder as a whole is not in the format."""
