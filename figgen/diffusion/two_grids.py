"""A denoiser that learns in minutes: short convolutions on the latents' grid, attention on one of half its side.

It answers with x̂_0, not with noise: most of a figure is paper, and a net can say "white" long before it can copy noise.
On the coarse grid every position knows its place, and looks at all others and at the caption's words at once.
"""

from __future__ import annotations

import math
from itertools import zip_longest

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.diffusion.condition import Condition, with_hint
from figgen.diffusion.schedule import NoiseSchedule

WAVES, OCTAVES = 32, 6  # frequencies that tell the step, and a place


class TwoGridDenoiser(nn.Module):
    """Noisy latents (B, c, h, w), t (B,), a condition with features (B, L, text_width) => noise (B, c, h, w)."""

    def __init__(
        self,
        latent_channels: int,
        noise: NoiseSchedule,
        *,
        text_width: int,
        fine: int = 32,
        coarse: int = 128,
        blocks: int = 3,
        heads: int = 4,
        span: int = 8,
        hint_channels: int = 0,
        downsample: int = 1,
    ) -> None:
        """fine, coarse: channels on either grid; blocks: on the coarse one.

        span: pixels that a position of the fine grid spans at least; more latents than that are taken together.
        """
        super().__init__()
        self.share = max(1, span // downsample)
        self.noise = noise
        self.step = nn.Sequential(nn.Linear(2 * WAVES, coarse), nn.SiLU(), nn.Linear(coarse, coarse))
        self.gist = nn.Linear(text_width, coarse)
        self.enter = nn.Conv2d((latent_channels + hint_channels) * self.share**2, fine, 3, padding=1)
        self.before = Block(fine, fine, coarse)
        self.down = nn.Conv2d(4 * fine, coarse, 1)
        self.place = nn.Linear(4 * OCTAVES, coarse)
        self.blocks = nn.ModuleList(Block(coarse, coarse, coarse) for _ in range(blocks))
        self.looks = nn.ModuleList(Look(coarse, text_width, heads) for _ in range(blocks - 1))
        self.up = nn.Conv2d(coarse, 4 * fine, 1)
        self.after = Block(2 * fine, fine, coarse)
        self.leave = nn.Sequential(
            nn.GroupNorm(8, fine), nn.SiLU(), zero(nn.Conv2d(fine, latent_channels * self.share**2, 3, padding=1))
        )

    def forward(self, x_t: Tensor, t: Tensor, known: Condition) -> Tensor:
        signal, spread = self.noise.coefficients(t)
        return (x_t - signal * self.x_0(x_t, t, known)) / spread

    def x_0(self, x_t: Tensor, t: Tensor, known: Condition) -> Tensor:
        """The clean latents as far as can be told."""
        mood = self.step(waves(t)) + self.gist(mean(known.features, known.mask))
        height, width = x_t.shape[2:]
        whole = F.pad(with_hint(x_t, known), (0, -width % (2 * self.share), 0, -height % (2 * self.share)))
        fine = self.before(self.enter(F.pixel_unshuffle(whole, self.share)), mood)
        coarse = self.down(F.pixel_unshuffle(fine, 2))
        place = self.place(sheet_waves(coarse))
        for block, look in zip_longest(self.blocks, self.looks):
            coarse = block(coarse, mood)
            coarse = look(coarse, place, known) if look else coarse
        fine = self.after(torch.cat([fine, F.pixel_shuffle(self.up(coarse), 2)], 1), mood)
        return F.pixel_shuffle(self.leave(fine), self.share)[..., :height, :width]


class Block(nn.Module):
    """(B, i, h, w) and what the whole picture is told (B, told) => (B, o, h, w), at first without the convolutions."""

    def __init__(self, inputs: int, outputs: int, told: int) -> None:
        super().__init__()
        self.enter = nn.Sequential(nn.GroupNorm(8, inputs), nn.SiLU(), nn.Conv2d(inputs, outputs, 3, padding=1))
        self.norm, self.tell = nn.GroupNorm(8, outputs), nn.Linear(told, 2 * outputs)
        self.leave = zero(nn.Conv2d(outputs, outputs, 3, padding=1))
        self.past = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, mood: Tensor) -> Tensor:
        scale, shift = self.tell(F.silu(mood))[..., None, None].chunk(2, 1)
        return self.past(x) + self.leave(F.silu(self.norm(self.enter(x)) * (1 + scale) + shift))


class Look(nn.Module):
    """Every position (B, F, h, w), told its place (h · w, F), looks at all positions and all words of the caption."""

    def __init__(self, width: int, text_width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.norm, self.norm_text = heads, nn.LayerNorm(width), nn.LayerNorm(text_width)
        self.ask, self.words = nn.Linear(width, 3 * width), nn.Linear(text_width, 2 * width)
        self.answer = zero(nn.Linear(width, width))

    def forward(self, x: Tensor, place: Tensor, known: Condition) -> Tensor:
        positions = self.norm(x.flatten(2).mT) + place
        query, *seen = self.ask(positions).chunk(3, -1)
        read = self.words(self.norm_text(known.features)).chunk(2, -1)
        key, value = (torch.cat(pair, 1) for pair in zip(seen, read, strict=True))
        there = torch.cat([known.mask.new_ones(positions.shape[:2]), known.mask], 1)[:, None, None]
        query, key, value = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (query, key, value))
        found = F.scaled_dot_product_attention(query, key, value, attn_mask=there).transpose(1, 2).flatten(2)
        return x + self.answer(found).mT.reshape(x.shape)


def waves(t: Tensor) -> Tensor:
    """Steps (B,) => (B, 2 · WAVES)."""
    frequencies = torch.exp(-math.log(10_000) * torch.arange(WAVES, device=t.device) / WAVES)
    phases = t[:, None] * frequencies
    return torch.cat([phases.sin(), phases.cos()], 1)


def sheet_waves(grid: Tensor) -> Tensor:
    """The middles of the positions of (B, F, h, w), in shares of the sheet, as waves (h · w, 4 · OCTAVES)."""
    y, x = ((torch.arange(side, device=grid.device) + 0.5) / side for side in grid.shape[2:])
    places = torch.stack(torch.meshgrid(y, x, indexing="ij"), -1).reshape(-1, 2, 1)
    phases = (places * torch.pi * 2.0 ** torch.arange(OCTAVES, device=grid.device)).flatten(1)
    return torch.cat([phases.sin(), phases.cos()], 1)


def mean(features: Tensor, mask: Tensor) -> Tensor:
    """(B, L, F) over the L that are there => (B, F)."""
    return (features * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp_min(1)


def zero(layer: nn.Conv2d | nn.Linear) -> nn.Module:
    """The layer, answering with zeros at first."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer
