"""The hinge adversary: what each side minimises, and how loudly it speaks."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from figgen.losses.adversary import PatchAdversary, known, patch_discriminator


@pytest.fixture
def adversary() -> PatchAdversary:
    """One whose discriminator's score of a pixel is the pixel itself."""
    made = PatchAdversary(channels=1, weight=0.5, start=3, width=8)
    made.net = nn.Sequential(nn.Identity())
    return made


def test_hinge_counts_only_what_is_not_yet_told_apart(adversary: PatchAdversary) -> None:
    real, fake = torch.tensor([2.0, 0.5, -1.0]), torch.tensor([-3.0, 0.0, 1.0])
    verdict = adversary.verdict(fake, real)
    # real: max(0, 1 - D) = 0, 0.5, 2; fake: max(0, 1 + D) = 0, 1, 2
    assert verdict.judging.item() == pytest.approx(0.5 * (2.5 / 3 + 3 / 3))
    assert float(verdict.fooling) == pytest.approx(-(-3 + 0 + 1) / 3)
    torch.testing.assert_close(verdict.pull, torch.full((3,), -1 / 3))


def test_judging_leaves_the_autoencoder_alone(adversary: PatchAdversary) -> None:
    real, fake = torch.zeros(2, requires_grad=True), torch.zeros(2, requires_grad=True)
    adversary.verdict(fake, real).judging.backward()
    assert fake.grad is None
    assert real.grad is not None


def test_fooling_moves_the_autoencoder_as_the_whole_graph_would_and_no_discriminator_weight() -> None:
    torch.manual_seed(0)
    adversary, recon = PatchAdversary(3, width=8), torch.randn(2, 3, 32, 32, requires_grad=True)
    verdict = adversary.verdict(recon, torch.randn(2, 3, 32, 32))
    (5 * known(recon, verdict.fooling, verdict.pull)).backward()
    (whole,) = torch.autograd.grad(-5 * adversary.net(recon).mean(), recon)
    torch.testing.assert_close(recon.grad, whole)
    assert all(weight.grad is None for weight in adversary.parameters())


def published_weight(adversary: PatchAdversary, recon: Tensor, target: Tensor, last: Tensor) -> Tensor:
    """What the adversary weighs beside the loss that is summed over a picture (taming-transformers, ML-Figs)."""
    nll = (recon - target).abs().sum() / len(recon)
    (theirs,) = torch.autograd.grad(nll, last, retain_graph=True)
    (ours,) = torch.autograd.grad(-adversary.net(recon).mean(), last, retain_graph=True)
    return 0.5 * torch.clamp(theirs.norm() / (ours.norm() + 1e-4), 0.0, 1e4)


@pytest.mark.parametrize(("side", "is_clamped"), [(64, False), (384, True)])
def test_adversary_weighs_as_published_whatever_the_size_of_the_picture(side: int, is_clamped: bool) -> None:
    torch.manual_seed(0)
    adversary, decoder = PatchAdversary(3, width=8), nn.Conv2d(3, 3, 3, padding=1)
    recon, target = decoder(torch.randn(2, 3, side, side)), torch.randn(2, 3, side, side)
    published = published_weight(adversary, recon, target, decoder.weight)
    pull = adversary.verdict(recon, target).pull
    ours = adversary.balance((recon - target).abs().mean(), recon, pull, decoder.weight)
    assert (float(published) == 0.5e4) is is_clamped
    torch.testing.assert_close(ours * recon[0].numel(), published)  # ours stands beside a mean over the picture


def test_discriminator_is_born_as_published() -> None:
    torch.manual_seed(0)
    convolutions = [layer for layer in patch_discriminator(3) if isinstance(layer, nn.Conv2d)]
    norms = [layer for layer in patch_discriminator(3) if isinstance(layer, nn.BatchNorm2d)]
    for layer in convolutions:
        assert float(layer.weight.detach().mean()) == pytest.approx(0, abs=2e-3)
        assert float(layer.weight.detach().std()) == pytest.approx(0.02, rel=0.1)
    for layer in norms:
        assert float(layer.weight.detach().mean()) == pytest.approx(1, abs=6e-3)
        assert float(layer.weight.detach().std()) == pytest.approx(0.02, rel=0.2) and not layer.bias.any()


def test_balance_is_the_ratio_of_gradient_norms(adversary: PatchAdversary) -> None:
    last = torch.tensor([1.0, -2.0], requires_grad=True)
    recon = last * torch.tensor([2.0, 1.0])
    weight = adversary.balance((recon * torch.tensor([1.5, 4.0])).sum(), recon, torch.tensor([0.0, 2.0]), last)
    assert float(weight) == pytest.approx(0.5 * 5 / (2 + 1e-4))  # |(3, 4)| over |(0, 2)|
    assert not weight.requires_grad


def test_balance_is_clamped_where_the_adversary_is_silent(adversary: PatchAdversary) -> None:
    last = torch.tensor([1.0, -2.0], requires_grad=True)
    weight = adversary.balance((last * torch.tensor([30.0, 40.0])).sum(), last * 1, torch.zeros(2), last)
    assert float(weight) == 0.5 * 1e4  # 50 / 1e-4 would be 5e5


def test_adversary_joins_at_its_start(adversary: PatchAdversary) -> None:
    assert [adversary.has_started(step) for step in (2, 3, 4)] == [False, True, True]


def test_discriminator_scores_overlapping_patches() -> None:
    # three halvings less the last layer's: 32 -> 16 -> 8 -> 4 -> 3 -> 2
    assert patch_discriminator(3, width=8)(torch.zeros(2, 3, 32, 64)).shape == (2, 1, 2, 6)
