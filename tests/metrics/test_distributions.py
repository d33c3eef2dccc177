"""Distances of sets of features against closed forms and against clean-fid's own functions; features against torch."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
import torch
from cleanfid.fid import frechet_distance, kernel_distance

from figgen.metrics import inception, ocr_features
from figgen.metrics.bootstrap import interval_of_sets
from figgen.metrics.frechet import frechet
from figgen.metrics.kid import kid
from figgen.ocr.ppocr import load
from figgen.runs.errors import CheckpointError

RNG = np.random.default_rng(0)


def features(n: int, d: int) -> np.ndarray:
    """Correlated, off centre."""
    return RNG.normal(size=(n, d)) @ RNG.normal(size=(d, d)) + RNG.normal(size=d)


@pytest.mark.parametrize(("n", "m", "d"), [(12, 9, 30), (80, 60, 20), (15, 50, 20)])
def test_frechet_is_that_of_the_matrix_root(n: int, m: int, d: int) -> None:
    a, b = features(n, d), features(m, d)
    root = scipy.linalg.sqrtm(np.cov(a.T) @ np.cov(b.T)).real
    expected = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(np.cov(a.T) + np.cov(b.T) - 2 * root)
    assert frechet(a, b) == pytest.approx(expected, rel=1e-6)


def test_frechet_is_clean_fid_s() -> None:
    a, b = features(90, 24), features(70, 24)
    theirs = frechet_distance(a.mean(0), np.cov(a.T), b.mean(0), np.cov(b.T))
    assert frechet(a, b) == pytest.approx(theirs, rel=1e-6)


def test_frechet_of_equal_sets_is_0_and_of_a_shifted_and_stretched_one_the_closed_form() -> None:
    a = features(40, 60)
    assert frechet(a, a) == pytest.approx(0, abs=1e-9 * np.square(a).sum())
    assert frechet(a, a + 3) == pytest.approx(60 * 9, rel=1e-9)
    centred = a - a.mean(0)
    variance = np.square(centred).sum() / 39
    assert frechet(centred, 3 * centred) == pytest.approx((3 - 1) ** 2 * variance, rel=1e-9)


def test_kid_is_clean_fid_s_and_its_draws_follow_the_seed() -> None:
    a, b = features(50, 16), features(50, 16)
    assert kid(a, b) == pytest.approx(kernel_distance(a, b, num_subsets=1), rel=1e-6)
    state = np.random.get_state()[1].tolist()  # type: ignore[index, union-attr]
    drawn = [kid(a, b, seed, subsets=5, size=20) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert np.random.get_state()[1].tolist() == state  # type: ignore[index, union-attr]


def test_kid_of_two_pairs_by_hand() -> None:
    x, y = np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])  # k(a, b) = (ab + 1)³
    assert kid(x, y) == pytest.approx(1 + 27 - 2 * (1 + 1 + 8 + 27) / 4)


def test_kid_of_two_draws_of_one_law_is_about_0() -> None:
    a, b = RNG.normal(size=(2, 400, 4))
    measured = interval_of_sets(kid, a, b, n=20)
    assert measured.low < 0 < measured.high and measured.n == 400


def test_interval_of_sets_holds_the_value_and_equal_sets_are_certain() -> None:
    a = features(30, 8)
    measured = interval_of_sets(frechet, a, a + RNG.normal(size=a.shape), n=20)
    assert measured.low < measured.value < measured.high
    same = interval_of_sets(frechet, a, a, n=5)
    assert same.high == pytest.approx(0, abs=1e-9)


BAD = {
    "whole numbers": (np.ones((4, 3), int), np.ones((4, 3), int), TypeError),
    "widths": (np.ones((4, 3)), np.ones((4, 2)), ValueError),
    "one picture": (np.ones((1, 3)), np.ones((4, 3)), ValueError),
    "axes": (np.ones(4), np.ones(4), ValueError),
    "infinite": (np.full((4, 3), np.inf), np.ones((4, 3)), ValueError),
}


@pytest.mark.parametrize("distance", [frechet, kid])
@pytest.mark.parametrize("bad", BAD)
def test_what_are_no_features_is_refused(distance, bad: str) -> None:  # type: ignore[no-untyped-def]
    a, b, error = BAD[bad]
    with pytest.raises(error):
        distance(a, b)


class Pooled(torch.nn.Module):
    """Stands for Inception: the mean of each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def test_inception_is_the_checked_file_and_sees_resized_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.pt"
    torch.jit.script(Pooled()).save(str(path))
    with pytest.raises(CheckpointError, match="its SHA-256 differs"):
        inception.network(str(path))
    monkeypatch.setattr(inception, "PUBLISHED", hashlib.sha256(path.read_bytes()).hexdigest())
    done: list[int] = []
    flat = [np.full((20, 30, 3), (0, 128, 192), np.uint8), np.full((40, 9, 3), 64, np.uint8)]
    seen = inception.features(flat, inception.network(str(path)), done.append)
    np.testing.assert_allclose(seen, [[-1, 0, 0.5], [-0.5, -0.5, -0.5]], atol=1e-6)
    assert done == [1, 2]


def test_bands_cover_the_picture_overlap_by_half_and_end_at_its_foot() -> None:
    rows = torch.linspace(-1, 1, 70)[None, :, None].expand(3, 70, 20)
    lines = ocr_features.bands(rows, 48)
    assert lines.shape == (4, 3, 48, 32)  # tops 0, 16, 32, 38; 20 columns make 30, filled to 32
    middles = lines[:, 0, 23:25, 5].mean(1)
    np.testing.assert_allclose(middles, rows[0, :, 0][[15, 31, 47, 53]] + 1 / 69, atol=1e-3)
    assert (lines[..., 30:] == 1).all()
    assert ocr_features.bands(rows[:, :10], 48).shape == (1, 3, 48, 32)


def test_features_of_a_recogniser_are_means_over_frames_and_bands_and_know_letters_apart() -> None:
    net = load()
    picture = np.full((32, 64, 3), 255, np.uint8)
    picture[8:24, 10:14] = 0
    white, line = ocr_features.features([np.full_like(picture, 255), picture], net, lambda done: None)
    crop = ocr_features.bands(torch.from_numpy(picture).permute(2, 0, 1) / 127.5 - 1, 48)
    with torch.no_grad():
        expected = net.look(crop, torch.tensor([96])).mean((0, 1))
    np.testing.assert_allclose(line, expected, rtol=1e-4, atol=1e-5)
    assert np.abs(white - line).max() > 0.01
