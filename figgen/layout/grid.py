"""A box as four whole numbers, and back: what a net can predict by classification, on sheets of any size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

TALLEST, LOWEST = 1.0, 1 / 64  # height of a box in sheet heights
WIDEST, NARROWEST = 4.0, 1 / 64  # width of a letter in heights of its box; a word set upright is far narrower than 1


@dataclass(frozen=True)
class Grid:
    """height, width: logarithmic steps; top, left of the middle: equal steps."""

    places: int = 80
    shapes: int = 64

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many bins height, width, y and x have."""
        return self.shapes, self.shapes, self.places, self.places

    def bins(self, boxes: Tensor, letters: Tensor, aspect: float) -> Tensor:
        """Left, top, width, height in shares of the sheet (..., 4) => bins of height, width, y, x (..., 4) int64.

        letters (...): how many the word has; aspect: sheet width / height.
        """
        left, top, width, height = boxes.unbind(-1)
        a_letter = width * aspect / (height * letters)
        steps = torch.stack(
            [
                _log_share(height, LOWEST, TALLEST) * self.shapes,
                _log_share(a_letter, NARROWEST, WIDEST) * self.shapes,
                (top + height / 2) * self.places,
                (left + width / 2) * self.places,
            ],
            -1,
        )
        most = torch.tensor(self.sizes, device=boxes.device) - 1
        return steps.floor().long().clamp(min=torch.zeros_like(most), max=most)

    def boxes(self, bins: Tensor, letters: Tensor, aspect: float) -> Tensor:
        """The middle of each bin: the inverse of `bins`, up to half a bin."""
        height, a_letter, y, x = (bins + 0.5).unbind(-1)
        height = _from_log_share(height / self.shapes, LOWEST, TALLEST)
        width = _from_log_share(a_letter / self.shapes, NARROWEST, WIDEST) * height * letters / aspect
        return torch.stack([x / self.places - width / 2, y / self.places - height / 2, width, height], -1)


def _log_share(value: Tensor, low: float, high: float) -> Tensor:
    return (value.clamp_min(1e-9) / low).log() / math.log(high / low)


def _from_log_share(share: Tensor, low: float, high: float) -> Tensor:
    return low * (share * math.log(high / low)).exp()
