"""How far two pictures are apart, pixel by pixel and window by window. All take uint8 (N, C, H, W)."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.ndimage import gaussian_filter


def mse(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mean squared difference per picture (N,), on the scale 0..1."""
    check(a, b)
    return ((a.astype(np.float64) - b) ** 2).mean((1, 2, 3)) / 255**2


def psnr(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio per picture (N,) in dB; equal pictures are capped at 100."""
    return -10 * np.log10(np.maximum(mse(a, b), 1e-10))


def rmse(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Root mean squared difference of the grey pictures (N,), on the scale 0..255 (markup2im)."""
    return 255 * np.sqrt(mse(grey(a), grey(b)))


def ssim(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Structural similarity per picture (N,), Gaussian window of σ = 1.5 (Wang et al. 2004); 1 for equal pictures."""
    check(a, b)
    x, y = a / 255, b / 255
    blur = partial(gaussian_filter, sigma=1.5, radius=5, axes=(2, 3), mode="mirror")
    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    values = (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return np.asarray(values.mean((1, 2, 3)))


def grey(pictures: np.ndarray) -> np.ndarray:
    """uint8 (N, 1 or 3, H, W) => (N, 1, H, W), in Pillow's whole numbers of ITU-R 601."""
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[1] not in (1, 3):
        raise TypeError(f"a uint8 stack (N, 1 or 3, H, W), not {pictures.dtype} {pictures.shape}")
    if pictures.shape[1] == 1:
        return pictures
    weighted = np.tensordot(pictures.astype(np.uint32), np.array([19595, 38470, 7471], np.uint32), (1, 0))
    return ((weighted + 32768) >> 16).astype(np.uint8)[:, None]


def check(a: np.ndarray, b: np.ndarray) -> None:
    if a.dtype != np.uint8 or b.dtype != np.uint8 or a.shape != b.shape or a.ndim != 4:
        raise TypeError(f"two uint8 stacks (N, C, H, W) of one shape, not {a.dtype} {a.shape} and {b.dtype} {b.shape}")
