"""Pixel distances against the definition, number by number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image

from figgen.metrics.pixels import grey, mse, psnr, rmse, ssim

A, B = np.random.default_rng(0).integers(0, 256, (2, 3, 1, 4, 5), dtype=np.uint8)
RNG = np.random.default_rng(1)
C = RNG.integers(0, 256, (2, 3, 14, 15), dtype=np.uint8)
D = np.clip(C.astype(int) + RNG.integers(-60, 60, C.shape), 0, 255).astype(np.uint8)


def mean_square(a: np.ndarray, b: np.ndarray) -> float:
    pairs = list(zip(a.ravel().tolist(), b.ravel().tolist(), strict=True))
    return sum((x / 255 - y / 255) ** 2 for x, y in pairs) / len(pairs)


def test_mse_is_per_picture_on_the_scale_of_one() -> None:
    np.testing.assert_allclose(mse(A, B), [mean_square(a, b) for a, b in zip(A, B, strict=True)])


def test_psnr_is_minus_ten_log_mse() -> None:
    expected = [-10 * math.log10(mean_square(a, b)) for a, b in zip(A, B, strict=True)]
    np.testing.assert_allclose(psnr(A, B), expected)


def test_black_against_white_is_0_db_and_equal_is_capped_at_100() -> None:
    black, white = np.zeros_like(A), np.full_like(A, 255)
    assert psnr(black, white).tolist() == [0, 0, 0]
    assert psnr(A, A).tolist() == [100, 100, 100]


def test_rmse_is_that_of_grey_levels() -> None:
    expected = [255 * math.sqrt(mean_square(a, b)) for a, b in zip(A, B, strict=True)]
    np.testing.assert_allclose(rmse(A, B), expected)
    np.testing.assert_allclose(rmse(np.zeros_like(C), np.full_like(C, 255)), 255)


def test_grey_is_pillow_s() -> None:
    for colour, levels in zip(C, grey(C), strict=True):
        np.testing.assert_array_equal(levels[0], np.array(Image.fromarray(colour.transpose(1, 2, 0)).convert("L")))
    assert grey(A) is A


@pytest.mark.parametrize("other", [C[:, :2], C[0], C.astype(np.float32)])
def test_grey_of_anything_but_one_or_three_channels_is_refused(other: np.ndarray) -> None:
    with pytest.raises(TypeError, match="uint8 stack"):
        grey(other)


def ssim_by_hand(a: np.ndarray, b: np.ndarray) -> float:
    """One channel (H, W) from 0 to 1: Gaussian windows of 11 x 11 around every pixel, the picture mirrored outside."""
    a, b = (np.pad(picture, 5, mode="reflect") for picture in (a, b))
    taps = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    window = np.outer(taps, taps) / taps.sum() ** 2
    values = []
    for y in range(a.shape[0] - 10):
        for x in range(a.shape[1] - 10):
            p, q = a[y : y + 11, x : x + 11], b[y : y + 11, x : x + 11]
            mp, mq = (window * p).sum(), (window * q).sum()
            vp, vq = (window * p * p).sum() - mp**2, (window * q * q).sum() - mq**2
            cov = (window * p * q).sum() - mp * mq
            c1, c2 = 0.01**2, 0.03**2
            values.append((2 * mp * mq + c1) * (2 * cov + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
    return float(np.mean(values))


def test_ssim_is_the_mean_over_windows_and_channels() -> None:
    expected = [np.mean([ssim_by_hand(C[i, c] / 255, D[i, c] / 255) for c in range(3)]) for i in range(2)]
    np.testing.assert_allclose(ssim(C, D), expected, rtol=1e-4)
    np.testing.assert_allclose(ssim(C, C), 1, rtol=1e-6)


@pytest.mark.parametrize("other", [B.astype(np.float32), B[:2]])
def test_anything_but_two_equal_uint8_stacks_is_refused(other: np.ndarray) -> None:
    with pytest.raises(TypeError, match="uint8"):
        mse(A, other)


def test_windows_are_those_of_equal_uint8_stacks_too() -> None:
    with pytest.raises(TypeError, match="uint8"):
        ssim(C / 255, D / 255)
