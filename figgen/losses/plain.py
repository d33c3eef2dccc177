"""The loss that treats every pixel alike: distance of pixels + KL, optionally LPIPS (Rombach et al. 2022)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from figgen.losses.parts import LossParts, Objective, Posterior
from figgen.ocr.batch import BoxBatch

DISTANCES = {"l1": F.l1_loss, "mse": F.mse_loss}


def kl_divergence(posterior: Posterior) -> Tensor:
    """KL(q || N(0, I)), summed over a latent, mean over the batch."""
    mean, logvar = posterior
    return 0.5 * (mean.square() + logvar.exp() - 1 - logvar).sum((1, 2, 3)).mean()


class PlainLoss(Objective):
    """Mean |x - x̂| (or its square) per element + weight · KL per pixel element + weight · LPIPS.

    The published form sums over the picture's elements; dividing all of it by their number C·H·W changes no
    balance between the parts and makes the number comparable across picture sizes.
    """

    def __init__(self, pixel: str = "l1", kl_weight: float = 1e-6, perceptual: nn.Module | None = None) -> None:
        super().__init__()
        self.pixel, self.distance = pixel, DISTANCES[pixel]
        self.kl_weight = kl_weight
        self.perceptual = perceptual

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        """Pictures (B, C, H, W) in [-1, 1], the posterior they came through => weighted parts."""
        parts = {
            self.pixel: self.distance(recon, target),
            "kl": self.kl_weight * kl_divergence(posterior) / target[0].numel(),
        }
        if self.perceptual is not None:
            parts["lpips"] = self.perceptual(recon, target)
        return LossParts(sum(parts.values(), start=target.new_zeros(())), parts)
