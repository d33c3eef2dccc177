"""A decoder that knows the letters: a picture without words, a character map and a style a word => the picture.

What a letter looks like is learned by reconstruction, where learning is cheap: every word of every picture teaches it.
The shapes are an atlas of features, one small sheet for each character; the map says which point of which sheet stands
where, so that a net with a short view has only to choose among faces, set them on the pixels, and colour them.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.autoencoder.patch import ResidualBlock
from figgen.layout.character_map import NUMBER, PLACES, STRIDE, CharacterMap
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crops import WHITE, rectify

CROP = (16, 64)  # height and width of the words that styles are read from


class Atlas(nn.Module):
    """Which character and where in it (P,) => features (P, width), bilinear between the points of its sheet."""

    def __init__(self, width: int, rows: int = 12, columns: int = 8) -> None:
        super().__init__()
        self.rows, self.columns = rows, columns
        self.sheets = nn.Parameter(torch.randn(NUMBER * rows * columns, width) * 0.3)

    def forward(self, ids: Tensor, across: Tensor, down: Tensor) -> Tensor:
        x, y = (
            ((at + 1) / 2 * side - 0.5).clamp(0, side - 1) for at, side in ((across, self.columns), (down, self.rows))
        )
        left, top = x.floor().clamp(max=self.columns - 2), y.floor().clamp(max=self.rows - 2)
        first = (ids * self.rows + top.long()) * self.columns + left.long()
        points = torch.stack([first, first + 1, first + self.columns, first + self.columns + 1], 1)
        a, b = x - left, y - top
        weights = torch.stack([(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b], 1)
        return F.embedding_bag(points, self.sheets, per_sample_weights=weights, mode="sum")


class StyleEncoder(nn.Module):
    """Crops of words (M, C, *CROP), which fill so many columns (M,) => a few numbers each (M, styles).

    Too few to spell with.
    """

    def __init__(self, channels: int, styles: int) -> None:
        super().__init__()
        halves = ((channels, 24), (24, 48), (48, 64))
        self.look = nn.Sequential(
            *(
                layer
                for inputs, outputs in halves
                for layer in (nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.SiLU())
            )
        )
        self.tell = nn.Linear(64, styles)

    def forward(self, crops: Tensor, widths: Tensor) -> Tensor:
        states = self.look(crops).mean(2)  # (M, 64, columns)
        share = CROP[1] // states.shape[2]
        there = torch.arange(states.shape[2], device=states.device) * share < widths[:, None]
        return self.tell((states * there[:, None]).sum(2) / there.sum(1, keepdim=True).clamp_min(1))


class Lettering(nn.Module):
    """Grounds (B, C, H, W), maps, styles (M, styles) => pictures, other than the ground only where words stand."""

    def __init__(
        self, channels: int, *, width: int = 48, blocks: int = 2, styles: int = 4, shapes: int = 16, embedding: int = 16
    ) -> None:
        """shapes: features of the atlas; embedding: numbers for each character, by which the net knows it."""
        super().__init__()
        self.styles = styles
        self.read_style = StyleEncoder(channels, styles)
        self.atlas, self.embed = Atlas(shapes), nn.Embedding(NUMBER, embedding)
        inputs = channels * STRIDE**2 + 2 * (shapes + embedding) + PLACES + 1 + styles
        self.enter = nn.Conv2d(inputs, width, 3, padding=1)
        self.body = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.leave = nn.Sequential(
            nn.GroupNorm(8, width), nn.SiLU(), nn.Conv2d(width, channels * STRIDE**2, 3, padding=1)
        )

    def forward(self, ground: Tensor, map: CharacterMap, styles: Tensor) -> Tensor:
        states = self.enter(torch.cat([F.pixel_unshuffle(ground, STRIDE), self.seen(map), painted(map, styles)], 1))
        letters = F.pixel_shuffle(self.leave(self.body(states)), STRIDE)
        return ground + letters * lettered(map)

    def seen(self, map: CharacterMap) -> Tensor:
        """What the map says at every position (B, F, h, w)."""
        there = map.words > 0
        places = map.places.permute(0, 2, 3, 1)[there]
        known = [places, torch.ones_like(places[:, :1])]
        for k in range(2):
            ids = map.ids[:, k][there]
            known += [self.embed(ids), self.atlas(ids, places[:, k], places[:, 2])]
        return spread(there, torch.cat(known, 1))

    def styles_of(self, pixels: Tensor, boxes: BoxBatch) -> Tensor:
        """The style of each word (M, styles), from the pictures (B, C, H, W) that show it."""
        crops, widths = rectify(pixels, boxes, *CROP)
        return self.read_style(F.pad(crops, (0, CROP[1] - crops.shape[3]), value=WHITE), widths)


def lettered(map: CharacterMap) -> Tensor:
    """(B, 1, H, W): 1 where letters may be drawn, a pixel around the words' boxes included."""
    return F.max_pool2d(F.interpolate(map.cover(), scale_factor=STRIDE), 3, stride=1, padding=1)


def painted(map: CharacterMap, values: Tensor) -> Tensor:
    """A row for each word (M, F) => its numbers wherever the word stands (B, F, h, w), zero elsewhere."""
    there = map.words > 0
    return spread(there, values[map.words[there] - 1])


def spread(there: Tensor, values: Tensor) -> Tensor:
    """Values (P, F) for the P places (B, h, w) that are there => (B, F, h, w), zero elsewhere."""
    sheets = values.new_zeros(*there.shape, values.shape[1])
    return sheets.masked_scatter(there[..., None], values).permute(0, 3, 1, 2)
