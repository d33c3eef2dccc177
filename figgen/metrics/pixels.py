"""How far two pictures are apart, pixel by pixel. All take uint8 (N, C, H, W)."""

from __future__ import annotations

import numpy as np


def mse(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mean squared difference per picture (N,), on the scale 0..1."""
    if a.dtype != np.uint8 or b.dtype != np.uint8 or a.shape != b.shape:
        raise TypeError(f"two uint8 stacks of one shape, not {a.dtype} {a.shape} and {b.dtype} {b.shape}")
    return ((a.astype(np.float64) - b) ** 2).mean((1, 2, 3)) / 255**2


def psnr(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio per picture (N,) in dB; equal pictures are capped at 100."""
    return -10 * np.log10(np.maximum(mse(a, b), 1e-10))
