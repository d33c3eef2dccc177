"""The Fréchet distance of two sets of features, exactly, also where there are fewer pictures than features."""

from __future__ import annotations

import numpy as np


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Features (n, d) and (m, d) => |μ1 - μ2|² + Tr(C1 + C2 - 2 (C1 C2)^½).

    With C1 = AᵀA and C2 = BᵀB, Tr((C1 C2)^½) is the sum of the singular values of A Bᵀ: no d x d root, no imaginary
    parts, no fudge.
    """
    check(a, b)
    shift, x, y = a.mean(0, dtype=np.float64) - b.mean(0, dtype=np.float64), _root(a), _root(b)
    overlap = np.linalg.norm(x @ y.T, "nuc")
    return float(max(shift @ shift + np.square(x).sum() + np.square(y).sum() - 2 * overlap, 0.0))


def _root(features: np.ndarray) -> np.ndarray:
    """(n, d) => A (min(n, d), d) with AᵀA their covariance."""
    wide = (features - features.mean(0, dtype=np.float64)) / np.sqrt(len(features) - 1)
    return wide if len(wide) <= wide.shape[1] else np.asarray(np.linalg.qr(wide, mode="r"))


def check(a: np.ndarray, b: np.ndarray) -> None:
    if not (np.issubdtype(a.dtype, np.floating) and np.issubdtype(b.dtype, np.floating)):
        raise TypeError(f"features are floating-point numbers, not {a.dtype} and {b.dtype}")
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"two sets (n, d) and (m, d) of two pictures and more, not {a.shape} and {b.shape}")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("features must be finite")
