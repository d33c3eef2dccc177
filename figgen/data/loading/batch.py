"""What a training step gets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import Quad, TextBox


@dataclass(frozen=True)
class Batch:
    """B fitted pictures with what is said about them and where their words stand."""

    keys: tuple[str, ...]
    captions: tuple[str, ...]
    pixels: Tensor  # uint8 (B, C, H, W); loading.images.to_pixels makes them float, on the device
    boxes: BoxBatch  # in pixels of the fitted pictures

    def to(self, device: torch.device | str) -> Batch:
        return Batch(self.keys, self.captions, self.pixels.to(device), self.boxes.to(device))

    def __len__(self) -> int:
        return len(self.keys)

    def boxes_of(self, i: int) -> list[TextBox]:
        """The words of picture i."""
        rows = (self.boxes.image == i).nonzero()[:, 0].tolist()
        return [TextBox(_as_quad(self.boxes.quads[row]), self.boxes.texts[row]) for row in rows]

    def texts_of(self, i: int) -> list[str]:
        """The strings of picture i's words."""
        return [box.text for box in self.boxes_of(i)]

    def first(self, n: int) -> Batch:
        """The first n pictures alone."""
        keep = (self.boxes.image < n).nonzero()[:, 0]
        boxes = replace(self.boxes.select(keep), num_images=min(n, len(self)))
        return Batch(self.keys[:n], self.captions[:n], self.pixels[:n], boxes)


def _as_quad(corners: Tensor) -> Quad:
    """(4, 2) => four points."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners.tolist())
    return a, b, c, d
