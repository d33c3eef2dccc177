"""SSIM against its definition, window by window; TPL of pictures against a loop over boxes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from figgen.metrics.structure import ssim
from figgen.metrics.text_error import tpl
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

RNG = np.random.default_rng(0)
A = RNG.integers(0, 256, (2, 3, 14, 15), dtype=np.uint8)
B = np.clip(A.astype(int) + RNG.integers(-60, 60, A.shape), 0, 255).astype(np.uint8)


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
    expected = [np.mean([ssim_by_hand(A[i, c] / 255, B[i, c] / 255) for c in range(3)]) for i in range(2)]
    np.testing.assert_allclose(ssim(A, B), expected, rtol=1e-4)
    np.testing.assert_allclose(ssim(A, A), 1, rtol=1e-6)


def test_tpl_of_a_picture_is_the_mean_over_its_words_and_wordless_pictures_are_left_out() -> None:
    words = [[TextBox.from_ltwh(1, 2, 6, 4, "a"), TextBox.from_ltwh(8, 5, 3, 7, "b")], []]
    x, y = torch.from_numpy(A).double() / 127.5 - 1, torch.from_numpy(B).double() / 127.5 - 1
    error = (x - y).square()[0]
    by_hand = (error[:, 2:6, 1:7].mean() + error[:, 5:12, 8:11].mean()) / 2
    assert tpl(A, B, BoxBatch.collate(words)) == pytest.approx([float(by_hand)], rel=1e-5)
