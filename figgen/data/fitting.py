"""Pictures of any shape on a sheet of one shape: scaled to fit, padded with white, never cropped or stretched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox, fit_boxes

WHITE = 255


class Placement(NamedTuple):
    """Where a picture comes to lie: a point (x, y) of it moves to (x, y) * scale + (left, top)."""

    scale: float
    width: int  # of the scaled picture
    height: int
    left: int  # pixels of white
    top: int


def placement(width: int, height: int, sheet_width: int, sheet_height: int) -> Placement:
    """The largest centred place for a width x height picture; no scaling where one side fits exactly already."""
    scale = min(sheet_width / width, sheet_height / height)
    new_width = min(max(round(width * scale), 1), sheet_width)
    new_height = min(max(round(height * scale), 1), sheet_height)
    return Placement(scale, new_width, new_height, (sheet_width - new_width) // 2, (sheet_height - new_height) // 2)


def fit_pixels(pixels: np.ndarray, height: int, width: int, channels: int) -> np.ndarray:
    """uint8 (h, w, 3) => uint8 (channels, height, width); 1 channel is grey."""
    place = placement(pixels.shape[1], pixels.shape[0], width, height)
    picture = Image.fromarray(pixels)
    if channels == 1:
        picture = picture.convert("L")
    if place.scale != 1:
        picture = picture.resize((place.width, place.height), Image.Resampling.LANCZOS)
    sheet = np.full((height, width, channels), WHITE, dtype=np.uint8)
    inside = np.asarray(picture).reshape(place.height, place.width, channels)
    sheet[place.top : place.top + place.height, place.left : place.left + place.width] = inside
    return sheet.transpose(2, 0, 1)


def fit_words(
    boxes: Iterable[TextBox], size: tuple[int, int], height: int, width: int
) -> tuple[tuple[TextBox, ...], int]:
    """The boxes of a picture of size (h, w) on its height x width sheet, and how many had to be dropped."""
    place = placement(size[1], size[0], width, height)
    return fit_boxes(boxes, place.scale, place.left, place.top, width, height)
