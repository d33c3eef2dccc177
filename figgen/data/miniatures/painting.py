"""A picture that shapes and words are painted on. Colours are float32 red, green, blue from 0 to 1."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from figgen.data.miniatures.lettering import Box, Placed, coverage
from figgen.data.miniatures.perspective import Points

SIDE = 512  # pixels: the only size that MARIO has
FINER = 3  # shapes are drawn this much larger, for smooth edges

Colour = tuple[float, float, float]
WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)


def rgb(code: str) -> Colour:
    """#ff8000 => (1, 0.5, 0)"""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """The colour that lies `share` of the way from the first to the second."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def brightness(colours: np.ndarray | Colour) -> np.ndarray:
    """(..., 3) => (...): how bright a colour looks."""
    return np.asarray(colours, np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Ink:
    """What words are painted with. Lengths are shares of a capital's height."""

    colour: Colour
    foot: Colour | None = None  # what the colour turns into towards the foot of the letters
    outline: Colour | None = None
    outline_width: float = 0.0
    shadow: float = 0.0  # how dark a soft shadow is
    block: Colour | None = None  # of letters that stand out like blocks
    glow: Colour | None = None

    @property
    def flat(self) -> Ink:
        """The same without what falls beside the letters."""
        return replace(self, shadow=0.0, block=None, glow=None)


@dataclass
class Picture:
    """SIDE x SIDE pixels; words are kept apart and painted last, under the light."""

    pixels: np.ndarray = field(default_factory=lambda: np.ones((SIDE, SIDE, 3), np.float32))
    light: np.ndarray = field(default_factory=lambda: np.ones((SIDE, SIDE, 1), np.float32))
    grain: np.ndarray | float = 0.0  # (SIDE, SIDE, 1) or (SIDE, SIDE, 3), added at the very end
    words: list[tuple[Placed, Ink]] = field(default_factory=list)

    def paint(self, points: Points, colour: Colour | np.ndarray, alpha: float = 1.0) -> None:
        """A polygon (n, 2) of one colour, or of what a whole picture of colours holds there."""
        box = _box(np.asarray(points), 1)
        if box:
            _blend(self.pixels, box, _inside(points, box) * alpha, colour)

    def soften(self, points: Points, colour: Colour, alpha: float, blur: float) -> None:
        """A polygon without sharp edges: a shadow, or a light."""
        box = _box(np.asarray(points), math.ceil(3 * blur))
        if box:
            _blend(self.pixels, box, _blurred(_inside(points, box), blur) * alpha, colour)

    def shade(self, points: np.ndarray, by: tuple[float, float], alpha: float, blur: float) -> None:
        """The shadow of a polygon, moved to the right and down."""
        self.soften(points + np.asarray(by), BLACK, alpha, blur)

    def under(self, points: Points) -> np.ndarray:
        """(n, 3): the colours inside a polygon."""
        box = _box(np.asarray(points), 0) or (0, 0, SIDE, SIDE)
        left, top, right, bottom = box
        inside = _inside(points, box) > 0.5
        return self.pixels[top:bottom, left:right][inside] if inside.any() else self.pixels[top, left][None]

    def developed(self) -> np.ndarray:
        """=> uint8 (SIDE, SIDE, 3)"""
        pixels = self.pixels.copy()
        for word, ink in self.words:
            _paint_beside(pixels, word, ink)
        for word, ink in self.words:
            _paint_letters(pixels, word, ink)
        return (np.clip(pixels * self.light + self.grain, 0, 1) * 255).round().astype(np.uint8)


def _box(points: np.ndarray, margin: int) -> Box | None:
    """The whole pixels around points, inside the picture; None where that is nothing."""
    (left, top), (right, bottom) = np.floor(points.min(0)).astype(int), np.ceil(points.max(0)).astype(int)
    box = (max(left - margin, 0), max(top - margin, 0), min(right + margin, SIDE), min(bottom + margin, SIDE))
    return box if box[2] > box[0] and box[3] > box[1] else None


def _inside(points: Points, box: Box) -> np.ndarray:
    """float32 (h, w): how much of each pixel of `box` a polygon covers."""
    left, top, right, bottom = box
    sheet = Image.new("L", ((right - left) * FINER, (bottom - top) * FINER))
    corners = (np.asarray(points) - (left, top)) * FINER - 0.5
    ImageDraw.Draw(sheet).polygon([tuple(corner) for corner in corners.tolist()], 255)
    return np.asarray(sheet.reduce(FINER), np.float32) / 255


def _blend(pixels: np.ndarray, box: Box, alpha: np.ndarray, colour: Colour | np.ndarray) -> None:
    left, top, right, bottom = box
    part = pixels[top:bottom, left:right]
    over = np.asarray(colour, np.float32)
    if over.ndim == 3:
        over = over[top:bottom, left:right]
    part += alpha[..., None] * (over - part)


def _blurred(alpha: np.ndarray, radius: float) -> np.ndarray:
    image = Image.fromarray((alpha * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(image, np.float32) / 255


def _height(word: Placed) -> float:
    """About the height of the word's ink, in pixels."""
    a, b, c, d = word.corners
    return float(np.hypot(*(a - d)) + np.hypot(*(b - c))) / 2


def _paint_beside(pixels: np.ndarray, word: Placed, ink: Ink) -> None:
    """What falls beside the letters: glow, blocks, shadow."""
    height = _height(word)
    box = _box(word.corners, math.ceil(height))
    if not box or not (ink.glow or ink.block or ink.shadow):
        return
    shape = coverage(word.stencil.outline, word.matrix, box)
    if ink.glow:
        for blur, strength in ((0.30, 0.75), (0.08, 0.8)):
            _blend(pixels, box, _blurred(shape, blur * height) * strength, ink.glow)
    if ink.shadow:
        by = max(round(0.06 * height), 1)
        _blend(pixels, box, _blurred(np.roll(shape, (by, by), (0, 1)), 0.05 * height) * ink.shadow, BLACK)
    if ink.block:
        for by in range(max(round(0.09 * height), 2), 0, -1):
            _blend(pixels, box, np.roll(shape, (by, by), (0, 1)), ink.block)


def _paint_letters(pixels: np.ndarray, word: Placed, ink: Ink) -> None:
    box = _box(word.corners, 2)
    if not box:
        return
    if ink.outline:
        _blend(pixels, box, coverage(word.stencil.outline, word.matrix, box), ink.outline)
    _blend(pixels, box, coverage(word.stencil.letters, word.matrix, box), _filling(ink, box))


def _filling(ink: Ink, box: Box) -> Colour | np.ndarray:
    """One colour, or colours that turn from the head of the letters to their foot."""
    if ink.foot is None:
        return ink.colour
    top, bottom = box[1], box[3]
    share = ((np.arange(SIDE, dtype=np.float32) - top) / max(bottom - top, 1)).clip(0, 1)[:, None, None]
    column = np.asarray(ink.colour, np.float32) * (1 - share) + np.asarray(ink.foot, np.float32) * share
    return np.broadcast_to(column, (SIDE, SIDE, 3))
