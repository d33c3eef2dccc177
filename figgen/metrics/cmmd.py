"""The maximum mean discrepancy of two sets of CLIP features (CMMD, Jayasumana et al. 2024): no Gaussians are fitted."""

from __future__ import annotations

import numpy as np

from figgen.metrics.frechet import check

SIGMA, SCALE = 10.0, 1000.0  # as published


def cmmd(a: np.ndarray, b: np.ndarray) -> float:
    """Unit features (n, d) and (m, d) => 1000 · MMD², k(x, y) = exp(-|x - y|² / 2σ²), pairs of one item included."""
    check(a, b)
    return float(SCALE * (_kernel(a, a).mean() + _kernel(b, b).mean() - 2 * _kernel(a, b).mean()))


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    squares = np.square(x).sum(1)[:, None] + np.square(y).sum(1) - 2 * x @ y.T
    return np.asarray(np.exp(-squares / (2 * SIGMA**2)))
