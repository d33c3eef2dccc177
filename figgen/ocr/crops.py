"""Words cut out of pictures and set upright: one perspective grid_sample for all words of a batch.

Corners are in continuous pixels: pixel i covers [i, i + 1), so a box with left=2, width=3 is exactly pixels 2, 3, 4.
Words are usually enlarged (11 px high => 32 or 48). A word at least twice as large as its crop is cut from the picture
averaged over 2 x 2, 4 x 4, ... pixels, so that bilinear interpolation never steps over a pixel and thin strokes stay.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.ocr.batch import BoxBatch

WHITE = 1.0
_OUTSIDE = -3.0  # a grid coordinate that every interpolation reads as "not in the picture"


def rectify(pixels: Tensor, boxes: BoxBatch, height: int, width: int, margin: float = 0.1) -> tuple[Tensor, Tensor]:
    """Pixels (B, C, H, W) in [-1, 1] => upright crops (M, C, height, width) and their content widths (M,).

    Every quad grows by `margin` times its height on all sides, keeps its aspect, stands at the left; the rest,
    and what lies outside the picture, is white. A word too long for `width` is squeezed into it.
    """
    quads = expand(boxes.quads, margin)
    widths = content_widths(quads, height, width)
    crops = pixels.new_empty(len(boxes), pixels.shape[1], height, width)
    level = levels(quads, widths, height)
    for k in level.unique().tolist():
        rows = level == k
        picture = shrunk(pixels - WHITE, k)[boxes.image[rows]]  # of darkness: zero padding then means white
        grid = _grid(quads[rows] / 2**k, widths[rows], height, width, tuple(picture.shape[-2:])).to(pixels.dtype)
        crops[rows] = F.grid_sample(picture, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return crops + WHITE, widths


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
    columns = torch.arange(width, device=quads.device, dtype=torch.float64) + 0.5
    u = columns / widths[:, None]  # (M, width), above 1 beyond the content
    v = (torch.arange(height, device=quads.device, dtype=torch.float64) + 0.5) / height
    u_grid, v_grid = u[:, None, :].expand(-1, height, -1), v[None, :, None].expand(len(quads), -1, width)
    square = torch.stack((u_grid, v_grid, torch.ones_like(u_grid)), dim=-1)
    places = torch.einsum("mij,mhwj->mhwi", homography(quads.double()), square)
    extent = torch.tensor(size[::-1], device=quads.device, dtype=torch.float64)  # W, H
    grid = 2 * places[..., :2] / (places[..., 2:] * extent) - 1
    return torch.where(u_grid[..., None] < 1, grid, _OUTSIDE)
