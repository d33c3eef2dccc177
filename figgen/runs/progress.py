"""Live progress: a bar on a terminal, one plain line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from figgen.runs.console import console, say


class Meter:
    """Counts work done on one task and shows it: `update(done, note)` as often as one likes."""

    def __init__(self, label: str, total: int, unit: str = "items", per_step: int = 1, every: float = 5.0) -> None:
        self.label, self.total, self.unit, self.per_step, self.every = label, total, unit, per_step, every
        self.started = self.spoken = time.monotonic()
        self.first: int | None = None
        self.bar: Progress | None = _bar() if console().is_terminal else None

    def __enter__(self) -> Meter:
        if self.bar:
            self.bar.start()
            self.task = self.bar.add_task(self.label, total=self.total, note="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.bar:
            self.bar.stop()

    def update(self, done: int, note: str = "") -> None:
        """`done` of the total are done."""
        now = time.monotonic()
        if self.first is None:
            self.first, self.started = done - 1, now
        rate = (done - self.first) / max(now - self.started, 1e-9) if done - self.first > 1 else 0.0
        text = "  ".join(part for part in (f"{rate * self.per_step:.1f} {self.unit}/s" if rate else "", note) if part)
        if self.bar:
            self.bar.update(self.task, completed=done, note=text)
        elif now - self.spoken >= self.every or done == self.total:
            self.spoken = now
            left = f"  {(self.total - done) / rate:.0f} s left" if rate and done < self.total else ""
            say(f"{self.label} {done}/{self.total}  {text}{left}")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
    return Progress(
        *columns, TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("{task.fields[note]}"), console=console()
    )


@contextmanager
def progress(label: str, total: int, unit: str = "items") -> Iterator[Meter]:
    """`with progress("drawing", 1600) as meter: meter.update(done)`."""
    with Meter(label, total, unit) as meter:
        yield meter


class LabelledMeters:
    """A `report(label, done, total)` callback that opens a meter whenever the label changes."""

    def __init__(self) -> None:
        self.meter: Meter | None = None

    def __enter__(self) -> LabelledMeters:
        return self

    def __exit__(self, *_: object) -> None:
        if self.meter:
            self.meter.__exit__(None, None, None)

    def __call__(self, label: str, done: int, total: int) -> None:
        if self.meter is None or self.meter.label != label:
            self.__exit__()
            self.meter = Meter(label, total).__enter__()
        self.meter.update(done)
