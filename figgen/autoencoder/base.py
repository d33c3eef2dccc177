"""The seam between pixels and latents."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from figgen.layout.character_map import CharacterMap
from figgen.losses.parts import Posterior
from figgen.ocr.batch import BoxBatch


class Autoencoder(nn.Module):
    """Pixels (B, C, H, W) in [-1, 1] => raw latents => final latents of zero mean and unit variance, and back."""

    shift: Tensor
    scale: Tensor

    def __init__(self, channels: int, downsample: int, latent_channels: int) -> None:
        super().__init__()
        self.channels, self.downsample, self.latent_channels = channels, downsample, latent_channels
        self.register_buffer("shift", torch.zeros(1, latent_channels, 1, 1))
        self.register_buffer("scale", torch.ones(1, latent_channels, 1, 1))

    @property
    def has_weights(self) -> bool:
        """Whether there is anything to train."""
        return any(True for _ in self.parameters())

    def encode_pixels(self, pixels: Tensor) -> Posterior:
        """Pixels (B, C, H, W) => posterior over raw latents (B, c, H/f, W/f)."""
        raise NotImplementedError

    def encode_figures(self, pixels: Tensor, boxes: BoxBatch) -> Posterior:
        """Pixels and the words they show => posterior over raw latents; most look at the pixels alone."""
        return self.encode_pixels(pixels)

    def decode_raw(self, raw: Tensor) -> Tensor:
        """Raw latents (B, c, h, w) => pixels (B, C, h·f, w·f)."""
        raise NotImplementedError

    def last_layer(self) -> Tensor:
        """The weight whose gradient balances an adversary against the other losses."""
        raise NotImplementedError

    def solve(self, pixels: Tensor) -> None:
        """Start from a sample of training pixels (n, C, H, W), where the net knows how. Others start at random."""

    def export(self, folder: Path) -> None:
        """Write `folder` in a format that other libraries read, where there is one. Others write nothing."""

    def encode_latents(self, raw: Tensor) -> Tensor:
        """Raw latents => final latents, the denoiser's x_0."""
        return (raw - self.shift) * self.scale

    def decode(self, latents: Tensor, map: CharacterMap | None = None) -> Tensor:
        """Final latents => pixels. What the map says is for a decoder that knows letters."""
        return self.decode_raw(latents / self.scale + self.shift)

    def measure(self, posterior: Posterior) -> None:
        """Set shift and scale per channel from the raw latents of training pictures, posterior noise included."""
        mean, var = posterior.mean.double(), posterior.logvar.double().exp()
        dims = (0, 2, 3)
        total = mean.var(dims, correction=0, keepdim=True) + var.mean(dims, keepdim=True)
        self.shift.copy_(mean.mean(dims, keepdim=True))
        self.scale.copy_(total.clamp_min(1e-8).rsqrt())


def sample(posterior: Posterior, generator: torch.Generator) -> Tensor:
    """One draw z = μ + σ·ε, with ε from a CPU generator so that it is the same on every device."""
    noise = torch.randn(posterior.mean.shape, generator=generator).to(posterior.mean)
    return posterior.mean + (0.5 * posterior.logvar).exp() * noise
