"""Live progress: a bar on a terminal, one plain line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from figgen.runs.console import console, has_bars, is_quiet, say
from figgen.runs.times import span

WINDOW = 20.0  # seconds that a rate is measured over
BAR = 8  # columns
LEAST = 1.0  # seconds of work before there is one: what was cached has none


class Meter:
    """Counts work done on one task and shows it: `update(done, note)` as often as one likes."""

    def __init__(self, label: str, total: int, unit: str = "items", per_step: int = 1, every: float = 5.0) -> None:
        self.label, self.total, self.unit, self.per_step, self.every = label, total, unit, per_step, every
        self.spoken = time.monotonic()
        self.seen: deque[tuple[float, int]] = deque()  # when how much was done
        self.bar: Progress | None = _bar() if has_bars() else None

    def __enter__(self) -> Meter:
        if self.bar:
            self.bar.start()
            self.task = self.bar.add_task(self.label, total=self.total, said="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.bar:
            self.bar.stop()

    def update(self, done: int, note: str = "") -> None:
        """`done` of the total are done."""
        now = time.monotonic()
        speed = self.speed(done, now)
        if self.bar:
            said = "  ".join(part for part in (speed, note) if part)
            self.bar.update(self.task, completed=done, said=said[: max(self.room, len(speed))])
        elif now - self.spoken >= self.every or done == self.total:
            self.spoken = now
            say("  ".join(part for part in (f"{self.label} {done}/{self.total}", speed, note) if part))

    def speed(self, done: int, now: float) -> str:
        """Rate and time left, from the last seconds: what was done before the first update counts for nothing."""
        self.seen.append((now, done))
        while len(self.seen) > 2 and now - self.seen[1][0] >= WINDOW:
            self.seen.popleft()
        since, before = self.seen[0]
        if now - since < LEAST or done == before:
            return ""
        rate = (done - before) / (now - since)
        left = f"  {span((self.total - done) / rate)} left" if done < self.total else ""
        return f"{short(rate * self.per_step)} {self.unit}/s{left}"

    @property
    def room(self) -> int:
        """Columns of the terminal that stage, bar and step leave."""
        return console().width - len(self.label) - BAR - 2 * len(str(self.total)) - 1 - 3


def short(rate: float) -> str:
    """Three digits or so: 0.25, 3.1, 420."""
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.1f}" if rate >= 1 else f"{rate:.2g}"


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=BAR), MofNCompleteColumn())
    return Progress(*columns, TextColumn("{task.fields[said]}"), console=console(), transient=is_quiet())


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
