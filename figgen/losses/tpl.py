"""Text perceptual term (ML-Figs): squared error inside the word boxes, every box of an image alike.

    TPL = (1/B) Σ_i (1/n_i) Σ_b mean((x_i[b] - x̂_i[b])²)

is a weighted squared error Σ W·(x - x̂)² with W(y, x) = Σ_b [(y, x) in b] / (C·h_b·w_b·n_i·B), so there is no loop
over boxes: W is written by its corner differences and integrated twice (figgen.losses.weight_maps). Published weight
0.8 beside the per-element pixel loss.

Two controls tell what makes it work, the norm or the place: absolute error in the boxes, and squares everywhere.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import BackwardCFunction

from figgen.losses.combined import Term
from figgen.losses.ocr_perceptual import squared_differences
from figgen.losses.weight_maps import weight_map
from figgen.ocr.batch import BoxBatch
from figgen.ocr.trunk import Trunk, load


class WeightedSquares(torch.autograd.Function):
    """Σ W·(x̂ - x)² and its gradient 2·W·(x̂ - x), from one pass over the picture."""

    @staticmethod
    def forward(ctx: BackwardCFunction, recon: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        error = recon - target
        weighted = error * weights
        ctx.save_for_backward(weighted)
        return torch.dot(weighted.flatten(), error.flatten())

    @staticmethod
    def backward(ctx: BackwardCFunction, *grads: Tensor) -> tuple[Tensor, None, None]:
        (weighted,) = ctx.saved_tensors
        return weighted * (2 * grads[0]), None, None


class TextPerceptualTerm(Term):
    """The TPL.

    weighting: box, every box of an image alike, as published; area, every pixel in a box of an image alike.
    shape: upright, a tilted quad counts as the rectangle around it; quad, it counts as itself.
    space: pixel, as published; feature, between what a frozen text detector sees, mean over its maps.
    norm: squares, as published; l1, absolute error (of pixels alone).
    place: words, as published; everywhere, the picture is the one box.
    craft: the checkpoint of CRAFT for space=feature; None takes PP-OCR's detector.
    """

    name = "tpl"

    def __init__(
        self,
        weighting: str = "box",
        shape: str = "upright",
        space: str = "pixel",
        norm: str = "squares",
        place: str = "words",
        craft: str | None = None,
    ) -> None:
        super().__init__()
        self.weighting, self.shape, self.norm, self.place = weighting, shape, norm, place
        self.needs_words = place == "words"
        self.trunk = load(craft, "loss.text.craft") if space == "feature" else None

    def forward(self, recon: Tensor, target: Tensor, boxes: BoxBatch, step: int) -> Tensor:
        weights = self.weights(boxes, target)
        if self.trunk is not None:
            return feature_tpl(self.trunk, recon, target, weights)
        if self.norm == "l1":
            return (weights * (recon - target).abs()).sum()
        return WeightedSquares.apply(recon, target, weights)

    def weights(self, boxes: BoxBatch, target: Tensor) -> Tensor:
        """The W (B, 1, H, W) of pictures (B, C, H, W)."""
        batch, channels, height, width = target.shape
        channels = channels if self.trunk is None else 1
        if self.place == "everywhere":
            return target.new_full((batch, 1, height, width), 1 / (batch * channels * height * width))
        return weight_map(boxes, channels, height, width, weighting=self.weighting, shape=self.shape)


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
