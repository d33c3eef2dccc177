"""Pictures without their words: each word's quad is filled from what surrounds it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.layout.inside import inside
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crops import homography

GROW = 1.5  # pixels around a quad that may hold the faint edge of a letter


def grown(quads: Tensor) -> Tensor:
    """Quads (M, 4, 2) with their corners moved outwards along both edges."""
    onward, back = (F.normalize(quads.roll(turn, 1) - quads, dim=-1) for turn in (-1, 1))
    return quads - GROW * (onward + back)


def erased(pixels: Tensor, boxes: BoxBatch) -> Tensor:
    """Pixels (B, C, H, W) => the same without the words in `boxes`.

    Inside a quad every pixel is the Coons patch of its border: what lies straight left and right of it plus what lies
    above and below, by distance, less what the corners say. Flat, striped and shaded grounds come back as they were.
    """
    height, width = pixels.shape[2:]
    quads = grown(boxes.quads.double())
    quad, y, x, u, v = inside(quads, (height, width))
    image, place = boxes.image[quad], homography(quads)[quad]
    zeros, ones = torch.zeros_like(u), torch.ones_like(u)

    def at(u: Tensor, v: Tensor) -> Tensor:
        """The pixels (P, C) at the points u, v of the quads; of those off the sheet, the nearest."""
        across, down, depth = (place @ torch.stack([u, v, ones], 1)[..., None])[..., 0].unbind(1)
        column, row = (across / depth).long().clamp(0, width - 1), (down / depth).long().clamp(0, height - 1)
        return pixels[image, :, row, column].double()

    right, below = u[:, None], v[:, None]
    sides = (1 - right) * at(zeros, v) + right * at(ones, v) + (1 - below) * at(u, zeros) + below * at(u, ones)
    top = (1 - right) * at(zeros, zeros) + right * at(ones, zeros)
    bottom = (1 - right) * at(zeros, ones) + right * at(ones, ones)
    filled = sides - (1 - below) * top - below * bottom
    result = pixels.clone()
    result[image, :, y, x] = filled.clamp(-1, 1).to(pixels)
    return result
