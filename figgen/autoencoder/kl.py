"""The autoencoder of latent diffusion (Rombach et al. 2022), from scratch."""

from __future__ import annotations

import math

from diffusers import AutoencoderKL

from figgen.autoencoder.vae import VAE

MULTIPLIERS = (1, 2, 4, 4, 4)  # of the width, level by level; KL-f8 takes the first four


class KLAutoencoder(VAE):
    """KL-f4, -f8 or -f16; published: width 128, two blocks a level, attention in the middle alone."""

    def __init__(
        self, channels: int, downsample: int, latent_channels: int, width: int = 128, layers_per_block: int = 2
    ) -> None:
        levels = int(math.log2(downsample)) + 1
        net = AutoencoderKL(
            in_channels=channels,
            out_channels=channels,
            latent_channels=latent_channels,
            down_block_types=("DownEncoderBlock2D",) * levels,
            up_block_types=("UpDecoderBlock2D",) * levels,
            block_out_channels=tuple(width * m for m in MULTIPLIERS[:levels]),
            layers_per_block=layers_per_block,
            norm_num_groups=math.gcd(32, width),
        )
        super().__init__(net)
