"""The one record type, and what a dataset is to figgen: a reader that gives records, and a miniature to read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from figgen.data.workers import Progress
from figgen.ocr.boxes import TextBox

SPLITS = ("train", "val", "test")
Option = TypeVar("Option")


@dataclass(frozen=True)
class Record:
    """One picture with its caption and its words, still in the picture's own bytes and pixels."""

    key: str  # unique within the dataset
    split: str  # one of SPLITS
    image: bytes  # an encoded picture: PNG, JPEG, ...
    caption: str
    boxes: tuple[TextBox, ...] = ()  # in pixels of the picture as decoding.decode gives it
    extras: dict[str, Any] = field(default_factory=dict, kw_only=True)  # what the original has beside these; JSON only


@dataclass(frozen=True)
class BadSample:
    """A sample that cannot be used: listed with its reason, never dropped in silence."""

    key: str
    reason: str


@dataclass(frozen=True)
class Item:
    """Where one sample lies, before its picture is read."""

    key: str  # unique within the dataset
    split: str  # one of SPLITS
    where: Any  # the reader's own: a path, a row number, an entry of a list


class Reader(Protocol):
    """One dataset in its original format on disk; a dataclass of its options."""

    name: ClassVar[str]
    version: ClassVar[int] = 1  # change it whenever the same files give other records

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that the original has; a missing val is carved out of train."""

    @property
    def identity(self) -> dict[str, Any]:
        """Name, version and options: whatever changes the records changes this. JSON only."""
        return {"reader": self.name, "version": self.version, **vars(self)}

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Every sample below `folder`, always in the same order, without reading a picture.

        DataError where the folder as a whole is not in the format. Of two items with one key the first is used.
        """

    def record(self, folder: Path, item: Item) -> Record:
        """One sample with its key and split; DataError where it is bad. Items are asked for in their order."""


class Miniature(Protocol):
    """A drawn sample of a dataset in its original format on disk."""

    @property
    def fingerprint(self) -> str:
        """What would be drawn, known without drawing."""

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw into `folder`, which appears only when all is there."""


def in_characters(text: str) -> str:
    """The text with U+FFFD for each half of a character: JSON and names of files can hold one, UTF-8 cannot."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def share_of(key: str) -> float:
    """A number in [0, 1) that is spread evenly over keys and is always the same for the same key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64


def picked(options: Sequence[Option], key: str) -> Option:
    """One of them, always the same one for the same key."""
    return options[int(share_of(key) * len(options))]
