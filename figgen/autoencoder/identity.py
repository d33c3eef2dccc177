"""No autoencoder: the latents are the pixels, for diffusion in pixel space (Markup-to-Image)."""

from __future__ import annotations

import torch
from torch import Tensor

from figgen.autoencoder.base import Autoencoder
from figgen.losses.parts import Posterior


class IdentityAutoencoder(Autoencoder):
    """Raw latents = pixels, without any spread; shift and scale are all that is ever set."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, downsample=1, latent_channels=channels)

    def encode_pixels(self, pixels: Tensor) -> Posterior:
        return Posterior(pixels, torch.full_like(pixels, -torch.inf))

    def decode_raw(self, raw: Tensor) -> Tensor:
        return raw
