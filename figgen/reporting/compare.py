"""Is one combination better than another, or was it chance? Paired bootstrap: all are scored on the same resamples."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

RESAMPLES = 2000
FEWEST = 10  # items; fewer say nothing of others
Combine = Callable[[np.ndarray], np.ndarray]  # means (..., k) => numbers (...)


def mean(means: np.ndarray) -> np.ndarray:
    return means[..., 0]


def f1(means: np.ndarray) -> np.ndarray:
    """Of mean precision and mean recall."""
    precision, recall = means[..., 0], means[..., 1]
    return np.asarray(2 * precision * recall / (precision + recall + 1e-8))


def resampled(rows: np.ndarray, combine: Combine, seed: int = 0) -> np.ndarray:
    """(seeds, items, k) => the number (RESAMPLES,) on resamples of the items, the same ones for every call on as many.

    It is made on each seed by itself, then averaged over seeds: the spread is that of the items.
    """
    items = rows.shape[1]
    counts = np.random.default_rng(seed).multinomial(items, np.full(items, 1 / items), size=RESAMPLES)
    return np.asarray(combine(np.einsum("bi,sik->bsk", counts / items, rows)).mean(1))


def interval(drawn: np.ndarray) -> tuple[float, float]:
    """The ends of the 95 % interval."""
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def winners(drawn: Sequence[np.ndarray], sign: int) -> set[int]:
    """Which of several numbers on the same resamples are best (sign 1: highest, -1: lowest).

    None where the interval of the difference to any other holds 0; several where combinations share a stage, and so
    have one number.
    """
    if not drawn or sign == 0:
        return set()
    first = max(drawn, key=lambda numbers: sign * float(numbers.mean()))
    best = {i for i, numbers in enumerate(drawn) if np.array_equal(numbers, first)}
    leads = [interval(sign * (first - other))[0] for i, other in enumerate(drawn) if i not in best]
    return best if leads and min(leads) > 0 else set()
