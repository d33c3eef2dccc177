"""Text perceptual loss (ML-Figs): squared error inside the word boxes, every box of an image alike.

    TPL = (1/B) Σ_i (1/n_i) Σ_b mean((x_i[b] - x̂_i[b])²)

is a weighted squared error Σ W·(x - x̂)² with W(y, x) = Σ_b [(y, x) in b] / (C·h_b·w_b·n_i·B), so there is no loop
over boxes: W is written by its corner differences and integrated twice.
"""

from __future__ import annotations

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
    corners = weight.new_zeros(boxes.num_images, height + 1, width + 1)
    for ys, xs, sign in ((low, low, 1), (low, high, -1), (high, low, -1), (high, high, 1)):
        corners.index_put_((image, ys[:, 1], xs[:, 0]), sign * weight, accumulate=True)
    return corners.cumsum(1).cumsum(2)[:, None, :height, :width].float()


class TextPerceptualLoss(nn.Module):
    """recon + weight · TPL; published weight 0.8 per element (facts 1.3)."""

    def __init__(self, recon: nn.Module, weight: float = 0.8) -> None:
        super().__init__()
        self.recon, self.weight = recon, weight

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        """Pictures (B, C, H, W) in [-1, 1] and their words => the plain loss's parts and `tpl`."""
        plain = self.recon(recon, target, posterior, boxes, step)
        weights = weight_map(boxes, *target.shape[1:])
        tpl = self.weight * (weights * (recon - target).square()).sum()
        return LossParts(plain.total + tpl, {**plain.parts, "tpl": tpl})
