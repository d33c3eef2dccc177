"""The plain loss is the published sum divided by the number of a picture's elements."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.distributions import Normal, kl_divergence

from figgen.losses.parts import Posterior
from figgen.losses.plain import PlainLoss
from figgen.ocr.batch import BoxBatch

NO_BOXES = BoxBatch.collate([[], []])
RECON, TARGET = (torch.rand(2, 3, 8, 12, generator=torch.Generator().manual_seed(i)) * 2 - 1 for i in range(2))
POSTERIOR = Posterior(*torch.randn(2, 2, 4, 2, 3, generator=torch.Generator().manual_seed(2)))


def published(weight: float) -> float:
    """(Σ |x - x̂|) / B + weight · KL, KL summed over a latent, mean over the batch."""
    q = Normal(POSTERIOR.mean, (0.5 * POSTERIOR.logvar).exp())
    kl = kl_divergence(q, Normal(torch.zeros_like(q.mean), torch.ones_like(q.mean)))
    return float((RECON - TARGET).abs().sum() / 2 + weight * kl.sum() / 2)


def test_plain_loss_is_the_published_one_per_element() -> None:
    total, parts = PlainLoss(kl_weight=0.5)(RECON, TARGET, POSTERIOR, NO_BOXES, 0)
    assert float(total) == pytest.approx(published(0.5) / (3 * 8 * 12), rel=1e-5)
    assert float(total) == pytest.approx(sum(map(float, parts.values())), rel=1e-6)


def test_kl_of_the_standard_normal_is_zero() -> None:
    zero = torch.zeros(2, 4, 2, 3)
    _, parts = PlainLoss(kl_weight=1.0)(RECON, TARGET, Posterior(zero, zero), NO_BOXES, 0)
    assert float(parts["kl"]) == 0


def test_mse_squares_the_difference() -> None:
    _, parts = PlainLoss(pixel="mse")(RECON, TARGET, POSTERIOR, NO_BOXES, 0)
    assert float(parts["mse"]) == pytest.approx(float(((RECON - TARGET) ** 2).sum()) / RECON.numel(), rel=1e-5)


class Seven(nn.Module):
    def forward(self, recon: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return recon.new_tensor(7.0)


def test_perceptual_part_is_added_as_it_is() -> None:
    plain, _ = PlainLoss()(RECON, TARGET, POSTERIOR, NO_BOXES, 0)
    total, parts = PlainLoss(perceptual=Seven())(RECON, TARGET, POSTERIOR, NO_BOXES, 0)
    assert float(parts["lpips"]) == 7
    assert float(total) == pytest.approx(float(plain) + 7, rel=1e-6)
