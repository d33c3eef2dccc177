"""Text perceptual loss (ML-Figs): squared error inside the word boxes, every box of an image alike.

    TPL = (1/B) Σ_i (1/n_i) Σ_b mean((x_i[b] - x̂_i[b])²)

is a weighted squared error Σ W·(x - x̂)² with W(y, x) = Σ_b [(y, x) in b] / (C·h_b·w_b·n_i·B), so there is no loop
over boxes: W is written by its corner differences and integrated twice (figgen.losses.weight_maps).
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.losses.ocr_perceptual import squared_differences
from figgen.losses.parts import LossParts, Posterior
from figgen.losses.weight_maps import AREAS, weight_map
from figgen.ocr.batch import BoxBatch
from figgen.ocr.trunk import Trunk, load
from figgen.runs.errors import ConfigError

CHOICES = {"weighting": ("box", "area"), "shape": tuple(AREAS), "space": ("pixel", "feature")}


class WeightedSquares(torch.autograd.Function):
    """Σ W·(x̂ - x)² and its gradient 2·W·(x̂ - x), from one pass over the picture."""

    @staticmethod
    def forward(ctx: Any, recon: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        error = recon - target
        weighted = error * weights
        ctx.save_for_backward(weighted)
        return torch.dot(weighted.flatten(), error.flatten())

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (weighted,) = ctx.saved_tensors
        return weighted * (2 * grads[0]), None, None


class TextPerceptualLoss(nn.Module):
    """recon + weight · TPL; published weight 0.8 per element (facts 1.3).

    weighting: box, every box of an image alike, as published; area, every pixel in a box of an image alike.
    shape: upright, a tilted quad counts as the rectangle around it; quad, it counts as itself.
    space: pixel, as published; feature, between what a frozen text detector sees, mean over its maps.
    craft: the checkpoint of CRAFT for space=feature; None takes PP-OCR's detector.
    """

    def __init__(
        self,
        recon: nn.Module,
        weight: float = 0.8,
        weighting: str = "box",
        shape: str = "upright",
        space: str = "pixel",
        craft: str | None = None,
    ) -> None:
        super().__init__()
        for name, value in (("weighting", weighting), ("shape", shape), ("space", space)):
            if value not in CHOICES[name]:
                raise ConfigError(f"loss.text.{name} is one of {', '.join(CHOICES[name])}, not {value}.")
        self.recon, self.weight = recon, weight
        self.weighting, self.shape = weighting, shape
        self.trunk = load(craft, "loss.text.craft") if space == "feature" else None

    def train(self, mode: bool = True) -> TextPerceptualLoss:
        super().train(mode)
        if self.trunk is not None:
            self.trunk.eval()  # frozen: batch statistics stay those of its training
        return self

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        """Pictures (B, C, H, W) in [-1, 1] and their words => the plain loss's parts and `tpl`."""
        plain = self.recon(recon, target, posterior, boxes, step)
        channels, height, width = target.shape[1:]
        if self.trunk is None:
            weights = weight_map(boxes, channels, height, width, self.weighting, self.shape)
            distance = WeightedSquares.apply(recon, target, weights)
        else:
            weights = weight_map(boxes, 1, height, width, self.weighting, self.shape)
            distance = feature_tpl(self.trunk, recon, target, weights)
        tpl = self.weight * distance
        return LossParts(plain.total + tpl, {**plain.parts, "tpl": tpl})


def feature_tpl(trunk: Trunk, recon: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """Σ W·Σ_c (φ̃_k(x̂) - φ̃_k(x))², mean over maps k; a place of a map has the weights (B, 1, H, W) of its pixels."""
    sums = []
    for difference in squared_differences(trunk, recon, target):
        sums.append((pooled(weights, difference.shape[-2:], trunk.multiple)[:, 0] * difference).sum())
    return torch.stack(sums).mean()


def pooled(weights: Tensor, size: torch.Size, multiple: int) -> Tensor:
    """Weights (B, 1, H, W), filled up with zeros to a multiple, summed over the pixels of each place of a map."""
    height, width = weights.shape[-2:]
    filled = F.pad(weights, (0, -width % multiple, 0, -height % multiple))
    stride = (filled.shape[-2] // size[0], filled.shape[-1] // size[1])
    return F.avg_pool2d(filled, stride) * (stride[0] * stride[1])
