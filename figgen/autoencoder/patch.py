"""Patches through a solved linear map; convolutions at the latent's resolution learn the rest.

The linear path is the PCA of f x f patches, known before the first step, so training starts from a sharp picture
instead of a white page. The residual path begins at zero and all its work happens on the small grid.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.autoencoder.base import Autoencoder
from figgen.losses.parts import Posterior


class ResidualBlock(nn.Module):
    """(B, width, h, w) => the same shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.GroupNorm(8, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GroupNorm(8, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def residual_path(inputs: int, width: int, blocks: int, outputs: int) -> nn.Sequential:
    """A convolutional branch (B, inputs, h, w) => (B, outputs, h, w) that starts as the zero function."""
    last = nn.Conv2d(width, outputs, 3, padding=1)
    for parameter in last.parameters():
        nn.init.zeros_(parameter)
    body = [ResidualBlock(width) for _ in range(blocks)]
    return nn.Sequential(nn.Conv2d(inputs, width, 3, padding=1), *body, nn.GroupNorm(8, width), nn.SiLU(), last)


class PatchAutoencoder(Autoencoder):
    """z = P(x) + r_enc(x), x̂ = P⁺(z) + r_dec(z), with P the leading principal components of the patches."""

    def __init__(
        self,
        channels: int,
        downsample: int,
        latent_channels: int,
        *,
        width: int = 64,
        encoder_blocks: int = 2,
        decoder_blocks: int = 3,
    ) -> None:
        super().__init__(channels, downsample, latent_channels)
        patch = channels * downsample**2
        self.to_latent = nn.Conv2d(patch, latent_channels, 1)
        self.to_patch = nn.Conv2d(latent_channels, patch, 1)
        self.encoder = residual_path(patch, width, encoder_blocks, latent_channels)
        self.decoder = residual_path(latent_channels, width, decoder_blocks, patch)
        self.logvar = nn.Parameter(torch.full((1, latent_channels, 1, 1), -6.0))

    def encode_pixels(self, pixels: Tensor) -> Posterior:
        patches = F.pixel_unshuffle(pixels, self.downsample)
        mean = self.to_latent(patches) + self.encoder(patches)
        return Posterior(mean, self.logvar.expand_as(mean))

    def decode_raw(self, raw: Tensor) -> Tensor:
        return F.pixel_shuffle(self.to_patch(raw) + self.decoder(raw), self.downsample)

    def last_layer(self) -> Tensor:
        return next(self.to_patch.parameters())

    @torch.no_grad()
    def solve(self, pixels: Tensor) -> None:
        """PCA of the patches of `pixels`; latents are whitened by one common factor so that their variance is 1."""
        patches = F.pixel_unshuffle(pixels, self.downsample).transpose(0, 1).flatten(1).double()  # (patch, N)
        mean = patches.mean(1, keepdim=True)
        covariance = (patches - mean) @ (patches - mean).T / patches.shape[1]
        values, vectors = torch.linalg.eigh(covariance)
        basis = _signed(vectors[:, -self.latent_channels :].flip(1))  # (patch, c), largest first
        size = values[-self.latent_channels :].mean().sqrt().clamp_min(1e-6)
        _set(self.to_latent, basis.T / size, (-basis.T @ mean / size)[:, 0])
        _set(self.to_patch, basis * size, mean[:, 0])


def _signed(basis: Tensor) -> Tensor:
    """Eigenvectors (d, c) turned so that each one's largest entry is positive: the same on every machine."""
    largest = basis.gather(0, basis.abs().argmax(0, keepdim=True))
    return basis * largest.sign()


def _set(layer: nn.Conv2d, weight: Tensor, bias: Tensor) -> None:
    """Give a 1 x 1 convolution the weight (outputs, inputs) and the bias (outputs,)."""
    layer.load_state_dict({"weight": weight[:, :, None, None], "bias": bias})
