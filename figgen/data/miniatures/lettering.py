"""Words as flat, large stencils, and as the camera sees them: ink, corners and characters follow one homography."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from figgen.data.miniatures.perspective import lean, moved, rectangle, scale, shift
from figgen.data.miniatures.typefaces import capital, font
from figgen.ocr.boxes import Quad

SHARP = 2.2  # pixels of a stencil for each pixel that it will cover
INK = 32  # of 255: a fainter pixel of a stencil is no ink
GAP = 0.42  # between two words, in heights of a capital

Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True)
class Hand:
    """A way of setting type. Lengths are in heights of a capital."""

    face: str  # one of typefaces.FACES
    squeeze: float = 1.0  # letters this much wider than they were cut
    tracking: float = 0.0  # room between letters
    slant: float = 0.0  # tops pushed to the right


@cache
def pens(text: str, hand: Hand) -> tuple[float, ...]:
    """Where each letter begins and the last one ends, kerned, in heights of a capital before squeezing."""
    em, unit = font(hand.face, 1000), 1000 * capital(hand.face)
    starts = [em.getlength(text[: i + 1]) - em.getlength(text[i]) for i in range(len(text))]
    loose = [start / unit + hand.tracking * i for i, start in enumerate(starts)]
    return (*loose, loose[-1] + em.getlength(text[-1]) / unit)


def width_of(words: list[str], hand: Hand) -> float:
    """A line of words, in heights of a capital."""
    return sum(pens(word, hand)[-1] * hand.squeeze for word in words) + gap(hand) * (len(words) - 1)


def gap(hand: Hand) -> float:
    return (GAP + hand.tracking) * hand.squeeze


@dataclass(frozen=True)
class Stencil:
    """A word drawn flat: where its letters let colour through, and where their outline does."""

    letters: Image.Image  # "L"
    outline: Image.Image  # "L", the letters included
    flat: np.ndarray  # 3 x 3: pixels of the stencil => heights of a capital from the start of the baseline
    cells: tuple[Box, ...]  # one per character, in pixels of the stencil

    @property
    def ink(self) -> np.ndarray:
        """(4, 2): the corners of the rectangle around all ink, in pixels of the stencil."""
        inked = np.asarray(self.outline) >= INK
        columns, rows = np.flatnonzero(inked.any(0)), np.flatnonzero(inked.any(1))
        return rectangle(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)


def cut(text: str, hand: Hand, height: float, outline: float = 0.0) -> Stencil:
    """A word for capitals of `height` pixels in the picture; `outline` is a share of that height."""
    size = max(round(height * SHARP / capital(hand.face)), 8)
    cap, em = size * capital(hand.face), font(hand.face, size)
    stroke, starts = round(outline * cap), pens(text, hand)
    left, base = size // 2 + stroke, int(1.2 * size) + stroke
    sheet = (int(starts[-1] * cap) + 2 * left, base + size // 2 + stroke)
    letters, edge = Image.new("L", sheet), Image.new("L", sheet)
    for letter, start in zip(text, starts, strict=False):
        place = (left + round(start * cap), base)
        ImageDraw.Draw(letters).text(place, letter, 255, em, anchor="ls")
        ImageDraw.Draw(edge).text(place, letter, 255, em, anchor="ls", stroke_width=stroke)
    flat = lean(hand.slant) @ scale(hand.squeeze / cap, 1 / cap) @ shift(-left, -base)
    return Stencil(letters, edge if stroke else letters, flat, _cells(text, hand, size, left, base))


def _cells(text: str, hand: Hand, size: int, left: int, base: int) -> tuple[Box, ...]:
    """The rectangle of each character: from pen to pen, and as high as its ink."""
    cap, starts = size * capital(hand.face), pens(text, hand)
    edges = [left + round(start * cap) for start in starts]
    heights = (font(hand.face, size).getbbox(letter, anchor="ls")[1::2] for letter in text)
    return tuple(
        (start, base + int(top) - 1, end, base + int(bottom) + 1)
        for start, end, (top, bottom) in zip(edges, edges[1:], heights, strict=False)
    )


@dataclass(frozen=True)
class Placed:
    """A stencil in a picture; `matrix` takes its pixels there."""

    text: str
    stencil: Stencil
    matrix: np.ndarray

    @property
    def corners(self) -> np.ndarray:
        """(4, 2): the ink's rectangle in the picture, clockwise from the top left of the text."""
        return moved(self.stencil.ink, self.matrix)

    @property
    def quad(self) -> Quad:
        """The corners in whole pixels, rounded away from the middle."""
        points = self.corners
        away = np.where(points > points.mean(0), np.ceil(points - 0.01), np.floor(points + 0.01))
        a, b, c, d = ((float(x), float(y)) for x, y in away)
        return a, b, c, d

    def cells(self) -> list[np.ndarray]:
        """(4, 2) in the picture for each character."""
        return [moved(rectangle(*cell), self.matrix) for cell in self.stencil.cells]


def place(text: str, hand: Hand, x: float, baseline: float, height: float, plane: np.ndarray, outline: float) -> Placed:
    """A word on a plane, from x on, with capitals of `height` (all in the plane's own lengths)."""
    to_plane = shift(x, baseline) @ scale(height, height)
    foot, top = moved([(0.0, 0.0), (0.0, -1.0)], plane @ to_plane)
    stencil = cut(text, hand, float(np.hypot(*(top - foot))), outline)
    return Placed(text, stencil, plane @ to_plane @ stencil.flat)


def coverage(stencil: Image.Image, matrix: np.ndarray, box: Box, finer: int = 2) -> np.ndarray:
    """A stencil seen through `matrix` => float32 (h, w) of `box` in the picture: how much of each pixel it covers."""
    left, top, right, bottom = box
    inverse = np.linalg.inv(scale(finer, finer) @ shift(-left, -top) @ matrix)
    size = ((right - left) * finer, (bottom - top) * finer)
    way = tuple((inverse / inverse[2, 2]).flatten()[:8])
    warped = stencil.transform(size, Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)
    return np.asarray(warped.reduce(finer), np.float32) / 255
