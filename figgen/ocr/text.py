"""What counts as the same word, and in which order words are read."""

from __future__ import annotations

import string
from collections.abc import Iterable

from figgen.ocr.boxes import TextBox

_PUNCTUATION = str.maketrans("", "", string.punctuation)


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
