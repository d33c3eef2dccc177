"""Training the lettering on windows around words: most of a picture has no letters to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from figgen.autoencoder.lettering import Lettering, lettered
from figgen.data.loading.images import to_pixels
from figgen.layout.character_map import STRIDE, character_map
from figgen.layout.module import Layouts
from figgen.ocr.batch import BoxBatch
from figgen.training.options import OptimSettings
from figgen.training.seeding import generator_for
from figgen.training.stepping import SteppedModule

STYLE_NOISE, STYLE_PRICE = 0.3, 0.01  # the noise that a style has to stand out from, and what its size costs
MARGIN = 4  # pixels around a word of ordinary size


@dataclass(frozen=True)
class WindowBatch:
    """B windows, each around a word."""

    keys: tuple[str, ...]
    pixels: Tensor  # uint8 (B, C, h, w)
    grounds: Tensor  # uint8 (B, C, h, w): without words, as the autoencoder gives them back
    boxes: BoxBatch  # all words that reach into a window, in its own pixels

    def to(self, device: torch.device | str) -> WindowBatch:
        return WindowBatch(self.keys, self.pixels.to(device), self.grounds.to(device), self.boxes.to(device))

    def __len__(self) -> int:
        return len(self.keys)


class Windows:
    """Every word of a split, cut out of its picture and out of its ground; a long one in several windows."""

    def __init__(self, layouts: Layouts, grounds: Path) -> None:
        self.split, self.grounds = layouts.split, grounds
        self.words = layouts.boxes()
        self.bounds = torch.cat([self.words.quads.amin(1), self.words.quads.amax(1)], 1)  # left, top, right, bottom
        self.first = torch.searchsorted(self.words.image, torch.arange(self.words.num_images + 1))  # word of a picture

    @cached_property
    def size(self) -> tuple[int, int]:
        """Height and width in which three of four words fit, in multiples of 8."""
        extents = (self.bounds[:, 2:] - self.bounds[:, :2]).quantile(0.75, dim=0) + MARGIN
        wide, high = (int(-(-extent // 8) * 8) for extent in extents.tolist())
        height, width = self.split.pixels.shape[2:]
        return min(high, height), min(wide, width)

    @cached_property
    def middles(self) -> tuple[Tensor, Tensor]:
        """Which word each window is around (W,), and its middle x and y (W, 2)."""
        extents, room = self.bounds[:, 2:] - self.bounds[:, :2], torch.tensor(self.size[::-1])
        parts = (extents / room).ceil().amax(1).clamp_min(1).long()
        word = torch.arange(len(parts)).repeat_interleave(parts)
        part = torch.arange(len(word)) - (parts.cumsum(0) - parts)[word]
        share = torch.where((extents > room)[word], ((part + 0.5) / parts[word])[:, None], 0.5)
        return word, self.bounds[word, :2] + share * extents[word]

    def __len__(self) -> int:
        return len(self.middles[0])

    def batch(self, indices: Sequence[int]) -> WindowBatch:
        """The windows of those numbers; where they begin is even, as the positions of a map."""
        word, middles = (values[list(indices)] for values in self.middles)
        image, (high, wide), sheet = self.words.image[word], self.size, self.split.pixels.shape[2:]
        most = torch.tensor([sheet[1] - wide, sheet[0] - high])
        corners = (((middles - torch.tensor([wide, high]) / 2) / STRIDE).round().long() * STRIDE).clamp(min=0)
        corners = corners.minimum(most // STRIDE * STRIDE)
        places = list(zip(image.tolist(), *corners.T.tolist(), strict=True))

        def cut(pictures: np.ndarray) -> Tensor:
            return torch.from_numpy(np.stack([pictures[i, :, y : y + high, x : x + wide] for i, x, y in places]))

        return WindowBatch(
            keys=tuple(self.split.keys[i] for i in image.tolist()),
            pixels=cut(self.split.pixels),
            grounds=cut(np.load(self.grounds, mmap_mode="r")),
            boxes=self.seen(image, corners),
        )

    def seen(self, image: Tensor, corners: Tensor) -> BoxBatch:
        """The words that reach into windows at `corners` (B, 2) of pictures `image` (B,)."""
        count = (self.first[1:] - self.first[:-1])[image]
        window = torch.arange(len(image)).repeat_interleave(count)
        word = torch.arange(len(window)) + (self.first[image] - (count.cumsum(0) - count))[window]
        moved = self.bounds[word] - corners[window].repeat(1, 2)
        inside = (moved[:, 2:] > 0).all(1) & (moved[:, :2] < torch.tensor(self.size[::-1])).all(1)
        window, word = window[inside], word[inside]
        return BoxBatch(
            quads=self.words.quads[word] - corners[window][:, None],
            image=window,
            texts=tuple(self.words.texts[i] for i in word.tolist()),
            num_images=len(image),
        )


class LetteringModule(SteppedModule[WindowBatch]):
    """Squared error where letters may be drawn; a style costs, so that it does not run away from its noise."""

    def __init__(self, lettering: Lettering, optim: OptimSettings, *, seed: int, glyphs: bool = False) -> None:
        super().__init__(optim, seed)
        self.lettering, self.glyphs = lettering, glyphs

    def losses(self, batch: WindowBatch) -> tuple[Tensor, dict[str, Tensor]]:
        pixels, ground = to_pixels(batch.pixels), to_pixels(batch.grounds)
        map = character_map(batch.boxes, (pixels.shape[2], pixels.shape[3]), glyphs=self.glyphs).to(self.device)
        styles = self.lettering.styles_of(pixels, batch.boxes)
        generator = generator_for(self.seed, "lettering", self.global_rank, self.global_step)
        noise = torch.randn(styles.shape, generator=generator).to(styles)
        where = lettered(map)
        error = where * (self.lettering(ground, map, styles + STYLE_NOISE * noise) - pixels).square()
        parts = {
            "letters": error.sum() / (where.sum() * pixels.shape[1]).clamp_min(1),
            "style": STYLE_PRICE * styles.square().mean(),
        }
        return torch.stack(list(parts.values())).sum(), parts

    def trained(self) -> nn.Module:
        return self.lettering
