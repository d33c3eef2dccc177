"""Every sample is looked at once before it is kept: can it be drawn, is it new, and which split is it of?"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from figgen.data.decoding import decode
from figgen.data.record import SPLITS, BadSample, Record
from figgen.runs.errors import DataError
from figgen.runs.files import write_text

BAD_SAMPLES = "bad_samples.csv"


@dataclass
class Screen:
    """Lets good records through and keeps the bad ones with their reasons.

    val_fraction: of the training records, chosen by their keys alone, that become the validation split.
    """

    val_fraction: float
    seen: int = 0
    bad: list[BadSample] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def good(self, samples: Iterable[Record | BadSample]) -> Iterator[tuple[Record, np.ndarray]]:
        """=> records in their final splits, each with its decoded picture, uint8 (H, W, 3)."""
        for sample in samples:
            self.seen += 1
            if isinstance(sample, BadSample):
                self.bad.append(sample)
                continue
            try:
                yield self._in_split(sample), self._checked(sample)
            except DataError as error:
                self.bad.append(BadSample(sample.key, str(error)))

    def _checked(self, record: Record) -> np.ndarray:
        """The decoded picture of a record that breaks no rule."""
        if record.key in self.keys:
            raise DataError("the key occurs twice")
        if record.split not in SPLITS:
            raise DataError(f"the split {record.split!r} is none of {', '.join(SPLITS)}")
        pixels = decode(record.image)
        self.keys.add(record.key)
        return pixels

    def _in_split(self, record: Record) -> Record:
        carved = record.split == "train" and share_of(record.key) < self.val_fraction
        return replace(record, split="val") if carved else record

    def refuse_above(self, most: float, listed_in: Path) -> None:
        """DataError where more than the share `most` of the samples is bad, or where none is good."""
        share = len(self.bad) / max(self.seen, 1)
        if self.keys and share <= most:
            return
        first = f" First: {self.bad[0].key}: {self.bad[0].reason}." if self.bad else ""
        raise DataError(
            f"{len(self.bad)} of {self.seen} samples are bad ({share:.1%}), and dataset.max_bad_fraction allows "
            f"{most:.1%}.{first} All of them are listed in {listed_in}."
        )

    def write_list(self, path: Path) -> None:
        """The bad samples as a CSV file: key, reason."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([("key", "reason"), *((bad.key, bad.reason) for bad in self.bad)])
        write_text(path, text.getvalue())


def share_of(key: str) -> float:
    """A number in [0, 1) that is spread evenly over keys and is always the same for the same key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
