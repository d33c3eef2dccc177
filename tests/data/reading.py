"""Reads a dataset's samples as a preparation does."""

from __future__ import annotations

from pathlib import Path

from figgen.data.record import BadSample, Item, Reader, Record
from figgen.runs.errors import DataError


def samples_of(reader: Reader, folder: Path) -> list[Record | BadSample]:
    """Every sample, a bad one with its reason."""
    return [item if isinstance(item, BadSample) else _recorded(reader, folder, item) for item in reader.items(folder)]


def records_of(reader: Reader, folder: Path) -> list[Record]:
    """The records alone; DataError where one is bad."""
    return [reader.record(folder, item) for item in reader.items(folder) if isinstance(item, Item)]


def _recorded(reader: Reader, folder: Path, item: Item) -> Record | BadSample:
    try:
        return reader.record(folder, item)
    except DataError as error:
        return BadSample(item.key, str(error))
