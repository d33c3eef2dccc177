"""Any layout => one that can be drawn: few enough words, each inside the picture, readable, and beside the others."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from figgen.ocr.boxes import TextBox
from figgen.runs.console import warn

LOWEST = 5.0  # pixels: a word less high than that is read by nobody
THINNEST = 1.0  # pixels
NARROWEST = 0.3  # width of a letter in heights of its box: a word set closer than that is read by nobody
SHRINK = (1.0, 0.85, 0.7, 0.55)  # what a word's size may be multiplied by where it is in the way
TOUCH = 1e-6  # pixels that two boxes may share
DRAWABLE = frozenset(string.printable)

Bounds = tuple[float, float, float, float]  # left, top, right, bottom
Size = tuple[int, int]  # height, width


class Repaired(NamedTuple):
    """A layout that can be drawn, and what it lacks of the one asked for."""

    boxes: tuple[TextBox, ...]
    dropped: tuple[str, ...]  # too many, without any room, or with corners that are no numbers
    foreign: tuple[str, ...]  # kept, but with characters that no network has learned: right-to-left script, emoji


def repaired(boxes: Sequence[TextBox], size: Size, most_words: int = 64) -> Repaired:
    """Words keep their order and, where nothing is wrong with them, their corners. Earlier words keep their places."""
    placed: list[TextBox] = []
    dropped: list[str] = []
    for box in boxes:
        usable = len(placed) < most_words and box.is_finite and box.text.strip()
        beside = free_place(readable(box, size), placed, size) if usable else None
        if beside:
            placed.append(beside)
        else:
            dropped.append(box.text)
    foreign = tuple(box.text for box in placed if not DRAWABLE.issuperset(box.text))
    return Repaired(tuple(placed), tuple(dropped), foreign)


def warn_of(layouts: Iterable[Repaired]) -> None:
    """One sentence for all words that were dropped, and one for all that cannot be drawn as they are written."""
    layouts = list(layouts)
    dropped = [text for layout in layouts for text in layout.dropped]
    foreign = [text for layout in layouts for text in layout.foreign]
    if dropped:
        warn(f"{_counted(dropped)} of the layouts left out: more words than a picture takes, or no room for them.")
    if foreign:
        warn(f"{_counted(foreign)} with characters beyond printable ASCII: drawn as marks that nobody can read.")


def _counted(words: Sequence[str]) -> str:
    shown = ", ".join(repr(word[:20]) for word in words[:3]) + (", …" if len(words) > 3 else "")
    return f"{len(words)} word{'s' * (len(words) != 1)} ({shown})"


def readable(box: TextBox, size: Size) -> TextBox:
    """At least LOWEST high; wide enough for its letters, or less high where the sheet is not; inside the sheet."""
    if box.is_degenerate(TOUCH):
        left, top, right, bottom = box.bounds
        box = TextBox.from_ltwh(
            left, top, max(right - left, THINNEST), max(bottom - top, THINNEST), box.text, confidence=box.confidence
        )
    (left, top, right, bottom), (high, wide) = box.bounds, size
    height = min(max(bottom - top, LOWEST), high)
    width = min(max(right - left, THINNEST), wide)
    if is_upright(box):
        width = min(max(width, NARROWEST * height * len(box.text)), wide)
        height = max(min(height, width / (NARROWEST * len(box.text))), min(LOWEST, high))
    left = min(max((left + right - width) / 2, 0.0), wide - width)
    top = min(max((top + bottom - height) / 2, 0.0), high - height)
    return set_to(box, (left, top, left + width, top + height))


def is_upright(box: TextBox) -> bool:
    """True where the text runs from left to right, or nearly so."""
    (x0, y0), (x1, y1), *_ = box.quad
    return x1 - x0 >= abs(y1 - y0)


def set_to(box: TextBox, bounds: Bounds) -> TextBox:
    """The box stretched and moved into new bounds, its text turned as before; itself where those are the old ones."""
    if np.allclose(box.bounds, bounds, rtol=0, atol=TOUCH / 10):
        return box
    old, new = np.array(box.bounds), np.array(bounds)
    corners = new[:2] + (np.array(box.quad) - old[:2]) / (old[2:] - old[:2]) * (new[2:] - new[:2])
    a, b, c, d = ((x, y) for x, y in corners.tolist())
    return replace(box, quad=(a, b, c, d))


def free_place(box: TextBox, others: Sequence[TextBox], size: Size) -> TextBox | None:
    """The box where it overlaps none of the others: itself, or moved and shrunk as little as will do; None: no room."""
    taken = np.array([other.bounds for other in others]).reshape(-1, 4)
    own = np.array(box.bounds)
    if not overlaps(own[:1], own[1:2], own[2:] - own[:2], taken).any():
        return box
    best = min((found for share in SHRINK if (found := _nearest(own, share, taken, size))), default=None)
    return set_to(box, best[1]) if best else None


def overlaps(lefts: np.ndarray, tops: np.ndarray, extent: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Lefts (X,), tops (Y,), one width and height, bounds (M, 4) => (Y, X) bool: which share area with one of the M."""
    across = np.minimum.outer(lefts + extent[0], taken[:, 2]) - np.maximum.outer(lefts, taken[:, 0]) > TOUCH
    down = np.minimum.outer(tops + extent[1], taken[:, 3]) - np.maximum.outer(tops, taken[:, 1]) > TOUCH
    return down.astype(np.float32) @ across.T.astype(np.float32) > 0


def _nearest(own: np.ndarray, share: float, taken: np.ndarray, size: Size) -> tuple[float, Bounds] | None:
    """What it costs to bring `own`, shrunk to `share`, to its nearest free place, and that place."""
    extent = (own[2:] - own[:2]) * share
    wide, high = extent.tolist()
    if share < 1 and (high < LOWEST or wide < THINNEST):
        return None
    left, top = ((own[:2] + own[2:] - extent) / 2).tolist()
    lefts = _candidates(left, wide, taken[:, 0], taken[:, 2], size[1])
    tops = _candidates(top, high, taken[:, 1], taken[:, 3], size[0])
    moves = np.hypot.outer(tops - top, lefts - left)
    moves[overlaps(lefts, tops, extent, taken)] = np.inf
    y, x = np.unravel_index(moves.argmin(), moves.shape)
    if np.isinf(moves[y, x]):
        return None
    left, top = float(lefts[x]), float(tops[y])
    return float(moves[y, x] + (1 - share) * (own[2] - own[0])), (left, top, left + wide, top + high)


def _candidates(start: float, length: float, starts: np.ndarray, ends: np.ndarray, whole: float) -> np.ndarray:
    """Where a box may begin: where it does, at either end of the sheet, or flush with what is in the way."""
    found = np.unique(np.concatenate([[start, 0.0, whole - length], ends, starts - length]))
    return found[(found >= 0) & (found <= whole - length)]
