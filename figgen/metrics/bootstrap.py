"""A number, what it was counted from, and how far chance could have moved it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Measured:
    """A metric's value over `n` independent items, with the ends of its bootstrap interval."""

    value: float
    n: int
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        return asdict(self)


def interval(values: Sequence[float] | np.ndarray, seed: int = 0, n: int = 1000, level: float = 0.95) -> Measured:
    """The mean of `values` and its percentile interval over `n` resamples. NaN where there are no values."""
    return interval_of_means(np.reshape(np.asarray(values, dtype=np.float64), (-1, 1)), _first, seed, n, level)


def interval_of_means(
    rows: np.ndarray,
    combine: Callable[[np.ndarray], np.ndarray],
    seed: int = 0,
    n: int = 1000,
    level: float = 0.95,
) -> Measured:
    """A number made of column means, say F1 of mean precision and mean recall, with its percentile interval.

    rows: (items, k), one a picture; combine: means (..., k) => the number (...). Whole rows are resampled.
    """
    items = len(rows)
    if items == 0:
        return Measured(math.nan, 0, math.nan, math.nan)
    counts = np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), size=n)
    drawn = combine(counts @ rows / items)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Measured(float(combine(rows.mean(axis=0))), items, float(low), float(high))


def interval_of_sets(
    number: Callable[[np.ndarray, np.ndarray], float], a: np.ndarray, b: np.ndarray, seed: int = 0, n: int = 50
) -> Measured:
    """A number of two whole sets of pairs, say a Fréchet distance, ± 1.96 standard deviations over `n` resamples.

    A resample holds repeats, which moves such a number away: its spread is taken, its place is not.
    """
    value, rng = number(a, b), np.random.default_rng(seed)
    drawn = [number(a[rows], b[rows]) for rows in rng.integers(len(a), size=(n, len(a)))]
    margin = 1.96 * float(np.std(drawn))
    return Measured(value, len(a), value - margin, value + margin)


def _first(means: np.ndarray) -> np.ndarray:
    return means[..., 0]
