"""The lists that lie beside pictures, as CSV or JSON; DataError where one is missing or torn."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from figgen.data.readers.files import Files
from figgen.runs.errors import DataError

Kind = TypeVar("Kind")
Fields = dict[str, Any]  # of a JSON object


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
        for row in filter(None, rows):
            yield [row[place].strip() if place < len(row) else "" for place in places]
    except csv.Error as error:
        raise DataError(f"{name} cannot be read as CSV ({error}): download it again.") from error


def json_of(files: Files, name: str, kind: type[Kind]) -> Kind:
    """The value in a JSON file, which must be of one kind."""
    try:
        value = json.loads(_text_of(files, name))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{files.root / name} is torn: it cannot be read as JSON ({error}).") from error
    if not isinstance(value, kind):
        raise DataError(f"{files.root / name} holds a {type(value).__name__}: expected a {kind.__name__}.")
    return value


def table_in(content: Any, name: str) -> list[Fields] | None:
    """One of the lists of a JSON file in the style of COCO; None where it has no such list."""
    rows = fields_of(content).get(name)
    return [fields_of(row) for row in rows] if isinstance(rows, list) else None


def fields_of(value: Any) -> Fields:
    """A JSON object; an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def text_of(value: Any, fault: str) -> str:
    """A text as it is; DataError, which says `fault`, where there is none."""
    if not isinstance(value, str) or not value.strip():
        raise DataError(fault)
    return value


def line_of(value: Any) -> str:
    """A text on one line, without space around it; "" where it is no text."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _text_of(files: Files, name: str) -> str:
    if not files.has(name):
        raise DataError(f"{files.root / name} is missing: it cannot be read.")
    try:
        return files.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not written in UTF-8 ({error}): download it again.") from error
