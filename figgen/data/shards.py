"""Records at rest: Arrow IPC files that are mapped into memory, a few per split."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from figgen.data.record import Record
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import DataError
from figgen.runs.files import whole_file

ROWS_PER_PART, BYTES_PER_PART = 4096, 256 * 2**20
WORDS = [
    ("quads", pa.list_(pa.float32())),  # 8 numbers a word: x, y of its corners, clockwise from the text's top left
    ("texts", pa.list_(pa.string())),
    ("confidences", pa.list_(pa.float32())),
]
SCHEMA = pa.schema(
    [("key", pa.string()), ("image", pa.large_binary()), ("caption", pa.string()), *WORDS, ("extras", pa.string())]
)


class ShardWriter:
    """Takes records one by one; a part of a split is written, whole, as soon as it is full."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: dict[str, list[Record]] = {}
        self.counts: dict[str, int] = {}
        self.parts: dict[str, int] = {}

    def add(self, record: Record) -> None:
        waiting = self.open.setdefault(record.split, [])
        waiting.append(record)
        self.counts[record.split] = self.counts.get(record.split, 0) + 1
        if len(waiting) >= ROWS_PER_PART or sum(len(row.image) for row in waiting[-64:]) * 64 > BYTES_PER_PART * 64:
            self._flush(record.split)

    def close(self) -> None:
        for split in list(self.open):
            self._flush(split)

    def _flush(self, split: str) -> None:
        records = self.open.pop(split)
        part = self.parts[split] = self.parts.get(split, -1) + 1
        write_table(self.folder / f"{split}-{part:05d}.arrow", pa.Table.from_pylist(map(_row, records), SCHEMA))
