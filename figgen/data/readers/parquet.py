"""Parquet files as the Hugging Face hub names them, found whole and read one row group at a time.

data/<split>-<number>-of-<total>-<hash>.parquet     the hash may be missing
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figgen.runs.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

PART = re.compile(r"(?P<split>.+)-(?P<number>\d{5})-of-(?P<total>\d{5})(-[0-9a-z]+)?\.parquet")


@dataclass(frozen=True)
class Row:
    """Where one row lies."""

    path: Path
    group: int  # row group of the file
    index: int  # row of the group


def parts_of(folder: Path, split: str) -> list[Path]:
    """The files of a split in their order, in `folder`/data or in `folder`; DataError where one is missing."""
    places = (folder / "data", folder)
    for place in places:
        parts = sorted(path for path in place.glob(f"{split}-*.parquet") if PART.fullmatch(path.name))
        if parts:
            return _complete(parts, split)
    raise DataError(
        f"There is no {split}-00000-of-00001-....parquet in {places[0]} or {places[1]}: each split lies in such files."
    )


def _complete(parts: list[Path], split: str) -> list[Path]:
    """The same parts; DataError where some are missing, or one is there twice."""
    matches = [match for path in parts if (match := PART.fullmatch(path.name))]
    numbers, totals = [int(match["number"]) for match in matches], {int(match["total"]) for match in matches}
    if len(totals) > 1 or len(set(numbers)) < len(numbers):
        names = ", ".join(path.name for path in parts)
        raise DataError(f"{parts[0].parent} holds several downloads of {split} ({names}): keep one of them.")
    missing = sorted(set(range(max(totals))) - set(numbers))
    if missing:
        raise DataError(
            f"{parts[0].parent} holds {len(parts)} of the {max(totals)} files of {split}; number {missing[0]:05d} is "
            "missing: download it again."
        )
    return parts


def open_part(path: Path) -> ParquetFile:
    """DataError where the file is torn."""
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(path)
    except (ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path} is no whole parquet file ({reason}): download it again.") from error


def column_of(part: ParquetFile, name: str, path: Path) -> list[Any]:
    """One column of an open part; DataError where the file is torn."""
    from pyarrow import ArrowException

    try:
        return part.read(columns=[name]).column(name).to_pylist()
    except (ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"the column {name} of {path} is torn ({reason}): download the file again.") from error


def rows_of(part: ParquetFile, path: Path) -> Iterator[Row]:
    """Every row of an open part."""
    for group in range(part.num_row_groups):
        yield from (Row(path, group, index) for index in range(part.metadata.row_group(group).num_rows))


def group_of(row: Row) -> pa.Table:
    """The row group that a row lies in; the one read last is kept, so that rows in their order are cheap."""
    return _group(row.path, row.group, row.path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _group(path: Path, number: int, changed: int) -> pa.Table:
    from pyarrow import ArrowException

    with open_part(path) as part:
        try:
            return part.read_row_group(number)
        except (ArrowException, OSError) as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"row group {number} of {path.name} is torn ({reason}): download it again") from error
