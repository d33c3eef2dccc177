"""The lists that lie beside pictures, as CSV or JSON, in a folder or in a zip."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from figgen.data.preparing.archives import Files
from figgen.runs.errors import DataError


def rows_of(files: Files, name: str, columns: Sequence[str]) -> Iterator[list[str]]:
    """Each row's cells in the order of `columns`, "" where it is too short; DataError where a column is missing."""
    rows = csv.reader(io.StringIO(_text_of(files, name), newline=""))
    try:
        header = [cell.strip() for cell in next(rows, [])]
        if missing := [column for column in columns if column not in header]:
            raise DataError(
                f"{name} has no column {', '.join(missing)}: expected {', '.join(columns)}; "
                f"found {', '.join(header) or 'nothing'}."
            )
        places = [header.index(column) for column in columns]
        for row in rows:
            if row:
                yield [row[place].strip() if place < len(row) else "" for place in places]
    except csv.Error as error:
        raise DataError(f"{name} cannot be read as CSV ({error}): download it again.") from error


def json_of(files: Files, name: str) -> Any:
    """The value in a JSON file; DataError where it is torn."""
    try:
        return json.loads(_text_of(files, name))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} cannot be read as JSON ({error}): download it again.") from error


def _text_of(files: Files, name: str) -> str:
    try:
        return files.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not written in UTF-8 ({error}): download it again.") from error
