"""OCR perceptual loss (OCR-VQGAN, Rodriguez et al. 2023): a text detector must see the same in both pictures.

    L = Σ_k mean_{y,x} Σ_c (φ̃_k(x) - φ̃_k(x̂))²,    φ̃ = φ / ‖φ‖ along channels

over the feature maps φ_k of a frozen detector: LPIPS without learned channel weights, on the whole picture, no boxes.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from figgen.losses.parts import LossParts, Posterior
from figgen.ocr.batch import BoxBatch
from figgen.ocr.trunk import Trunk

PART = "ocr_perceptual"


def unit(features: Tensor) -> Tensor:
    """Features (B, C, h, w), each position's of length one; ε in the root keeps the gradient finite at zero."""
    return features / (features.square().sum(1, keepdim=True) + 1e-8).sqrt()


def squared_differences(trunk: Trunk, recon: Tensor, target: Tensor) -> list[Tensor]:
    """Pixels x̂ and x (B, C, H, W) => Σ_c (φ̃_k(x̂) - φ̃_k(x))² for each map: (B, h_k, w_k)."""
    with torch.autocast(recon.device.type, enabled=False):
        with torch.no_grad():
            theirs = trunk(target)
        return [(unit(a) - unit(b)).square().sum(1) for a, b in zip(trunk(recon), theirs, strict=True)]


class OcrPerceptualLoss(nn.Module):
    """recon + weight · OCR perceptual distance, mean over the batch; published weight 1."""

    def __init__(self, recon: nn.Module, trunk: Trunk, weight: float = 1.0) -> None:
        super().__init__()
        self.recon, self.trunk, self.weight = recon, trunk, weight

    def train(self, mode: bool = True) -> OcrPerceptualLoss:
        super().train(mode)
        self.trunk.eval()  # frozen: batch statistics stay those of its training
        return self

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        """Pictures (B, C, H, W) in [-1, 1] => the plain loss's parts and `ocr_perceptual`."""
        plain = self.recon(recon, target, posterior, boxes, step)
        distance = torch.stack([d.mean() for d in squared_differences(self.trunk, recon, target)]).sum()
        part = self.weight * distance
        return LossParts(plain.total + part, {**plain.parts, PART: part})
