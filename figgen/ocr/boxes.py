"""A word and where it stands: how its place moves when the picture is fitted, in which order and as what it is read."""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

NEAR = 10  # pixels: the same text closer than this in left and top is the same word (ML-Figs)

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]

_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True)
class TextBox:
    """A word and its four corners in pixels, clockwise from the top left of the *text*."""

    quad: Quad
    text: str
    confidence: float = 1.0

    @classmethod
    def from_ltwh(
        cls, left: float, top: float, width: float, height: float, text: str, *, confidence: float = 1.0
    ) -> TextBox:
        right, bottom = left + width, top + height
        return cls(((left, top), (right, top), (right, bottom), (left, bottom)), text, confidence)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the upright rectangle around the quad."""
        xs, ys = zip(*self.quad, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def is_finite(self) -> bool:
        return all(math.isfinite(v) for point in self.quad for v in point)

    def moved(self, scale: float, dx: float, dy: float) -> TextBox:
        """The box after the picture is scaled by `scale`, then shifted by (dx, dy)."""
        return self._with_corners(lambda x, y: (x * scale + dx, y * scale + dy))

    def clipped(self, width: float, height: float) -> TextBox:
        """The box with every corner pulled inside a width x height picture."""
        return self._with_corners(lambda x, y: (min(max(x, 0.0), width), min(max(y, 0.0), height)))

    def _with_corners(self, move: Callable[[float, float], Point]) -> TextBox:
        a, b, c, d = (move(x, y) for x, y in self.quad)
        return replace(self, quad=(a, b, c, d))

    def is_degenerate(self, least: float = 1.0) -> bool:
        """True where less than `least` pixels of width or height are left."""
        if not self.is_finite:
            return True
        left, top, right, bottom = self.bounds
        return right - left < least or bottom - top < least


def as_quad(corners: Iterable[Iterable[float]]) -> Quad:
    """Four corners of any numbers, in an array for one."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d


def fit_boxes(
    boxes: Iterable[TextBox], *, scale: float, dx: float, dy: float, width: int, height: int
) -> tuple[tuple[TextBox, ...], int]:
    """Boxes after a picture is scaled and padded into width x height, and how many were dropped as degenerate."""
    boxes = tuple(boxes)
    fitted = (box.moved(scale, dx, dy).clipped(width, height) for box in boxes if box.is_finite)
    kept = tuple(box for box in fitted if not box.is_degenerate())
    return kept, len(boxes) - len(kept)


def normalise(word: str) -> str:
    """Lower case, no punctuation, no outer spaces, as ML-Figs compares words. May come out empty."""
    return word.lower().translate(_PUNCTUATION).strip()


def reading_order(boxes: Iterable[TextBox]) -> list[TextBox]:
    """Boxes line by line from the top, each line from the left.

    A word joins the line above it when its middle stands higher than the bottom of that line's first word.
    """
    lines: list[list[TextBox]] = []
    for box in sorted(boxes, key=_middle):
        if lines and _middle(box) < lines[-1][0].bounds[3]:
            lines[-1].append(box)
        else:
            lines.append([box])
    return [box for line in lines for box in sorted(line, key=lambda b: b.bounds[0])]


def _middle(box: TextBox) -> float:
    return (box.bounds[1] + box.bounds[3]) / 2


def filter_words(boxes: Iterable[TextBox], min_confidence: float) -> list[TextBox]:
    """ML-Figs' filter: confident words that are more than punctuation, each once. The text keeps its case."""
    kept: list[TextBox] = []
    for box in boxes:
        if box.confidence > min_confidence and normalise(box.text) and not any(_repeats(box, other) for other in kept):
            kept.append(box)
    return kept


def _repeats(box: TextBox, other: TextBox) -> bool:
    (left, top, *_), (other_left, other_top, *_) = box.bounds, other.bounds
    near = abs(left - other_left) < NEAR and abs(top - other_top) < NEAR
    return near and normalise(box.text) == normalise(other.text)
