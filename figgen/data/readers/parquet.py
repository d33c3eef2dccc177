"""Parquet files as the Hugging Face hub names them, found whole and read one row group at a time.

data/<split>-<number>-of-<total>-<hash>.parquet     the hash may be missing
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from figgen.runs.errors import DataError

PART = re.compile(r".+-(?P<number>\d{5})-of-(?P<total>\d{5})(-[0-9a-z]+)?\.parquet")


@dataclass(frozen=True)
class Row:
    """Where one row lies."""

    path: Path
    group: int  # row group of the file
    index: int  # row of the group

    def read(self) -> dict[str, Any]:
        """Its columns. The row group read last is kept, so that rows in their order are cheap."""
        return _group(self.path, self.group, self.path.stat().st_mtime_ns).slice(self.index, 1).to_pylist()[0]


def parts_of(folder: Path, split: str) -> list[Path]:
    """The files of a split in their order, in `folder`/data or in `folder`; DataError where one is missing."""
    places = (folder / "data", folder)
    for place in places:
        parts = sorted(path for path in place.glob(f"{split}-*.parquet") if PART.fullmatch(path.name))
        if parts:
            _check_complete(parts, split)
            return parts
    raise DataError(
        f"There is no {split}-00000-of-00001-....parquet in {places[0]} or {places[1]}: each split lies in such files."
    )


def _check_complete(parts: list[Path], split: str) -> None:
    """DataError where some parts are missing, or one is there twice."""
    matches = [match for path in parts if (match := PART.fullmatch(path.name))]
    numbers, totals = {int(match["number"]) for match in matches}, {int(match["total"]) for match in matches}
    if len(totals) > 1 or len(numbers) < len(parts):
        names = ", ".join(path.name for path in parts)
        raise DataError(f"{parts[0].parent} holds several downloads of {split} ({names}): keep one of them.")
    if missing := sorted(set(range(max(totals))) - numbers):
        raise DataError(
            f"{parts[0].parent} holds {len(parts)} of the {max(totals)} files of {split}; number {missing[0]:05d} is "
            "missing: download it again."
        )


def types_of(path: Path) -> dict[str, str]:
    """The columns of a file and the names of their types."""
    with _opened(path) as part:
        return {field.name: str(field.type) for field in part.schema_arrow}


def named_rows(path: Path, column: str) -> list[tuple[str | None, Row]]:
    """Every row of a file with what it has in the one column."""
    with _opened(path) as part:
        with _torn_said(f"the column {column} of {path} is torn"):
            names = part.read(columns=[column]).column(column).to_pylist()
        sizes = [part.metadata.row_group(group).num_rows for group in range(part.num_row_groups)]
        rows = (Row(path, group, index) for group, size in enumerate(sizes) for index in range(size))
        return list(zip(names, rows, strict=True))


@lru_cache(maxsize=1)
def _group(path: Path, number: int, changed: int) -> pa.Table:
    with _opened(path) as part, _torn_said(f"row group {number} of {path.name} is torn"):
        return part.read_row_group(number)


def _opened(path: Path) -> ParquetFile:
    with _torn_said(f"{path} is no whole parquet file"):
        return ParquetFile(path)


@contextmanager
def _torn_said(what: str) -> Iterator[None]:
    """DataError for what Arrow raises on torn files."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{what} ({str(error).splitlines()[0]}): download it again.") from error
