"""Any autoencoder with lettering on top: latents of the ground, a style wherever a word stands, letters from the map.

    pixels, boxes ──erased──▶ ground ──autoencoder──▶ latents ┐
    pixels, boxes ──style of each word, painted on its cells──┴▶ what diffusion learns
    latents ──autoencoder──▶ ground,  latents ──mean over each word──▶ styles;  both and the map ──lettering──▶ pixels

So diffusion need not know what a letter looks like, nor can its latents say which one stands where: the map alone does.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.autoencoder.base import Autoencoder
from figgen.autoencoder.lettering import Lettering, painted
from figgen.layout.character_map import STRIDE, CharacterMap, character_map
from figgen.layout.erasing import erased
from figgen.losses.parts import Posterior
from figgen.ocr.batch import BoxBatch

SURE = -30.0  # log-variance of what is no draw


class TextAware(Autoencoder):
    """`base` is frozen; latents (B, c + styles, h, w)."""

    def __init__(self, base: Autoencoder, lettering: Lettering, *, glyphs: bool = False) -> None:
        super().__init__(base.channels, base.downsample, base.latent_channels + lettering.styles)
        self.base, self.lettering, self.glyphs = base.requires_grad_(False), lettering, glyphs

    def map_of(self, boxes: BoxBatch, size: tuple[int, int]) -> CharacterMap:
        return character_map(boxes, size, glyphs=self.glyphs)

    def encode_figures(self, pixels: Tensor, boxes: BoxBatch) -> Posterior:
        ground = self.base.encode_pixels(erased(pixels, boxes))
        map = self.map_of(boxes, (pixels.shape[2], pixels.shape[3])).to(pixels.device)
        styles = to_cells(map, self.lettering.styles_of(pixels, boxes), self.downsample)
        sure = torch.full_like(styles, SURE)
        return Posterior(torch.cat([ground.mean, styles], 1), torch.cat([ground.logvar, sure], 1))

    def measure(self, posterior: Posterior) -> None:
        """One factor for all channels of the ground: what carries more stays larger, and diffusion settles it first.

        Styles are zero nearly everywhere; each of theirs has a factor of its own.
        """
        super().measure(posterior)
        ground = self.scale[:, : self.base.latent_channels]
        ground.fill_(ground.pow(-2).mean().rsqrt())

    def decode(self, latents: Tensor, map: CharacterMap | None = None) -> Tensor:
        """Without a map, the ground alone: what the autoencoder below would give."""
        ground, styles = (latents / self.scale + self.shift).tensor_split([self.base.latent_channels], 1)
        pixels = self.base.decode_raw(ground)
        return pixels if map is None else self.lettering(pixels, map, of_words(map, styles))


def to_cells(map: CharacterMap, values: Tensor, downsample: int) -> Tensor:
    """A row for each word (M, F) => cells of latents (B, F, h, w): the mean of what stands there, or zero."""
    sheets = torch.cat([painted(map, values), map.cover()], 1)
    if downsample < STRIDE:
        sheets = F.interpolate(sheets, scale_factor=STRIDE // downsample)
    sheets = F.avg_pool2d(sheets, max(1, downsample // STRIDE))
    return sheets[:, :-1] / sheets[:, -1:].clamp_min(1e-6)


def of_words(map: CharacterMap, cells: Tensor) -> Tensor:
    """Cells (B, F, h, w) => the mean over each word of the map (M, F); zero for one that is nowhere seen."""
    sheets = F.interpolate(cells, size=map.words.shape[1:]).permute(0, 2, 3, 1)
    there = map.words > 0
    word = map.words[there]
    sums = sheets.new_zeros(int(map.words.max()) + 1, cells.shape[1])
    count = sums[:, :1].index_add(0, word, torch.ones_like(sheets[..., :1][there]))
    return (sums.index_add(0, word, sheets[there]) / count.clamp_min(1))[1:]
