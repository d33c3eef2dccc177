"""The kernel distance of two sets of features (KID): an unbiased squared MMD, which small sets do not flatter."""

from __future__ import annotations

import numpy as np

from figgen.metrics.frechet import check


def kid(a: np.ndarray, b: np.ndarray, seed: int = 0, subsets: int = 100, size: int = 1000) -> float:
    """Features (n, d) and (m, d) => the mean over `subsets` draws of `size` from each set, as clean-fid draws them.

    Sets that are no larger than a draw are taken whole, once.
    """
    check(a, b)
    taken = min(len(a), len(b), size)
    if taken == len(a) == len(b):
        return mmd(a, b)
    rng = np.random.default_rng(seed)
    draws = ([rng.choice(len(x), taken, replace=False) for x in (a, b)] for _ in range(subsets))
    return float(np.mean([mmd(a[i], b[j]) for i, j in draws]))


def mmd(x: np.ndarray, y: np.ndarray) -> float:
    """The unbiased MMD² of two sets of one size, k(a, b) = (a·b / d + 1)³; equal sets of n may go below 0."""
    n = len(x)
    x, y = x.astype(np.float64), y.astype(np.float64)
    within = sum((k.sum() - np.trace(k)) / (n * (n - 1)) for k in (_kernel(x, x), _kernel(y, y)))
    return float(within - 2 * _kernel(x, y).mean())


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray((x @ y.T / x.shape[1] + 1) ** 3)
