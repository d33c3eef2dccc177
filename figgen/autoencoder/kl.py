"""The autoencoder of latent diffusion: diffusers' AutoencoderKL behind figgen's seam."""

from __future__ import annotations

import math

from diffusers import AutoencoderKL
from torch import Tensor

from figgen.autoencoder.base import Autoencoder
from figgen.losses.parts import Posterior

MULTIPLIERS = (1, 2, 4, 4, 4)  # of the width, level by level; KL-f8 takes the first four


class KLAutoencoder(Autoencoder):
    """KL-f4, -f8 or -f16 from scratch; published: width 128, two blocks a level, attention in the middle alone."""

    def __init__(
        self, channels: int, downsample: int, latent_channels: int, width: int = 128, layers_per_block: int = 2
    ) -> None:
        super().__init__(channels, downsample, latent_channels)
        levels = int(math.log2(downsample)) + 1
        self.net = AutoencoderKL(
            in_channels=channels,
            out_channels=channels,
            latent_channels=latent_channels,
            down_block_types=("DownEncoderBlock2D",) * levels,
            up_block_types=("UpDecoderBlock2D",) * levels,
            block_out_channels=tuple(width * m for m in MULTIPLIERS[:levels]),
            layers_per_block=layers_per_block,
            norm_num_groups=math.gcd(32, width),
        )

    def encode_pixels(self, pixels: Tensor) -> Posterior:
        posterior = self.net.encode(pixels).latent_dist
        return Posterior(posterior.mean, posterior.logvar)

    def decode_raw(self, raw: Tensor) -> Tensor:
        return self.net.decode(raw).sample

    def last_layer(self) -> Tensor:
        return self.net.decoder.conv_out.weight
