"""Strings that run upwards, as the name of a y axis does: drawn level, turned, laid over what a Canvas has drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties

from figgen.data.miniatures.canvas import (
    CLEAR,
    DPI,
    FLAT,
    INK,
    MARGIN,
    Canvas,
    Colour,
    Font,
    LayoutError,
    height_of,
    width_of,
)
from figgen.ocr.boxes import Point, TextBox

Sides = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True)
class _Upward:
    """A string whose letters lie on their backs: its middle is (x, y)."""

    x: float
    y: float
    text: str
    font: Font
    colour: Colour


@dataclass
class SidewaysCanvas(Canvas):
    """A Canvas that can also write upwards."""

    upwards: list[_Upward] = field(default_factory=list)

    def text_upwards(self, x: float, y: float, text: str, font: Font, colour: Colour) -> None:
        """A string read from the bottom to the top, its middle at (x, y)."""
        self.upwards.append(_Upward(x, y, text, font, colour))

    def draw(self) -> tuple[np.ndarray, tuple[TextBox, ...]]:
        """As Canvas.draw; the words that run upwards come last, the corners of their boxes in the order of the text."""
        pixels, boxes = super().draw()
        for string in self.upwards:
            boxes += tuple(_lay_over(pixels, string))
        return pixels, boxes


def _lay_over(pixels: np.ndarray, string: _Upward) -> list[TextBox]:
    """Write a string into pixels (H, W, 3); => a box per word."""
    turned = np.rot90(_cover(string))
    rows, columns = turned.shape
    top, left = round(string.y - rows / 2), round(string.x - columns / 2)
    _check_free(pixels, string.text, top, left, rows, columns)
    ground = pixels[top : top + rows, left : left + columns]
    colour = np.array(to_rgb(string.colour)) * 255
    written = np.round(ground + (colour - ground) * turned[:, :, None]).astype(np.uint8)
    ink = np.abs(written.astype(np.int16) - ground).max(axis=2) > INK
    pixels[top : top + rows, left : left + columns] = written
    return [_turned_box(word, sides, left, top + rows) for word, sides in _words(string, np.rot90(ink, -1))]


def _cover(string: _Upward) -> np.ndarray:
    """How much of each pixel the level string covers, float (height, width) in [0, 1]."""
    width, height = math.ceil(width_of(string.text, string.font)) + 4, math.ceil(height_of(string.font)) + 4
    renderer = RendererAgg(width, height, DPI)
    properties = FontProperties(family=string.font.family, size=string.font.size, weight=string.font.weight)
    descent = math.ceil(renderer.get_text_width_height_descent("dp", properties, ismath=False)[2])
    renderer.draw_text(renderer.new_gc(), 2, height - descent - 2, string.text, properties, 0)
    return np.array(renderer.buffer_rgba())[:, :, 3] / 255


def _check_free(pixels: np.ndarray, text: str, top: int, left: int, rows: int, columns: int) -> None:
    """Raise LayoutError where a string would leave the sheet or lie on anything."""
    height, width, _ = pixels.shape
    if min(left, top, width - left - columns, height - top - rows) < MARGIN - 1:
        raise LayoutError(f"{text!r} leaves the sheet")
    around = pixels[top - CLEAR : top + rows + CLEAR, left - CLEAR : left + columns + CLEAR]
    if np.ptp(around.astype(np.int16), axis=(0, 1)).max() > FLAT:
        raise LayoutError(f"{text!r} lies on a line or on another string")


def _words(string: _Upward, ink: np.ndarray) -> list[tuple[str, Sides]]:
    """Each word of the level string with left, top, right, bottom of its ink (height, width)."""
    found, start = [], 0
    for word in string.text.split():
        start = string.text.index(word, start)
        left, right = (2 + width_of(string.text[:n], string.font) for n in (start, start + len(word)))
        first = max(int(left) - 1, 0)
        rows, columns = np.nonzero(ink[:, first : math.ceil(right) + 1])
        if not len(rows):
            raise LayoutError(f"{word!r} cannot be seen")
        found.append((word, (first + columns.min(), rows.min(), first + columns.max() + 1, rows.max() + 1)))
        start += len(word)
    return found


def _turned_box(word: str, sides: Sides, page_left: int, page_bottom: int) -> TextBox:
    """A box of the level string => its place on the sheet, where the string's start is at the bottom."""
    left, top, right, bottom = sides

    def turned(along: int, down: int) -> Point:
        return float(page_left + down), float(page_bottom - along)

    return TextBox((turned(left, top), turned(right, top), turned(right, bottom), turned(left, bottom)), word)
