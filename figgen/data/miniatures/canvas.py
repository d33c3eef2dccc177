"""A small sheet that matplotlib draws on, and that knows where every word on it stands.

Shapes and strings are matplotlib artists placed in pixels, x to the right and y down from the top left corner. Shapes
are drawn first, then the strings over them: the difference of the two pictures is the ink of the words, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, FancyArrowPatch, FancyBboxPatch, Rectangle, Wedge
from matplotlib.transforms import Affine2D
from matplotlib.typing import ColorType as Colour

from figgen.data.miniatures.base import LayoutError
from figgen.ocr.boxes import TextBox

DPI = 100
INK = 40  # a pixel is ink where the string changed some channel by more than this
CLEAR = 1  # pixels that must stay free between two strings
MARGIN = 2  # pixels that must stay free along the edges of the sheet
FLAT = 24  # what lies under a string may not vary by more than this

Numbers = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Font:
    """A typeface in points, as matplotlib names it."""

    family: str
    size: float
    weight: str = "normal"


@dataclass(frozen=True)
class _String:
    """A string on the sheet: its centre line runs through y, its left edge is x."""

    x: float
    y: float
    text: str
    font: Font
    colour: Colour


METER = RendererAgg(8, 8, DPI)  # draws nothing


@cache
def _properties(font: Font) -> FontProperties:
    return FontProperties(family=font.family, size=font.size, weight=font.weight)


@cache
def _measures(text: str, font: Font) -> tuple[float, float, float]:
    """Pixels: the width, the height, and how much of it lies below the line that the letters stand on."""
    return METER.get_text_width_height_descent(text, _properties(font), ismath=False)


def width_of(text: str, font: Font) -> float:
    """Pixels that a string takes from its start to where the next one could begin."""
    return _measures(text, font)[0]


def height_of(font: Font) -> float:
    """Pixels from the foot of a `p` to the head of a `d`."""
    return _measures("dp", font)[1]


@dataclass
class Canvas:
    """width x height pixels of `background`."""

    width: int
    height: int
    background: Colour = "white"
    shapes: list[Artist] = field(default_factory=list)
    strings: list[_String] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.width / DPI, self.height / DPI), dpi=DPI)
        self.downwards = Affine2D.from_values(1, 0, 0, -1, 0, self.height)
        self.rectangle(0, 0, self.width, self.height, color=self.background, linewidth=0)

    def _add(self, artist: Artist) -> None:
        artist.set_figure(self.figure)
        artist.set_transform(self.downwards)
        self.shapes.append(artist)

    def line(self, xs: Numbers, ys: Numbers, **style: Any) -> None:
        """A line, or marks where linestyle is "none", through the points."""
        self._add(Line2D(xs, ys, **style))

    def rectangle(self, left: float, top: float, width: float, height: float, **style: Any) -> None:
        self._add(Rectangle((left, top), width, height, **style))

    def rounded(self, left: float, top: float, width: float, height: float, radius: float, **style: Any) -> None:
        """A rectangle with round corners."""
        boxstyle = f"round,pad=0,rounding_size={radius}"
        self._add(FancyBboxPatch((left, top), width, height, boxstyle=boxstyle, **style))

    def ellipse(self, x: float, y: float, width: float, height: float, **style: Any) -> None:
        self._add(Ellipse((x, y), width, height, **style))

    def wedge(self, x: float, y: float, radius: float, start: float, end: float, **style: Any) -> None:
        """A slice of a disc between two angles in degrees, clockwise from the right."""
        self._add(Wedge((x, y), radius, start, end, **style))

    def arrow(self, start: tuple[float, float], end: tuple[float, float], **style: Any) -> None:
        """A straight arrow with its head at `end`."""
        arrow = FancyArrowPatch(start, end, arrowstyle="-|>", shrinkA=0, shrinkB=0, mutation_scale=6, **style)
        self._add(arrow)

    def text(self, x: float, y: float, text: str, font: Font, colour: Colour, *, anchor: str = "center") -> None:
        """A string whose left, center or right (`anchor`) is x and whose middle is y."""
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[anchor]
        self.strings.append(_String(x - shift * width_of(text, font), y, text, font, colour))

    def draw(self) -> tuple[np.ndarray, tuple[TextBox, ...]]:
        """=> uint8 pixels (height, width, 3) and one tight box per word; LayoutError where a word cannot be read."""
        self._check_apart()
        renderer = RendererAgg(self.width, self.height, DPI)
        for shape in self.shapes:
            shape.draw(renderer)
        empty = _pixels(renderer)
        self._check_ground(empty)
        for string in self.strings:
            _write(string, renderer)
        full = _pixels(renderer)
        ink = np.abs(full.astype(np.int16) - empty).max(axis=2) > INK
        return full, tuple(box for string in self.strings for box in _word_boxes(string, ink))

    def _check_apart(self) -> None:
        """Raise LayoutError where a string leaves the sheet or touches another one."""
        taken = np.zeros((self.height, self.width), bool)
        for string in self.strings:
            left, top, right, bottom = _extent(string)
            if min(left, top, self.width - right, self.height - bottom) < MARGIN:
                raise LayoutError(f"{string.text!r} leaves the sheet")
            if taken[top - CLEAR : bottom + CLEAR, left - CLEAR : right + CLEAR].any():
                raise LayoutError(f"{string.text!r} lies on another string")
            taken[top:bottom, left:right] = True

    def _check_ground(self, empty: np.ndarray) -> None:
        """Raise LayoutError where what lies under a string is not of one colour."""
        for string in self.strings:
            left, top, right, bottom = _extent(string)
            if np.ptp(empty[top:bottom, left:right].astype(np.int16), axis=(0, 1)).max() > FLAT:
                raise LayoutError(f"{string.text!r} lies on a line")


def _write(string: _String, renderer: RendererAgg) -> None:
    """Draw a string from a whole pixel on: matplotlib's own lay-out of a Text costs as much as all else."""
    context = renderer.new_gc()
    context.set_foreground(string.colour)
    renderer.draw_text(context, round(string.x), _baseline(string), string.text, _properties(string.font), 0)
    context.restore()


