"""Bit-packed DTW against the published pairs' numbers and against a slow, obvious restatement."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from PIL import Image

from figgen.metrics.dtw import dtw, dtw_ti
from figgen.metrics.pixels import rmse
from figgen.runs.provenance import ROOT

PAIRS = ROOT.parent / "shared/data/markup2im_pairs"


def slow(a: np.ndarray, b: np.ndarray, slack: int) -> float:
    """Ink (H, W) and (H, V) => √ of the cheapest path's cost, cell by cell."""
    height = len(a)

    def local(i: int, j: int) -> int:
        shifts = []
        for s in range(-slack, slack + 1):
            rows = range(max(0, -s), min(height, height - s))
            shifts.append(sum(int(a[r + s, i]) != int(b[r, j]) for r in rows))
        return min(shifts)

    @cache
    def cost(i: int, j: int) -> int:
        before = [(i - 1, j), (i, j - 1), (i - 1, j - 1)]
        paths = [cost(k, m) for k, m in before if k >= 0 and m >= 0]
        return local(i, j) + min(paths, default=0)

    return math.sqrt(cost(a.shape[1] - 1, b.shape[1] - 1))


@pytest.mark.parametrize("shape", [(1, 1, 1), (9, 5, 7), (20, 12, 12), (63, 6, 6), (64, 6, 5), (70, 6, 8), (130, 5, 4)])
def test_costs_are_those_of_the_definition(shape: tuple[int, int, int]) -> None:
    height, width, other = shape
    rng = np.random.default_rng(height)
    a = rng.integers(0, 256, (2, 1, height, width), dtype=np.uint8)
    b = rng.integers(100, 200, (2, 1, height, other), dtype=np.uint8)
    for metric, slack in ((dtw, 0), (dtw_ti, int(0.1 * height))):
        expected = [slow(x[0] < 150, y[0] < 150, slack) for x, y in zip(a, b, strict=True)]
        assert metric(a, b).tolist() == expected


def test_a_letter_that_slid_down_costs_only_without_shifts() -> None:
    a = np.full((1, 1, 40, 8), 255, np.uint8)
    b = a.copy()
    a[..., 10:20, 2:5] = 0
    b[..., 13:23, 2:5] = 0
    assert dtw(a, b) == pytest.approx(math.sqrt(3 * 6)) and dtw_ti(a, b) == 0
    assert dtw(a, a) == dtw(np.full_like(a, 255), np.full_like(a, 160)) == 0


@pytest.mark.skipif(not PAIRS.is_dir(), reason=f"the published pairs are not at {PAIRS}")
def test_published_pairs_give_the_published_numbers() -> None:
    names = sorted(path.name for path in (PAIRS / "gold").glob("*.png"))
    gold, pred = (
        np.stack([np.array(Image.open(PAIRS / folder / name).convert("L")) for name in names])[:, None]
        for folder in ("gold", "pred")
    )
    root, plain, moved = rmse(pred, gold), dtw(pred, gold), dtw_ti(pred, gold)
    assert len(names) == 128
    assert [f"{root.mean():.3f}", f"{root.std():.3f}"] == ["41.863", "10.559"]
    assert f"{plain.mean():.3f}" == "24.215"
    assert [f"{moved.mean():.3f}", f"{moved.std():.3f}", f"{np.median(moved):.3f}"] == ["19.448", "6.830", "18.520"]


@pytest.mark.parametrize("other", [(2, 1, 8, 9), (1, 1, 7, 9), (1, 1, 8, 0)])
def test_other_heights_other_numbers_and_nothing_are_refused(other: tuple[int, ...]) -> None:
    with pytest.raises(TypeError, match="of one height"):
        dtw_ti(np.zeros((1, 1, 8, 9), np.uint8), np.zeros(other, np.uint8))
    with pytest.raises(TypeError, match="uint8"):
        dtw(np.zeros((1, 1, 8, 9)), np.zeros((1, 1, 8, 9)))
