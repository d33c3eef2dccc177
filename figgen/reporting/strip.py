"""The same unseen figures, and the same words in them, through the autoencoders of a group: what no table shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import as_image, grid
from figgen.reporting.views import Views

ORDER = ("plain", "tpl", "ocr", "ocr_features", "ocr_perceptual")  # of the columns by their loss; others follow by name
CROP = (20, 60)  # height, width of the cut around a word
ZOOM = 4


def strip(views: Mapping[str, Views], rows: int = 4) -> Image.Image:
    """One column of figures for each combination, the originals first."""
    return grid({name: [as_image(p) for p in pictures[:rows]] for name, pictures in _columns(views).items()})


def crops(views: Mapping[str, Views]) -> Image.Image | None:
    """The longest word of each figure, much enlarged, a column a combination; None where there are no words."""
    items = next(iter(views.values())).items
    longest = [(i, max(item.words, key=lambda box: len(box.text))) for i, item in enumerate(items) if item.words]
    columns = {name: [cut(pictures[i], box) for i, box in longest] for name, pictures in _columns(views).items()}
    return grid(columns) if longest else None


def _columns(views: Mapping[str, Views]) -> dict[str, Sequence[np.ndarray]]:
    def place(name: str) -> tuple[int, str]:
        losses = [number for number, loss in enumerate(ORDER) if f"loss={loss}" in name.split(", ")]
        return (*losses, len(ORDER))[0], name

    names = sorted(views, key=place)
    return {"original": views[names[0]].originals} | {name: views[name].reconstructions for name in names}


def cut(picture: np.ndarray, box: TextBox) -> Image.Image:
    """The surroundings of a word in uint8 (C, H, W)."""
    left, top, right, bottom = box.bounds
    (height, width), (h, w) = CROP, picture.shape[1:]
    y = min(max(round((top + bottom - height) / 2), 0), max(h - height, 0))
    x = min(max(round((left + right - width) / 2), 0), max(w - width, 0))
    return as_image(picture[:, y : y + height, x : x + width], ZOOM)
