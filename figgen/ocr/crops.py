"""Words cut out of pictures and set upright: one perspective grid_sample for all words of a picture.

Corners are in continuous pixels: pixel i covers [i, i + 1), so a box with left=2, width=3 is exactly pixels 2, 3, 4.
Words are usually enlarged (11 px high => 32 or 48). A word at least twice as large as its crop is cut from the picture
averaged over 2 x 2, 4 x 4, ... pixels, so that bilinear interpolation never steps over a pixel and thin strokes stay.
"""

from __future__ import annotations

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.ocr.batch import BoxBatch

WHITE = 1.0
MARGIN = 0.1  # of a quad's height, around it
ROUND = 32  # columns: no recogniser's stride is larger, or sees how wide the others' crops are
_OUTSIDE = -3.0  # a grid coordinate that every interpolation reads as "not in the picture"


def rectify(pixels: Tensor, boxes: BoxBatch, height: int, width: int, margin: float = MARGIN) -> tuple[Tensor, Tensor]:
    """Pixels (B, C, H, W) in [-1, 1] => upright crops (M, C, height, w) and their content widths (M,).

    w is what the widest word needs, rounded up to a multiple of ROUND, and at most `width`.
    Every quad grows by `margin` times its height on all sides, keeps its aspect, stands at the left; the rest,
    and what lies outside the picture, is white. A word too long for `width` is squeezed into it.
    """
    quads = expand(boxes.quads, margin)
    widths = content_widths(quads, height, width)
    if len(boxes) == 0:
        return pixels.new_empty(0, pixels.shape[1], height, width), widths
    level, reach = levels(quads, widths, height), min(-(-int(widths.max()) // ROUND) * ROUND, width)
    parts, rows = [], []
    for k in level.unique().tolist():
        darkness = shrunk(pixels - WHITE, k)  # zero padding then means white
        for i in boxes.image[level == k].unique().tolist():
            of_picture = ((level == k) & (boxes.image == i)).nonzero()[:, 0]
            rows.append(of_picture)
            parts.append(_cut(darkness[i], quads[of_picture] / 2**k, widths[of_picture], height, reach))
    return torch.cat(parts)[torch.cat(rows).argsort()].add_(WHITE), widths


def _cut(picture: Tensor, quads: Tensor, widths: Tensor, height: int, width: int) -> Tensor:
    """All words of a picture (C, H, W) => (n, C, height, width), in one look: no copy of the picture per word."""
    grid = _grid(quads, widths, height, width, tuple(picture.shape[-2:])).to(picture.dtype)
    tall = grid.reshape(1, -1, width, 2)
    crops = F.grid_sample(picture[None], tall, mode="bilinear", padding_mode="zeros", align_corners=False)
    return crops.reshape(len(picture), -1, height, width).transpose(0, 1)


def levels(quads: Tensor, widths: Tensor, height: int) -> Tensor:
    """How often (M,) each quad's picture is to be halved, so that a crop's pixels are less than two apart in it."""
    along, across = sides(quads)
    scale = torch.maximum(along / widths, across / height)
    return scale.clamp(min=1).log2().floor().nan_to_num().long()


def shrunk(pictures: Tensor, level: int) -> Tensor:
    """Pictures (B, C, H, W), filled up with zeros below and to the right, averaged over squares of 2**level pixels."""
    if level == 0:
        return pictures
    side = 2**level
    height, width = pictures.shape[-2:]
    return F.avg_pool2d(F.pad(pictures, (0, -width % side, 0, -height % side)), side)


def sides(quads: Tensor) -> tuple[Tensor, Tensor]:
    """Quads (M, 4, 2) => mean length of the edges along the text and across it, each (M,)."""
    edges = (quads.roll(-1, 1) - quads).norm(dim=-1)  # top, right, bottom, left
    return (edges[:, 0] + edges[:, 2]) / 2, (edges[:, 1] + edges[:, 3]) / 2


def content_widths(quads: Tensor, height: int, width: int) -> Tensor:
    """Columns (M,) int64 that each quad (M, 4, 2) fills in a crop `height` high and at most `width` wide."""
    along, across = sides(quads)
    return (height * along / across.clamp(min=1e-6)).round().clamp(1, width).long()


def expand(quads: Tensor, margin: float) -> Tensor:
    """Move the corners of quads (M, 4, 2) outwards along their own edges by `margin` times the mean height."""
    _, across = sides(quads)
    towards_next = F.normalize(quads.roll(-1, 1) - quads, dim=-1)
    towards_previous = F.normalize(quads.roll(1, 1) - quads, dim=-1)
    return quads - margin * across[:, None, None] * (towards_next + towards_previous)


def homography(quads: Tensor) -> Tensor:
    """Matrices (M, 3, 3) that send the unit square's corners to quads (M, 4, 2), clockwise from the top left.

    Heckbert, "Fundamentals of Texture Mapping and Image Warping" (1989), section 2.2.3.
    """
    p0, p1, p2, p3 = quads.unbind(1)
    d1, d2, s = p1 - p2, p3 - p2, p0 - p1 + p2 - p3
    area = _cross(d1, d2)
    area = torch.where(area.abs() < 1e-9, torch.ones_like(area), area)  # a quad without area: s is its own answer
    g, h = _cross(s, d2) / area, _cross(d1, s) / area
    columns = (p1 - p0 + g[:, None] * p1, p3 - p0 + h[:, None] * p3, p0)
    top = torch.stack(columns, dim=2)  # (M, 2, 3)
    bottom = torch.stack((g, h, torch.ones_like(g)), dim=1)[:, None]
    return torch.cat((top, bottom), dim=1)


def _cross(a: Tensor, b: Tensor) -> Tensor:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _grid(quads: Tensor, widths: Tensor, height: int, width: int, size: tuple[int, ...]) -> Tensor:
    """Where in a picture of size (H, W) each crop pixel looks, in grid_sample's [-1, 1]: (M, height, width, 2)."""
    exact = partial(torch.tensor, dtype=torch.float64, device=quads.device)
    u = (exact(range(width)) + 0.5) / widths[:, None]  # (M, width), above 1 beyond the content
    v = (exact(range(height)) + 0.5) / height
    corner = exact([[2 / size[1], 0, -1], [0, 2 / size[0], -1], [0, 0, 1]])  # pixels => [-1, 1]
    by_u, by_v, rest = (corner @ homography(quads.double()))[..., None].unbind(2)  # each (M, 3, 1)
    along, across = (by_u * u[:, None] + rest).float(), (by_v * v).float()  # (M, 3, width), (M, 3, height)
    x, y, depth = (along[:, :, None] + across[..., None]).unbind(1)
    grid = torch.stack((x / depth, y / depth), dim=-1)
    return grid.masked_fill_((u >= 1)[:, None, :, None], _OUTSIDE)
