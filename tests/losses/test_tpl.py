"""The weight map equals the published loop over boxes, in value and in gradient."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from figgen.losses.tpl import TextPerceptualTerm
from figgen.losses.weight_maps import contains, truncated, weight_map
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


def test_numbers_are_truncated_as_they_were_given_not_as_float32_has_them() -> None:
    assert truncated(batch_of([[(3.3, 3.3, 5.0, 8.0)]]).quads)[1].tolist() == [[5, 8]]
    draw = random.Random(0)
    boxes = [tuple(draw.randint(0, 40960) / 10 ** draw.randint(0, 2) for _ in range(4)) for _ in range(2000)]
    corner, size = truncated(batch_of([boxes]).quads)
    assert torch.cat((corner, size), 1).tolist() == [list(map(int, box)) for box in boxes]


@pytest.mark.parametrize("name", CASES)
def test_weighting_by_area_gives_every_value_in_a_box_the_same_say(name: str) -> None:
    boxes = CASES[name]
    generator = torch.Generator().manual_seed(0)
    recon, target = (torch.rand(len(boxes), 3, HEIGHT, WIDTH, generator=generator) for _ in range(2))
    expected = 0.0
    for i, of_image in enumerate(boxes):
        whole = [tuple(map(int, box)) for box in of_image if all(map(math.isfinite, box))]
        whole = [box for box in whole if box[2] and box[3]]
        values = [
            (a - b) ** 2 for box in whole for a, b in zip(crop(recon[i], *box), crop(target[i], *box), strict=True)
        ]
        expected += sum(map(float, values)) / max(len(values), 1) / len(boxes)
    weights = weight_map(batch_of(boxes), 3, HEIGHT, WIDTH, weighting="area")
    assert float((weights * (recon - target).square()).sum()) == pytest.approx(expected, abs=1e-6)


TILTED = ((4.1, 3.2), (20.3, 8.4), (18.2, 14.1), (2.0, 9.3))  # no edge through the middle of a pixel


def is_inside(x: float, y: float, quad: Sequence[tuple[float, float]]) -> bool:
    """By the rays that cross its edges, point by point."""
    crossings = 0
    for (x0, y0), (x1, y1) in zip(quad, [*quad[1:], quad[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize("quad", [TILTED, TILTED[::-1], (*TILTED[2:], *TILTED[:2])])
def test_tilted_quad_is_the_pixels_in_it_whichever_way_it_runs(quad: tuple) -> None:
    inside = contains(torch.tensor([quad]), HEIGHT, WIDTH)[0]
    expected = [[is_inside(x + 0.5, y + 0.5, quad) for x in range(WIDTH)] for y in range(HEIGHT)]
    assert inside.tolist() == expected


def test_shape_quad_weighs_tilted_words_as_themselves_and_the_others_as_published() -> None:
    upright = TextBox.from_ltwh(3.7, 15.2, 10.5, 4.0, "word")
    both = BoxBatch.collate([[TextBox(TILTED, "word"), upright], [upright]])
    weights = weight_map(both, 3, HEIGHT, WIDTH, shape="quad")
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = TILTED
    area = abs((x0 - x2) * (y1 - y3) - (x1 - x3) * (y0 - y2)) / 2  # half the cross product of the diagonals
    expected = torch.zeros(2, HEIGHT, WIDTH)
    expected[0, 15:19, 3:13] = 1 / (3 * 40 * 2 * 2)
    expected[1, 15:19, 3:13] = 1 / (3 * 40 * 1 * 2)
    expected[0][contains(torch.tensor([TILTED]), HEIGHT, WIDTH)[0]] += 1 / (3 * area * 2 * 2)
    torch.testing.assert_close(weights[:, 0], expected)


def test_flat_and_crossed_quads_are_no_boxes() -> None:
    flat = ((2.0, 2.0), (9.0, 5.0), (9.1, 5.2), (2.1, 2.2))
    crossed = ((2.0, 2.0), (9.0, 9.0), (9.0, 2.0), (2.0, 9.0))
    boxes = BoxBatch.collate([[TextBox(flat, "a"), TextBox(crossed, "b"), TextBox.from_ltwh(1, 1, 4, 4, "c")]])
    alone = batch_of([[(1, 1, 4, 4)]])
    assert torch.equal(
        weight_map(boxes, 3, HEIGHT, WIDTH, shape="quad"), weight_map(alone, 3, HEIGHT, WIDTH, shape="quad")
    )


@pytest.mark.parametrize(("norm", "of"), [("squares", torch.square), ("l1", torch.abs)])
def test_norm_and_place_are_two_controls(norm: str, of: Callable[[Tensor], Tensor]) -> None:
    recon, target = torch.rand(2, 2, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    boxes, error = batch_of([[(3, 4, 10, 5)], []]), of(recon - target)
    in_words = TextPerceptualTerm(norm=norm)(recon, target, boxes, 0)
    assert in_words.item() == pytest.approx(error[0, :, 4:9, 3:13].mean().item() / 2, rel=1e-5)
    everywhere = TextPerceptualTerm(norm=norm, place="everywhere")
    assert everywhere(recon, target, boxes, 0).item() == pytest.approx(error.mean().item(), rel=1e-5)
    assert not everywhere.needs_words and TextPerceptualTerm(norm=norm).needs_words


def test_feature_space_weighs_a_map_by_the_pixels_under_each_of_its_places() -> None:
    pytest.importorskip("rapidocr")
    recon, target = torch.rand(2, 3, 48, 80) * 2 - 1, torch.rand(2, 3, 48, 80) * 2 - 1  # filled up to 64 x 96
    boxes = batch_of([[(8, 4, 20, 16), (40, 30, 12, 10)], [(0, 0, 80, 48)]])
    term = TextPerceptualTerm(space="feature").train()
    assert not term.trunk.training and not term.state_dict()
    recon.requires_grad_()
    tpl = term(recon, target, boxes, 0)
    (gradient,) = torch.autograd.grad(tpl, recon)
    assert gradient.isfinite().all() and gradient.abs().sum() > 0
    recon = recon.detach()
    weights = torch.nn.functional.pad(weight_map(boxes, 1, 48, 80), (0, 16, 0, 16))
    sums = []
    for a, b in zip(term.trunk(recon), term.trunk(target), strict=True):
        a, b = (x / (x.square().sum(1, keepdim=True) + 1e-8).sqrt() for x in (a, b))
        difference = (a - b).square().sum(1)
        stride = 64 // difference.shape[1]
        spread = difference.repeat_interleave(stride, 1).repeat_interleave(stride, 2)
        sums.append((weights[:, 0] * spread).sum())
    assert tpl.item() == pytest.approx(sum(map(float, sums)) / len(sums), rel=1e-4)
    assert term(target, target, boxes, 0) == 0


def test_term_is_the_weighted_squared_error_of_the_published_loop() -> None:
    boxes = [[(3.0, 4.0, 10.0, 5.0)], []]
    recon, target = torch.rand(2, 3, HEIGHT, WIDTH) * 2 - 1, torch.rand(2, 3, HEIGHT, WIDTH) * 2 - 1
    tpl = TextPerceptualTerm()(recon.requires_grad_(), target, batch_of(boxes), 0)
    expected = loop_over_boxes(recon, target, boxes)
    assert tpl.item() == pytest.approx(expected.item(), abs=1e-6)
    for ours, theirs in zip(torch.autograd.grad(tpl, recon), torch.autograd.grad(expected, recon), strict=True):
        torch.testing.assert_close(ours, theirs)
