"""What exact short cuts save: the Fréchet distance without a matrix root, DTW on machine words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.linalg

from benchmarks.paired import ratio
from figgen.metrics.dtw import DARK, dtw_ti
from figgen.metrics.frechet import frechet

PICTURES, FEATURES = 302, 2048  # ML-Figs' test set, Inception's pool3


def by_root(a: np.ndarray, b: np.ndarray) -> float:
    """The published formula: two covariances, the root of their product."""
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(first @ second).real
    return float(np.square(a.mean(0) - b.mean(0)).sum() + np.trace(first + second - 2 * root))


def by_cells(a: np.ndarray, b: np.ndarray) -> float:
    """Two pictures (H, W) uint8: a callback for each pair of columns, then the table of costs, cell by cell."""
    first, second = (a < DARK).astype(float).T, (b < DARK).astype(float).T
    costs = np.array([[at_best_shift(x, y) for y in second] for x in first])
    for i, j in np.ndindex(costs.shape):
        before = [costs[k, m] for k, m in ((i - 1, j), (i, j - 1), (i - 1, j - 1)) if k >= 0 and m >= 0]
        costs[i, j] += min(before, default=0)
    return float(np.sqrt(costs[-1, -1]))


def at_best_shift(x: np.ndarray, y: np.ndarray) -> float:
    height = len(x)
    shifted = ((x[s:], y[: height - s]) for s in range(height // 10 + 1))
    back = ((x[: height - s], y[s:]) for s in range(1, height // 10 + 1))
    return min(float(np.square(p - q).sum()) for p, q in (*shifted, *back))


def lines() -> Iterator[str]:
    """One ratio each."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, PICTURES, FEATURES))
    speed = ratio(lambda: by_root(a, b), lambda: frechet(a, b), pairs=1, repeats=1)
    yield f"Fréchet distance, {PICTURES} x {FEATURES} features, by scipy's sqrtm / by singular values: {speed}"
    x, y = rng.choice(np.array([0, 255, 255], np.uint8), (2, 1, 1, 64, 320))
    speed = ratio(lambda: by_cells(x[0, 0], y[0, 0]), lambda: dtw_ti(x, y), pairs=3, repeats=1)
    yield f"translation-invariant DTW of 64 x 320 px, a callback a pair of columns / bit-packed: {speed}"
