"""Boxes survive the way into bins and back."""

from __future__ import annotations

import pytest
import torch

from figgen.layout.grid import Grid

LETTERS = torch.tensor([4.0, 7.0, 1.0])
BOXES = torch.tensor([[0.1, 0.2, 0.15, 0.08], [0.5, 0.85, 0.32, 0.07], [0.01, 0.01, 0.04, 0.11]])


def test_a_box_comes_back_within_half_a_bin() -> None:
    grid, aspect = Grid(places=80, shapes=64), 1.25
    back = grid.boxes(grid.bins(BOXES, LETTERS, aspect), LETTERS, aspect)
    middle = BOXES[:, :2] + BOXES[:, 2:] / 2
    assert (back[:, :2] + back[:, 2:] / 2 - middle).abs().max() <= 0.5 / 80 + 1e-6
    # half a step of 64 in the logarithm: of 64 for heights, of 256 for a letter's width; a width takes both errors
    assert (back[:, 3] / BOXES[:, 3]).log().abs().max() <= 0.5 * 4.1589 / 64 + 1e-5
    assert (back[:, 2] / BOXES[:, 2]).log().abs().max() <= 0.5 * (4.1589 + 5.5452) / 64 + 1e-5


def test_bins_say_the_same_of_a_picture_of_any_size() -> None:
    grid = Grid()
    assert torch.equal(grid.bins(BOXES, LETTERS, 160 / 128), grid.bins(BOXES, LETTERS, 480 / 384))


@pytest.mark.parametrize("box", [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0], [-3.0, 7.0, 20.0, 50.0]])
def test_what_lies_outside_falls_into_the_outermost_bins(box: list[float]) -> None:
    grid = Grid(places=10, shapes=12)
    bins = grid.bins(torch.tensor(box), torch.tensor(3.0), 1.0)
    assert (bins >= 0).all()
    assert (bins < torch.tensor([12, 12, 10, 10])).all()
