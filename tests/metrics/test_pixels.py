"""Pixel distances against the definition, number by number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from figgen.metrics.pixels import mse, psnr

A, B = np.random.default_rng(0).integers(0, 256, (2, 3, 1, 4, 5), dtype=np.uint8)


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


@pytest.mark.parametrize("other", [B.astype(np.float32), B[:2]])
def test_anything_but_two_equal_uint8_stacks_is_refused(other: np.ndarray) -> None:
    with pytest.raises(TypeError, match="uint8"):
        mse(A, other)