def _baseline(string: _String) -> int:
    """The row that the string's letters stand on: half a capital below its middle."""
    return round(string.y + _measures("H", string.font)[1] / 2)


def _extent(string: _String) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the room a string takes, risers and tails of any letter included."""
    baseline, (_, height, descent) = _baseline(string), _measures("dp", string.font)
    right = string.x + width_of(string.text, string.font)
    top, bottom = baseline - math.ceil(height - descent) - 1, baseline + math.ceil(descent) + 1
    return round(string.x), top, math.ceil(right) + 1, bottom


def _pixels(renderer: RendererAgg) -> np.ndarray:
    return np.array(renderer.buffer_rgba())[:, :, :3]


def _word_boxes(string: _String, ink: np.ndarray) -> list[TextBox]:
    """Each word's box: its share of the string by measured prefix widths, shrunk to the ink in it."""
    _, top, _, bottom = _extent(string)
    boxes, start = [], 0
    for word in string.text.split():
        start = string.text.index(word, start)
        left, right = (round(string.x) + width_of(string.text[:n], string.font) for n in (start, start + len(word)))
        boxes.append(tight_box(word, ink, (int(left) - 1, top, int(np.ceil(right)) + 1, bottom)))
        start += len(word)
    return boxes


def tight_box(word: str, ink: np.ndarray, within: tuple[int, int, int, int]) -> TextBox:
    """The tight box around the ink within a rectangle."""
    left, top, right, bottom = within
    rows, columns = np.nonzero(ink[top:bottom, left:right])
    if not len(rows):
        raise LayoutError(f"{word!r} cannot be seen")
    width, height = float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)
    return TextBox.from_ltwh(float(left + columns.min()), float(top + rows.min()), width, height, word)
