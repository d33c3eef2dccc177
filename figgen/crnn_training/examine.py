"""How well a small recogniser reads unseen words, condition by condition."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from figgen.crnn_training.disturb import resampled
from figgen.crnn_training.grounds import clouds, gradient, tint
from figgen.crnn_training.sheets import FACES, FIGURE_FACES, UNSEEN_FACES, GreyFigure, Look, sheet
from figgen.data.loading.images import to_pixels
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.ocr.crops import rectify
from figgen.ocr.recogniser import Recogniser

GROUP = 48  # pictures read at once
OTHERS = tuple(face for face in FACES if face not in FIGURE_FACES)
LOOKS = (
    Look("other typefaces", OTHERS),
    Look("unseen typefaces", UNSEEN_FACES),
    Look("small, 7 to 10 px", FACES, (7, 10)),
    Look("large, 18 to 30 px", FACES, (18, 30)),
    Look("tints, gradients, clouds", FACES, grounds=(tint, gradient, clouds)),
    Look("turned by 3 to 15 degrees", FACES, turned=(3, 15)),
)
BLURS = (1.5, 2.0)  # figures made this many times smaller and large again


@dataclass(frozen=True)
class Figures:
    """Grey figures as one tensor, and their words."""

    pixels: Tensor  # uint8 (N, 1, 128, 160)
    boxes: list[tuple[TextBox, ...]]

    @classmethod
    def of(cls, drawn: Iterable[GreyFigure]) -> Figures:
        sheets, boxes = zip(*drawn, strict=True)
        return cls(torch.stack([torch.from_numpy(pixels) for pixels in sheets])[:, None], list(boxes))

    def group(self, rows: Tensor) -> tuple[Tensor, BoxBatch]:
        """Figures `rows` (n,) as pixels (n, 1, H, W) in [-1, 1] and their words."""
        return to_pixels(self.pixels[rows]), BoxBatch.collate([self.boxes[i] for i in rows.tolist()])


class Share(NamedTuple):
    """Strings read exactly, of how many."""

    exact: float
    words: int

    @property
    def error(self) -> float:
        """Its standard error."""
        return math.sqrt(self.exact * (1 - self.exact) / self.words)

    def __str__(self) -> str:
        return f"{self.exact:.1%} of {self.words}"


def examine(model: Recogniser, figures: Figures, words: int, seed: int) -> dict[str, Share]:
    """Figures as they are, then each look on sheets of at least `words` words, then figures blurred."""
    shares = {"figures": share(readings(model, figures))}
    for look in LOOKS:
        shares[look.name] = share(readings(model, sheets(look, words, seed)))
    for factor in BLURS:
        shares[f"figures blurred {factor:g} times"] = share(readings(model, figures, factor))
    return shares


def sheets(look: Look, words: int, seed: int) -> Figures:
    """Test sheets of one look, as many as it takes for `words` words."""
    drawn: list[GreyFigure] = []
    while sum(len(boxes) for _, boxes in drawn) < words:
        drawn.append(sheet(look, "test", len(drawn), seed))
    return Figures.of(drawn)


@torch.no_grad()
def readings(model: Recogniser, data: Figures, blur: float = 1.0) -> list[tuple[str, str]]:
    """What is read and what is written, for every string, on crops as the OCR loss cuts them."""
    pairs: list[tuple[str, str]] = []
    for rows in torch.arange(len(data.boxes)).split(GROUP):
        pixels, boxes = data.group(rows)
        crops, widths = rectify(resampled(pixels, blur), boxes, model.height, model.max_width)
        pairs += zip(model.read(crops.expand(-1, 3, -1, -1), widths), boxes.texts, strict=True)
    return pairs


def share(pairs: Iterable[tuple[str, str]]) -> Share:
    """Of words, that is of strings with a letter in them."""
    hits = [got == text for got, text in pairs if any(c.isalpha() for c in text)]
    return Share(round(sum(hits) / len(hits), 4), len(hits))
