"""The same unseen figures, and the same words in them, through the autoencoders of a group: what no table shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import as_image, grid
from figgen.reporting.views import Views

ORDER = ("plain", "tpl", "ocr", "ocr_features", "ocr_perceptual")  # of the columns; others follow by name
CROP = (20, 60)  # height, width of the cut around a word
ZOOM = 4


def strip(of_loss: Mapping[str, Views], rows: int = 4) -> Image.Image:
    """One column of figures for each loss, the originals first."""
    return grid({name: [as_image(p) for p in pictures[:rows]] for name, pictures in _columns(of_loss).items()})


def crops(of_loss: Mapping[str, Views]) -> Image.Image | None:
    """The longest word of each figure, much enlarged, a column for each loss; None where there are no words."""
    words = next(iter(of_loss.values())).words
    longest = [(i, max(boxes, key=lambda box: len(box.text))) for i, boxes in enumerate(words) if boxes]
    columns = {name: [cut(pictures[i], box) for i, box in longest] for name, pictures in _columns(of_loss).items()}
    return grid(columns) if longest else None


def _columns(of_loss: Mapping[str, Views]) -> dict[str, Sequence[np.ndarray]]:
    names = sorted(of_loss, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return {"original": of_loss[names[0]].originals} | {name: of_loss[name].reconstructions for name in names}


def cut(picture: np.ndarray, box: TextBox) -> Image.Image:
    """The surroundings of a word in uint8 (C, H, W)."""
    left, top, right, bottom = box.bounds
    (height, width), (h, w) = CROP, picture.shape[1:]
    y = min(max(round((top + bottom - height) / 2), 0), max(h - height, 0))
    x = min(max(round((left + right - width) / 2), 0), max(w - width, 0))
    return as_image(picture[:, y : y + height, x : x + width], ZOOM)
