"""What a training step gets."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox


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

    @property
    def words(self) -> list[list[TextBox]]:
        """The words of each picture."""
        return self.boxes.words()
