"""metrics.jsonl: the true history of a stage, one row per logged step, each step once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class MetricsLog:
    """Appends rows; a resumed stage replays steps that are already there, which are the same and are not repeated."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._drop_torn_line()
        self.last_step = max((row["step"] for row in self.rows()), default=-1)

    def append(self, step: int, values: Mapping[str, float]) -> bool:
        """Write one row; False where that step is known already."""
        if step <= self.last_step:
            return False
        with self.path.open("a") as file:
            file.write(json.dumps({"step": step, **values}) + "\n")
        self.last_step = step
        return True

    def rows(self) -> Iterator[dict[str, Any]]:
        return rows_of(self.path)

    def _drop_torn_line(self) -> None:
        """A process killed in the middle of a write leaves half a line, whose step will be written again."""
        if self.path.exists():
            text = self.path.read_text()
            if text and not text.endswith("\n"):
                self.path.write_text(text[: text.rfind("\n") + 1])


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a metrics.jsonl, none where there is no such file."""
    if path.exists():
        yield from map(json.loads, path.read_text().splitlines())
