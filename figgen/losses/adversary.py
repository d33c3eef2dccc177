"""A hinge PatchGAN that joins the autoencoder's loss at step `start`, balanced by gradient norms (VQGAN)."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import BackwardCFunction


def patch_discriminator(channels: int, width: int = 64, layers: int = 3) -> nn.Sequential:
    """Pictures (B, C, H, W) => a score per patch (B, 1, h, w)."""
    body: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
    for level in range(1, layers + 1):
        inputs, outputs = width * min(2 ** (level - 1), 8), width * min(2**level, 8)
        stride = 2 if level < layers else 1
        body += [nn.Conv2d(inputs, outputs, 4, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*body, nn.Conv2d(outputs, 1, 4, 1, 1)).apply(born)


def born(layer: nn.Module) -> None:
    """The published first weights: N(0, 0.02) in convolutions, N(1, 0.02) and no shift in norms."""
    if isinstance(layer, nn.Conv2d):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
        nn.init.zeros_(layer.bias)


class Verdict(NamedTuple):
    """What a discriminator says of reconstructions and originals."""

    judging: Tensor  # () what it minimises itself: the hinge loss
    fooling: Tensor  # () what the autoencoder minimises, -mean D(x̂), as a mere number
    pull: Tensor  # (B, C, H, W) the gradient of that number to x̂


class PatchAdversary(nn.Module):
    """The discriminator, what it minimises, and what it asks of the autoencoder."""

    def __init__(
        self, channels: int, weight: float = 0.5, start: int = 50001, learning_rate: float = 4.5e-6, width: int = 64
    ) -> None:
        super().__init__()
        self.net = patch_discriminator(channels, width)
        self.weight, self.start, self.learning_rate = weight, start, learning_rate

    def has_started(self, step: int) -> bool:
        return step >= self.start

    def verdict(self, recon: Tensor, target: Tensor) -> Verdict:
        """One look at fake pictures and one at real ones serve both sides."""
        fake = recon.detach().requires_grad_()
        scores = self.net(fake)
        fooling = -scores.mean()
        (pull,) = torch.autograd.grad(fooling, fake, retain_graph=True)
        judging = 0.5 * (F.relu(1 - self.net(target)).mean() + F.relu(1 + scores).mean())
        return Verdict(judging, fooling.detach(), pull)

    def balance(self, other: Tensor, recon: Tensor, pull: Tensor, last_layer: Tensor) -> Tensor:
        """weight · min(n·‖∂other/∂last‖ / (‖∂fooling/∂last‖ + 1e-4), 1e4) / n, for pictures of n numbers.

        n·other is the published loss, summed over a picture: the limits of 1e4 and 1e-4 are meant for that.
        """
        (theirs,) = torch.autograd.grad(other, last_layer, retain_graph=True)
        (ours,) = torch.autograd.grad(recon, last_layer, pull, retain_graph=True)
        numbers = recon[0].numel()
        return self.weight * (numbers * theirs.norm() / (ours.norm() + 1e-4)).clamp(0, 1e4).detach() / numbers


class Known(torch.autograd.Function):
    """A number () of pictures whose gradient has been worked out before: known(pictures, number, gradient)."""

    @staticmethod
    def forward(ctx: BackwardCFunction, pictures: Tensor, number: Tensor, gradient: Tensor) -> Tensor:
        ctx.save_for_backward(gradient)
        return number.clone()

    @staticmethod
    def backward(ctx: BackwardCFunction, *outer: Tensor) -> tuple[Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return outer[0] * gradient, None, None


def known(pictures: Tensor, number: Tensor, gradient: Tensor) -> Tensor:
    return Known.apply(pictures, number, gradient)
