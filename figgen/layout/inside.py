"""Which positions of a sheet lie inside which quads, and where in them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from figgen.ocr.crops import homography


class Inside(NamedTuple):
    """P positions inside quads; one that several quads share is listed for each."""

    quad: Tensor  # (P,) int64: row of the quad
    y: Tensor  # (P,) int64
    x: Tensor  # (P,) int64
    u: Tensor  # (P,) float64: along the text, 0 … 1
    v: Tensor  # (P,) float64: across it, 0 … 1


def inside(quads: Tensor, size: tuple[int, int], stride: int = 1) -> Inside:
    """Quads (M, 4, 2) float64 in pixels => the positions, `stride` pixels apart, of a sheet of `size` positions."""
    quad, y, x = _near(quads / stride, size)
    middle = torch.stack([(x + 0.5) * stride, (y + 0.5) * stride, torch.ones(len(x))], 1).double()
    back, singular = torch.linalg.inv_ex(homography(quads))
    u, v, depth = (back[quad] @ middle[..., None])[..., 0].unbind(1)
    u, v = u / depth, v / depth  # beyond the horizon, or in a quad without area: no number, and so not inside
    within = (u >= 0) & (u < 1) & (v >= 0) & (v < 1) & (singular[quad] == 0)
    return Inside(*(values[within] for values in (quad, y, x, u, v)))


def _near(quads: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor, Tensor]:
    """All positions of the rectangle around each quad: its row, y and x."""
    most = torch.tensor([size[1], size[0]])
    low = quads.amin(1).floor().long().clamp(min=torch.zeros_like(most), max=most)
    high = quads.amax(1).ceil().long().clamp(min=low, max=most)
    columns, rows = (high - low).unbind(1)
    area = columns * rows
    quad = torch.arange(len(quads)).repeat_interleave(area)
    k = torch.arange(len(quad)) - (area.cumsum(0) - area)[quad]
    return quad, low[quad, 1] + k // columns[quad], low[quad, 0] + k % columns[quad]
