"""Word boxes as a weight for every pixel, so that a mean over boxes of means over pixels is one sum."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from figgen.ocr.batch import BoxBatch
from figgen.ocr.crops import sides

AT_ONCE = 32  # tilted quads that are painted together: each is a whole picture in memory


def weight_map(
    boxes: BoxBatch, channels: int, height: int, width: int, *, weighting: str = "box", shape: str = "upright"
) -> Tensor:
    """The W (B, 1, H, W) for which TPL = Σ W·(x - x̂)².

    weighting: box, each of an image's n_i boxes has 1/(B·n_i) to share among its values; area, each value in a box
    has the same weight, and an image's together 1/B. shape: a key of AREAS.
    A box without area, or that is not a number, is no box: n_i does not count it. What lies outside the picture is
    zero in both pictures, so it counts in a box's area alone.
    """
    usable = boxes.select(boxes.quads.isfinite().all(2).all(1).nonzero()[:, 0])
    area, paint = AREAS[shape](usable, height, width)
    image, is_box = usable.image, area > 0
    if weighting == "box":
        num_boxes = torch.bincount(image[is_box], minlength=boxes.num_images)
        weight = 1.0 / (channels * area * num_boxes[image] * boxes.num_images)
    else:
        covered = area.new_zeros(boxes.num_images).index_add(0, image, area)
        weight = 1.0 / (channels * covered[image] * boxes.num_images)
    return paint(weight.where(is_box, 0.0)).float()


Paint = Callable[[Tensor], Tensor]  # a weight per box (M,) => their sum at every pixel (B, 1, H, W)


def upright(boxes: BoxBatch, height: int, width: int) -> tuple[Tensor, Paint]:
    """The boxes' areas (M,) float64 as published, truncated to whole pixels, and how to paint them."""
    corner, size = truncated(boxes.quads)
    limit = torch.tensor([width, height], device=corner.device)
    low, high = corner.clamp(min=0).minimum(limit), (corner + size).clamp(min=0).minimum(limit)
    xs = torch.cat([low[:, 0], high[:, 0], low[:, 0], high[:, 0]])
    ys = torch.cat([low[:, 1], low[:, 1], high[:, 1], high[:, 1]])

    def paint(weight: Tensor) -> Tensor:
        signed = torch.cat([weight, -weight, -weight, weight])
        corners = weight.new_zeros(boxes.num_images * (height + 1) * (width + 1))
        corners.index_add_(0, (boxes.image.repeat(4) * (height + 1) + ys) * (width + 1) + xs, signed)
        corners = corners.view(boxes.num_images, height + 1, width + 1)
        return corners.cumsum_(1).cumsum_(2)[:, None, :height, :width]

    return size.prod(1).double(), paint


def truncated(quads: Tensor) -> tuple[Tensor, Tensor]:
    """Quads (M, 4, 2) => integer corners (M, 2) = left, top and (M, 2) = width, height.

    As published: int() of the four numbers left, top, width, height. Corners are float32, so that 3.3 + 5.0 - 3.3 may
    come out just below 5: what is within their rounding error of the next whole number is that number.
    """
    low, high = quads.amin(1), quads.amax(1)
    error = torch.finfo(quads.dtype).eps * (low.abs() + high.abs())
    return _int(low, error), _int(high - low, error)


def _int(values: Tensor, error: Tensor) -> Tensor:
    nearest = values.round()
    return torch.where((values - nearest).abs() <= error, nearest, values.trunc()).long()


def tilted(boxes: BoxBatch, height: int, width: int) -> tuple[Tensor, Paint]:
    """As `upright`, but that a tilted quad is the pixels whose middle lies in it, nothing where a side is below 1."""
    area, paint_rectangles = upright(boxes, height, width)
    is_tilted = ~is_rectangle(boxes.quads)
    quads, image = boxes.quads[is_tilted], boxes.image[is_tilted]
    has_sides = torch.stack(sides(quads)).amin(0) >= 1
    area[is_tilted] = signed_area(quads).abs().where(has_sides, 0.0)

    def paint(weight: Tensor) -> Tensor:
        painted = paint_rectangles(weight.where(~is_tilted, 0.0))
        for rows in torch.arange(len(quads), device=quads.device).split(AT_ONCE):
            layers = contains(quads[rows], height, width) * weight[is_tilted][rows][:, None, None]
            painted = painted.index_add(0, image[rows], layers[:, None])
        return painted

    return area, paint


def is_rectangle(quads: Tensor) -> Tensor:
    """Which of the quads (M, 4, 2) have edges along the picture's alone: (M,)."""
    edges = (quads.roll(-1, 1) - quads).abs()
    return (edges.amin(2) <= 1e-3 * (1 + edges.amax(2))).all(1)


def contains(quads: Tensor, height: int, width: int) -> Tensor:
    """Which pixels' middles lie in each of the convex quads (M, 4, 2), clockwise or not: (M, H, W)."""
    ys = torch.arange(height, device=quads.device) + 0.5
    xs = torch.arange(width, device=quads.device) + 0.5
    inside = quads.new_ones(len(quads), height, width, dtype=torch.bool)
    turn = signed_area(quads).sign()[:, None, None]
    for start, end in zip(quads.unbind(1), quads.roll(-1, 1).unbind(1), strict=True):
        (x0, y0), (dx, dy) = start.T[..., None, None], (end - start).T[..., None, None]
        inside &= (dx * (ys[:, None] - y0) - dy * (xs - x0)) * turn >= 0
    return inside


def signed_area(quads: Tensor) -> Tensor:
    """The area (M,) that quads (M, 4, 2) enclose, positive where they run clockwise in the picture."""
    x, y = quads.double().unbind(2)
    return (x * y.roll(-1, 1) - x.roll(-1, 1) * y).sum(1) / 2


AREAS: dict[str, Callable[[BoxBatch, int, int], tuple[Tensor, Paint]]] = {"upright": upright, "quad": tilted}
