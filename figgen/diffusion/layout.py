"""What the denoiser is shown of a layout: the character map, on the grid of the latents."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.layout.character_map import NUMBER, PLACES, STRIDE, CharacterMap


class MapReader(nn.Module):
    """Maps of B pictures => hints (B, width, h, w), one for each position of the latents; nothing where no word is."""

    def __init__(self, downsample: int, width: int, embedding: int) -> None:
        super().__init__()
        self.share, self.embed = max(1, downsample // STRIDE), nn.Embedding(NUMBER, embedding)
        self.repeat = max(1, STRIDE // downsample)
        self.mix = nn.Conv2d((embedding + PLACES + 1) * self.share**2, width, 1, bias=False)

    def forward(self, map: CharacterMap) -> Tensor:
        letters = self.embed(map.ids[:, 0]).permute(0, 3, 1, 2) * map.cover()
        seen = torch.cat([letters, map.places, map.cover()], 1)
        hints = self.mix(F.pixel_unshuffle(seen, self.share))
        return hints if self.repeat == 1 else F.interpolate(hints, scale_factor=self.repeat)
