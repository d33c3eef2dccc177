"""How good layouts are: do their boxes keep clear of each other, and are they like those of real figures?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import wasserstein_distance

from figgen.ocr.boxes import TextBox

Layouts = Sequence[Sequence[TextBox]]


def overlapping(layouts: Layouts) -> np.ndarray:
    """The share of each layout's boxes that lie on another one; layouts without boxes are left out."""
    shares = []
    for boxes in layouts:
        if boxes:
            left, top, right, bottom = np.array([box.bounds for box in boxes]).T
            across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
            down = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
            touching = (across > 0) & (down > 0) & ~np.eye(len(boxes), dtype=bool)
            shares.append(touching.any(1).mean())
    return np.array(shares)


def box_distance(layouts: Layouts, real: Layouts, size: tuple[int, int]) -> dict[str, float]:
    """How far apart (Wasserstein, in shares of the sheet) the boxes of both are in height, in width a letter, in place.

    Places are middles. Nothing where either has no boxes.
    """
    ours, theirs = _numbers(layouts, size), _numbers(real, size)
    names = ("heights", "letter_widths", "middles_x", "middles_y") if len(ours) and len(theirs) else ()
    return {name: float(wasserstein_distance(ours[:, i], theirs[:, i])) for i, name in enumerate(names)}


def _numbers(layouts: Layouts, size: tuple[int, int]) -> np.ndarray:
    """One row a box: height, width a letter, middle x and y."""
    boxes = [box for of_picture in layouts for box in of_picture]
    left, top, right, bottom = np.array([box.bounds for box in boxes]).reshape(-1, 4).T
    letters = np.array([max(1, len(box.text)) for box in boxes])
    rows = ((bottom - top) / size[0], (right - left) / letters / size[1])
    return np.stack([*rows, (left + right) / 2 / size[1], (top + bottom) / 2 / size[0]], 1)
