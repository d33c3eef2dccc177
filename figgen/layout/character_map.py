"""Words and boxes as a picture of characters: at every position which character stands there, and where in it.

From the annotation alone. A box is what the ink of its word fills: where in it each letter stands, and how much of the
line's height it takes (that of "nose" is lower than that of "Nosy"), is worked out with the measures of one font. In
typewriter faces all letters are as wide, so there are two answers, and who looks at the map may choose. No glyph is
drawn unless it is asked for.
"""

from __future__ import annotations

import math
import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from figgen.layout.inside import inside
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crops import sides

CHARACTERS = string.printable[:95]  # id 1 … 95; 0 is no character
FOREIGN = len(CHARACTERS) + 1  # the id of every other one
NUMBER = FOREIGN + 1  # of ids
STRIDE = 2  # pixels per position
TALL = 10.0  # pixels: a line as high as this, from its lowest to its highest letters, has height 1
PLACES = 5  # numbers that say where in a letter a position is
GLYPH = 24  # side of a drawn letter
EM = 100  # pixels of the font that is measured and drawn: so large that hinting moves nothing


@dataclass(frozen=True)
class CharacterMap:
    """B pictures of H x W pixels as positions of STRIDE pixels, (h, w) = (H, W) / STRIDE."""

    ids: Tensor  # (B, 2, h, w) int64: which character, by a proportional face and by a typewriter's
    places: Tensor  # (B, PLACES, h, w): across the letter by either, down the line, -1 … 1; the line's height; ink
    words: Tensor  # (B, h, w) int64: which word of the batch, counted from 1; 0 is none

    def to(self, device: torch.device | str) -> CharacterMap:
        return CharacterMap(self.ids.to(device), self.places.to(device), self.words.to(device))

    def without(self, dropped: Tensor) -> CharacterMap:
        """The map with those pictures emptied that `dropped` (B,) bool says."""
        kept = ~dropped.to(self.ids.device)[:, None, None, None]
        return CharacterMap(self.ids * kept, self.places * kept, self.words * kept[:, 0])

    def first(self, number: int) -> CharacterMap:
        """Of the first pictures alone."""
        return CharacterMap(self.ids[:number], self.places[:number], self.words[:number])

    def cover(self) -> Tensor:
        """(B, 1, h, w): 1 where a word stands."""
        return (self.words > 0).float()[:, None]


