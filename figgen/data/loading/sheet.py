"""Pictures of any shape on a sheet of one shape, and their words with them; nothing is ever stretched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image

from figgen.data.options import Channels, Fit
from figgen.ocr.boxes import TextBox, fit_boxes

WHITE = (255, 255, 255)


class Placement(NamedTuple):
    """Where a picture comes to lie: a point (x, y) of it moves to (x, y) * scale + (left, top)."""

    scale: float
    width: int  # of the scaled picture
    height: int
    left: int  # pixels of white; below 0 where the sheet cuts the picture off
    top: int


@dataclass(frozen=True)
class Sheet:
    """What pictures are put on. fit: `pad` shows the whole picture on white, `crop` fills the sheet with its centre."""

    height: int
    width: int
    channels: Channels = 3  # 1 is grey
    fit: Fit = "pad"

    def place(self, width: int, height: int) -> Placement:
        """The centred place for a width x height picture; no scaling where a side that counts fits exactly already."""
        scales = self.width / width, self.height / height
        scale = min(scales) if self.fit == "pad" else max(scales)
        new_width, new_height = max(round(width * scale), 1), max(round(height * scale), 1)
        left, top = (self.width - new_width) // 2, (self.height - new_height) // 2
        return Placement(scale, new_width, new_height, left, top)

    def fit_pixels(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 (h, w, 3) => uint8 (channels, height, width)."""
        place = self.place(pixels.shape[1], pixels.shape[0])
        picture = Image.fromarray(pixels)
        if place.scale != 1:
            picture = picture.resize((place.width, place.height), Image.Resampling.LANCZOS)
        sheet = Image.new("RGB", (self.width, self.height), WHITE)
        sheet.paste(picture, (place.left, place.top))
        drawn = np.asarray(sheet if self.channels == 3 else sheet.convert("L"))
        return drawn.reshape(self.height, self.width, self.channels).transpose(2, 0, 1)

    def fit_words(self, boxes: Iterable[TextBox], height: int, width: int) -> tuple[tuple[TextBox, ...], int]:
        """The boxes of a height x width picture where they come to lie, and how many had to be dropped."""
        place = self.place(width, height)
        return fit_boxes(boxes, scale=place.scale, dx=place.left, dy=place.top, width=self.width, height=self.height)
