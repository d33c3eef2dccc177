"""The network that predicts noise: diffusers' UNet2DConditionModel, cross-attending to the caption."""

from __future__ import annotations

import math
from collections.abc import Sequence

from diffusers import UNet2DConditionModel
from torch import Tensor, nn

from figgen.diffusion.condition import Condition, with_hint
from figgen.diffusion.schedule import NoiseSchedule


class UNetDenoiser(nn.Module):
    """Noisy latents (B, c, h, w), t (B,), a condition with features (B, L, text_width) => noise (B, c, h, w).

    The network answers v = √ᾱ_t·ε - √(1 - ᾱ_t)·x_0 (Salimans & Ho 2022), from which ε = √(1 - ᾱ_t)·x_t + √ᾱ_t·v:
    an untrained network then predicts a shrunken x_t for x_0 instead of noise blown up by 1/√ᾱ_t.
    """

    def __init__(
        self,
        latent_channels: int,
        noise: NoiseSchedule,
        widths: Sequence[int],
        *,
        layers_per_block: int,
        heads: int,
        text_width: int,
        downsample: int = 1,
        attention_from: int = 1,
        hint_channels: int = 0,
    ) -> None:
        """downsample: pixels per latent position; attention_from: as many as a position must span to attend.

        hint_channels: numbers per position that are known of the layout, beside the latents.
        """
        super().__init__()
        self.noise = noise
        attends = [downsample * 2**i >= attention_from for i in range(len(widths) - 1)] + [False]
        self.net = UNet2DConditionModel(
            in_channels=latent_channels + hint_channels,
            out_channels=latent_channels,
            block_out_channels=tuple(widths),
            layers_per_block=layers_per_block,
            down_block_types=tuple("CrossAttnDownBlock2D" if a else "DownBlock2D" for a in attends),
            up_block_types=tuple("CrossAttnUpBlock2D" if a else "UpBlock2D" for a in reversed(attends)),
            cross_attention_dim=text_width,
            attention_head_dim=heads,  # diffusers calls the number of heads so
            norm_num_groups=math.gcd(32, *widths),
        )

    def forward(self, x_t: Tensor, t: Tensor, known: Condition) -> Tensor:
        seen = with_hint(x_t, known)
        v = self.net(seen, t, encoder_hidden_states=known.features, encoder_attention_mask=known.mask).sample
        signal, spread = self.noise.coefficients(t)
        return spread * x_t + signal * v
