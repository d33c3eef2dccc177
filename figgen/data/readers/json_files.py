"""JSON that strangers wrote, or one sentence why it cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from figgen.runs.errors import DataError


def parsed(path: Path) -> Any:
    """The value in a JSON file; DataError where the file is missing or torn."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise DataError(f"{path} cannot be read as JSON ({error}): download it again.") from error


def parsed_list(path: Path) -> list[Any]:
    """The list in a JSON file; DataError where it holds something else."""
    value = parsed(path)
    if not isinstance(value, list):
        raise DataError(f"{path} holds a {type(value).__name__} where a list is expected.")
    return value
