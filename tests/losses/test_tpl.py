"""The weight map equals the published loop over boxes, in value and in gradient."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from figgen.losses.parts import Posterior
from figgen.losses.plain import PlainLoss
from figgen.losses.tpl import TextPerceptualLoss, weight_map
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

HEIGHT, WIDTH = 20, 28
Ltwh = tuple[float, float, float, float]

CASES: dict[str, list[list[Ltwh]]] = {
    "one box": [[(3, 4, 10, 5)]],
    "fractions are truncated": [[(3.75, 4.5, 10.75, 5.25)], [(-0.75, -0.5, 4.5, 4.5)]],
    "no boxes anywhere": [[], []],
    "one picture without boxes": [[(3, 4, 10, 5)], []],
    "overlapping": [[(3, 4, 10, 5), (5, 5, 10, 8), (3, 4, 10, 5)]],
    "across the edges": [[(-4, -3, 10, 8), (20, 15, 30, 30), (-5, -5, 50, 50)]],
    "wholly outside": [[(40, 2, 5, 5), (2, 2, 4, 4)], [(-9, -9, 3, 3)]],
    "zero size": [[(3, 3, 0.75, 5), (3, 3, 5, 0), (2, 2, 4, 4)], [(1, 1, 0.5, 0.5)]],
    "not a number": [[(math.nan, 1, 4, 4), (2, 2, 4, 4)], [(1, 1, math.inf, 4)]],
    "whole picture": [[(0, 0, WIDTH, HEIGHT)]],
}


def crop(picture: Tensor, left: int, top: int, width: int, height: int) -> list[float | Tensor]:
    """Every number of the rectangle, one by one; what lies outside the picture is 0."""
    channels, rows, columns = picture.shape
    return [
        picture[c, y, x] if 0 <= y < rows and 0 <= x < columns else 0.0
        for c in range(channels)
        for y in range(top, top + height)
        for x in range(left, left + width)
    ]


def loop_over_boxes(recon: Tensor, target: Tensor, boxes: Sequence[Sequence[Ltwh]]) -> Tensor:
    """TPL as published, but that boxes without area (a NaN there) are not counted."""
    total = torch.zeros((), dtype=torch.float64)
    for i, of_image in enumerate(boxes):
        means = []
        for box in of_image:
            if not all(map(math.isfinite, box)):
                continue
            left, top, width, height = map(int, box)
            if width == 0 or height == 0:
                continue
            pairs = zip(
                crop(recon[i], left, top, width, height), crop(target[i], left, top, width, height), strict=True
            )
            means.append(sum((a - b) ** 2 for a, b in pairs) / (recon.shape[1] * width * height))
        if means:
            total = total + sum(means) / len(means)
    return total / len(boxes)


def batch_of(boxes: Sequence[Sequence[Ltwh]]) -> BoxBatch:
    return BoxBatch.collate([[TextBox.from_ltwh(*box, text="word") for box in of_image] for of_image in boxes])


def assert_equals_loop(boxes: list[list[Ltwh]], channels: int) -> None:
    generator = torch.Generator().manual_seed(len(boxes) + channels)
    shape = (len(boxes), channels, HEIGHT, WIDTH)
    target = torch.rand(shape, generator=generator) * 2 - 1
    recon = (torch.rand(shape, generator=generator) * 2 - 1).requires_grad_()
    ours = (weight_map(batch_of(boxes), channels, HEIGHT, WIDTH) * (recon - target).square()).sum()
    exact = recon.detach().double().requires_grad_()
    loop = loop_over_boxes(exact, target.double(), boxes)
    assert ours.item() == pytest.approx(loop.item(), abs=1e-6)
    (gradient,) = torch.autograd.grad(ours, recon)
    expected = torch.autograd.grad(loop, exact)[0] if loop.requires_grad else torch.zeros(shape)
    torch.testing.assert_close(gradient.double(), expected.double(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_weight_map_equals_loop_over_boxes(name: str) -> None:
    assert_equals_loop(CASES[name], channels=3)


@pytest.mark.parametrize("seed", range(4))
def test_weight_map_equals_loop_on_random_boxes(seed: int) -> None:
    draw = random.Random(seed)

    def quarter(low: int, high: int) -> float:
        return draw.randint(4 * low, 4 * high) / 4  # exact in float32, so that both truncate the same number

    def box() -> Ltwh:
        return quarter(-6, WIDTH + 2), quarter(-6, HEIGHT + 2), quarter(0, 9), quarter(0, 6)

    assert_equals_loop([[box() for _ in range(draw.randint(0, 5))] for _ in range(3)], channels=1)


def test_gradient_outside_boxes_is_zero() -> None:
    weights = weight_map(batch_of([[(3, 4, 10, 5)]]), 1, HEIGHT, WIDTH)
    inside = torch.zeros(HEIGHT, WIDTH, dtype=torch.bool)
    inside[4:9, 3:13] = True
    assert weights[0, 0][~inside].abs().max() < 1e-12
    torch.testing.assert_close(weights[0, 0][inside], torch.full((50,), 1 / 50))


def test_rotated_quad_counts_as_its_upright_rectangle() -> None:
    quad = ((10.0, 3.0), (14.0, 7.0), (10.0, 11.0), (6.0, 7.0))
    tilted = BoxBatch.collate([[TextBox(quad, "word")]])
    upright = batch_of([[(6, 3, 8, 8)]])
    assert torch.equal(weight_map(tilted, 3, HEIGHT, WIDTH), weight_map(upright, 3, HEIGHT, WIDTH))


def test_loss_adds_eight_tenths_of_tpl_to_the_plain_loss() -> None:
    boxes = [[(3.0, 4.0, 10.0, 5.0)], []]
    recon, target = torch.rand(2, 3, HEIGHT, WIDTH) * 2 - 1, torch.rand(2, 3, HEIGHT, WIDTH) * 2 - 1
    posterior = Posterior(torch.randn(2, 4, 2, 2), torch.randn(2, 4, 2, 2))
    plain = PlainLoss()
    total, parts = TextPerceptualLoss(plain)(recon, target, posterior, batch_of(boxes), 0)
    assert parts["tpl"].item() == pytest.approx(0.8 * loop_over_boxes(recon, target, boxes).item(), abs=1e-6)
    alone = plain(recon, target, posterior, batch_of(boxes), 0)
    assert total.item() == pytest.approx(alone.total.item() + parts["tpl"].item(), abs=1e-6)
    assert list(parts) == ["l1", "kl", "tpl"]