def character_map(boxes: BoxBatch, size: tuple[int, int], *, glyphs: bool = False) -> CharacterMap:
    """The words of B pictures of `size` pixels as a map; where words overlap, the later one shows.

    glyphs: draw each letter as DejaVu Sans has it, stretched to its place, as the ink of `places`; else there is none.
    """
    height, width = (-(-side // STRIDE) for side in size)
    quads = boxes.quads.double()
    word, y, x, u, v = inside(quads, (height, width), STRIDE)
    flat = (boxes.image[word] * height + y) * width + x
    words = torch.zeros(boxes.num_images * height * width, dtype=torch.long)
    words.scatter_reduce_(0, flat, word + 1, "amax")
    on_top = words[flat] == word + 1
    word, flat, u, v = (values[on_top] for values in (word, flat, u, v))
    ids, across, down, line = _letters(boxes.texts, word, u, v)
    ink = _ink(ids[0], across[0], down) if glyphs else torch.zeros_like(u)
    places = torch.stack([*across, down, sides(quads)[1][word] * line / TALL, ink]).float()
    return CharacterMap(
        ids=_sheets(ids, flat, (boxes.num_images, height, width)),
        places=_sheets(places, flat, (boxes.num_images, height, width)),
        words=words.reshape(boxes.num_images, height, width),
    )


def empty_map(count: int, size: tuple[int, int]) -> CharacterMap:
    """Of pictures without words."""
    height, width = (-(-side // STRIDE) for side in size)
    sheets = torch.zeros(count, 2, height, width, dtype=torch.long)
    return CharacterMap(sheets, torch.zeros(count, PLACES, height, width), sheets[:, 0])


def _sheets(values: Tensor, flat: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """Values (K, P) at P places of B sheets => (B, K, h, w), zero elsewhere."""
    filled = values.new_zeros(len(values), math.prod(shape))
    filled[:, flat] = values
    return filled.reshape(-1, *shape).transpose(0, 1).contiguous()


def _letters(texts: tuple[str, ...], word: Tensor, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Positions u, v (P,) of their words => ids (2, P), across the letters (2, P), down the line (P,), -1 … 1.

    And how much higher (P,) the line is than the word.
    """
    spelled = [text or " " for text in texts]
    ids = torch.tensor([_id(letter) for text in spelled for letter in text], dtype=torch.long)
    lengths = torch.tensor([len(text) for text in spelled], dtype=torch.long)
    owner, last = torch.arange(len(spelled)).repeat_interleave(lengths), lengths.cumsum(0) - 1
    advance, left, right, top, bottom = _measures()[ids].unbind(1)
    typewriter = torch.ones_like(advance)
    by_either = [
        _across(advance, left, right, word=word, u=u, first=last - lengths + 1, last=last),
        _across(typewriter, typewriter / 10, 0.9 * typewriter, word=word, u=u, first=last - lengths + 1, last=last),
    ]
    letter, across = (torch.stack(values) for values in zip(*by_either, strict=True))
    zeros = torch.zeros(len(spelled), dtype=torch.double)
    highest = zeros.scatter_reduce(0, owner, top, "amin", include_self=False)
    high = zeros.scatter_reduce(0, owner, bottom, "amax", include_self=False) - highest
    return ids[letter], across, 2 * (highest[word] + v * high[word]) - 1, 1 / high[word]


def _across(
    advance: Tensor, left: Tensor, right: Tensor, *, word: Tensor, u: Tensor, first: Tensor, last: Tensor
) -> tuple[Tensor, Tensor]:
    """Which letter is at u (P,) of its word, and where across it, -1 … 1.

    advance, left, right: of all letters, word after word; the ink of a letter goes from left to right of its advance.
    first, last: letter of each word. A word's ink begins with that of its first letter and ends with that of its last.
    """
    ends = advance.cumsum(0)
    start = (ends - advance + left)[first]
    at = start[word] + u * ((ends - advance + right)[last] - start)[word]
    letter = torch.searchsorted(ends, at, right=True)
    letter = torch.minimum(torch.maximum(letter, first[word]), last[word])
    return letter, (1 - 2 * (ends[letter] - at) / advance[letter]).clamp(-1, 1)


def _id(letter: str) -> int:
    return CHARACTERS.find(letter) + 1 or FOREIGN


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", EM)


def _drawn(letters: str) -> Image.Image:
    """White on black, beginning one em from the left."""
    sheet = Image.new("L", (2 * EM + round(_font().getlength(letters)), 2 * EM))
    ImageDraw.Draw(sheet).text((EM, 0), letters, fill=255, font=_font())
    return sheet


def _line() -> tuple[int, int]:
    """Top and bottom of the letters that reach highest and lowest."""
    _, top, _, bottom = _drawn("lbdpgqj").getbbox() or (0, 0, 0, EM)
    return top, bottom


@cache
def _measures() -> Tensor:
    """Of each id (NUMBER, 5): advance, left and right of its ink in ems, its top and bottom in shares of the line."""
    (high, low), rows = _line(), []
    for letter in f"n{CHARACTERS[:-1]}nn":  # a foreign character is taken for an n
        advance = _font().getlength(letter)
        left, top, right, bottom = _drawn(letter).getbbox() or (EM, high, EM + advance, low)
        rows.append([advance, left - EM, right - EM, *(EM * (edge - high) / (low - high) for edge in (top, bottom))])
    return torch.tensor(rows, dtype=torch.double) / EM


@cache
def _atlas() -> Tensor:
    """Every id, drawn on its line (NUMBER, 1, GLYPH, GLYPH): 1 is ink."""
    (top, bottom), glyphs = _line(), []
    for letter in f" {CHARACTERS[:-1]}  ":
        whole = _drawn(letter).crop((EM, top, EM + round(_font().getlength(letter)), bottom))
        small = whole.resize((GLYPH, GLYPH), Image.Resampling.BOX)
        glyphs.append(torch.frombuffer(bytearray(small.tobytes()), dtype=torch.uint8))
    return torch.stack(glyphs).reshape(-1, 1, GLYPH, GLYPH).float() / 255


def _ink(ids: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """How dark the letters are at their own places (P,)."""
    grid = torch.stack([across, down], -1).float()[:, None, None]
    return F.grid_sample(_atlas()[ids], grid, align_corners=False)[:, 0, 0, 0]
