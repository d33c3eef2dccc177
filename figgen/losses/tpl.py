"""Text perceptual loss (ML-Figs): squared error inside the word boxes, every box of an image alike.

    TPL = (1/B) Σ_i (1/n_i) Σ_b mean((x_i[b] - x̂_i[b])²)

is a weighted squared error Σ W·(x - x̂)² with W(y, x) = Σ_b [(y, x) in b] / (C·h_b·w_b·n_i·B), so there is no loop
over boxes: W is written by its corner differences and integrated twice.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from figgen.losses.parts import LossParts, Posterior
from figgen.ocr.batch import BoxBatch


def upright(quads: Tensor) -> tuple[Tensor, Tensor]:
    """Quads (M, 4, 2) => integer corners (M, 2) = left, top and (M, 2) = width, height.

    As published: the four numbers left, top, width, height are truncated to integers.
    """
    low, high = quads.amin(1), quads.amax(1)
    return low.trunc().long(), (high - low).trunc().long()


def weight_map(boxes: BoxBatch, channels: int, height: int, width: int) -> Tensor:
    """The W (B, 1, H, W) for which TPL = Σ W·(x - x̂)².

    A box whose truncated width or height is zero, or that is not a number, is no box: n_i does not count it. What
    lies outside the picture is zero in both pictures, so it counts in h_b·w_b alone.
    """
    corner, size = upright(boxes.quads)
    usable = boxes.quads.isfinite().all(2).all(1) & (size > 0).all(1)
    corner, size, image = corner[usable], size[usable], boxes.image[usable]
    num_boxes = torch.bincount(image, minlength=boxes.num_images)
    weight = 1.0 / (channels * size.prod(1).double() * num_boxes[image] * boxes.num_images)

    limit = torch.tensor([width, height], device=corner.device)
    low, high = corner.clamp(min=0).minimum(limit), (corner + size).clamp(min=0).minimum(limit)
    xs = torch.cat([low[:, 0], high[:, 0], low[:, 0], high[:, 0]])
    ys = torch.cat([low[:, 1], low[:, 1], high[:, 1], high[:, 1]])
    signed = torch.cat([weight, -weight, -weight, weight])
    corners = weight.new_zeros(boxes.num_images * (height + 1) * (width + 1))
    corners.index_add_(0, (image.repeat(4) * (height + 1) + ys) * (width + 1) + xs, signed)
    corners = corners.view(boxes.num_images, height + 1, width + 1)
    return corners.cumsum_(1).cumsum_(2)[:, None, :height, :width].float()


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
    """recon + weight · TPL; published weight 0.8 per element (facts 1.3)."""

    def __init__(self, recon: nn.Module, weight: float = 0.8) -> None:
        super().__init__()
        self.recon, self.weight = recon, weight

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        """Pictures (B, C, H, W) in [-1, 1] and their words => the plain loss's parts and `tpl`."""
        plain = self.recon(recon, target, posterior, boxes, step)
        weights = weight_map(boxes, *target.shape[1:])
        tpl = self.weight * WeightedSquares.apply(recon, target, weights)
        return LossParts(plain.total + tpl, {**plain.parts, "tpl": tpl})
