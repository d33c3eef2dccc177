"""What happens to words before a recogniser in training may see them: boxes off by a little, pictures made worse."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.ocr.batch import BoxBatch
from figgen.ocr.crops import expand, sides


def jittered(boxes: BoxBatch, noise: torch.Generator) -> BoxBatch:
    """Quads with a margin of 0 to 0.25 heights, every corner moved a little, every side up to a pixel or so."""

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=noise) * 2 - 1

    m = len(boxes)
    margin = 0.125 + 0.125 * uniform(m, 1, 1)
    quads = boxes.quads + margin * (expand(boxes.quads, 1.0) - boxes.quads)
    _, across = sides(boxes.quads)
    shift = uniform(m, 1, 2) * 0.06 + uniform(m, 4, 2) * 0.04
    return BoxBatch(quads + shift * across[:, None, None], boxes.image, boxes.texts, boxes.num_images)


def disturbed(pixels: Tensor, noise: torch.Generator) -> Tensor:
    """Pictures (n, 1, H, W), each with its own contrast, polarity, blur and noise."""
    n = len(pixels)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, 1, 1, 1, generator=noise)

    pixels = torch.where(uniform(0, 1) < 0.5, pixels, resampled(pixels, float(uniform(1.2, 2.4)[0])))
    pixels = pixels * uniform(0.5, 1.05) + uniform(-0.2, 0.2)
    pixels = torch.where(uniform(0, 1) < 0.15, -pixels, pixels)
    grain = uniform(0, 0.12) * (uniform(0, 1) < 0.5)
    return pixels + grain * torch.randn(pixels.shape, generator=noise)


def resampled(pixels: Tensor, factor: float) -> Tensor:
    """Pictures made `factor` times smaller and large again: about what an autoencoder's bottleneck does."""
    size = pixels.shape[-2:]
    small = (round(size[0] / factor), round(size[1] / factor))
    return F.interpolate(F.interpolate(pixels, small, mode="bilinear", antialias=True), size, mode="bicubic")
