"""OCR perceptual term (OCR-VQGAN, Rodriguez et al. 2023): a text detector must see the same in both pictures.

    L = Σ_k mean_{y,x} Σ_c (φ̃_k(x) - φ̃_k(x̂))²,    φ̃ = φ / ‖φ‖ along channels

over the feature maps φ_k of a frozen detector: LPIPS without learned channel weights, on the whole picture, no boxes.
Published weight 1 beside the per-element pixel loss.
"""

from __future__ import annotations

import torch
from torch import Tensor

from figgen.losses.combined import Term
from figgen.ocr.batch import BoxBatch
from figgen.ocr.trunk import Trunk


def unit(features: Tensor) -> Tensor:
    """Features (B, C, h, w), each position's of length one; ε in the root keeps the gradient finite at zero."""
    return features / (features.square().sum(1, keepdim=True) + 1e-8).sqrt()


def squared_differences(trunk: Trunk, recon: Tensor, target: Tensor) -> list[Tensor]:
    """Pixels x̂ and x (B, C, H, W) => Σ_c (φ̃_k(x̂) - φ̃_k(x))² for each map: (B, h_k, w_k)."""
    with torch.autocast(recon.device.type, enabled=False):
        with torch.no_grad():
            theirs = trunk(target)
        return [(unit(a) - unit(b)).square().sum(1) for a, b in zip(trunk(recon), theirs, strict=True)]


class OcrPerceptualTerm(Term):
    """The distance, mean over the batch."""

    name = "ocr_perceptual"

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, recon: Tensor, target: Tensor, boxes: BoxBatch, step: int) -> Tensor:
        return torch.stack([d.mean() for d in squared_differences(self.trunk, recon, target)]).sum()
