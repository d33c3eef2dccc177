"""Two ways to do one thing, timed in turn: only their ratio can be trusted on a shared machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """Seconds of A over seconds of B, pair by pair."""

    median: float
    least: float
    most: float
    pairs: int

    def __str__(self) -> str:
        return f"{self.median:.3f} (from {self.least:.3f} to {self.most:.3f}, {self.pairs} pairs)"


def ratio(a: Work, b: Work, pairs: int = 15, repeats: int = 3) -> Ratio:
    """Time A B A B …, `repeats` calls each time; the first pair warms up and is dropped."""
    quotients = [_seconds(a, repeats) / _seconds(b, repeats) for _ in range(pairs + 1)][1:]
    return Ratio(statistics.median(quotients), min(quotients), max(quotients), pairs)


def _seconds(work: Work, repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        work()
    return time.perf_counter() - started
