"""CRAFT as a detector: its boxes hold single words, which PP-OCR's recogniser then reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from figgen.ocr import craft_net
from figgen.ocr.boxes import Quad, TextBox
from figgen.ocr.lines import words_in
from figgen.ocr.pool import Progress, as_rgb, read_all
from figgen.ocr.rapid import as_quad

INSTEAD = "detector=rapidocr or detector=tesseract"


@dataclass(frozen=True)
class Craft:
    """Pictures (H, W) or (H, W, 3) uint8 => the words of each.

    weights: CRAFT's checkpoint, craft_mlt_25k.pth; None: where craft-text-detector keeps it.
    long_side: pictures are scaled until their longer side has so many pixels.
    text_threshold, link_threshold, low_text: of CRAFT's two score maps, as published.
    min_confidence: words at or below, as PP-OCR reads them, are dropped, and so are boxes without a word.
    workers: pictures read at once; one picture's convolutions use every core by themselves.
    """

    weights: str | None = None
    long_side: int = 1280
    text_threshold: float = 0.7
    link_threshold: float = 0.4
    low_text: float = 0.4
    min_confidence: float = 0.5
    workers: int | None = field(default=1, repr=False)  # its repr is part of the data's fingerprint

    def __call__(self, images: Sequence[np.ndarray], progress: Progress | None = None) -> list[list[TextBox]]:
        network(self.weights)  # one clear sentence now rather than one from every thread
        return read_all(self.read, images, self.workers, progress)

    def read(self, image: np.ndarray) -> list[TextBox]:
        """The words of one picture."""
        image = np.ascontiguousarray(as_rgb(image))
        found = words_in(image, self.quads(image))
        return [word for word in found if word.confidence > self.min_confidence]

    def quads(self, image: np.ndarray) -> list[Quad]:
        """Where words stand in a picture (H, W, 3)."""
        import torch

        prediction = craft_net.package("predict", INSTEAD).get_prediction(
            image,
            network(self.weights),
            text_threshold=self.text_threshold,
            link_threshold=self.link_threshold,
            low_text=self.low_text,
            long_size=self.long_side,
            cuda=torch.cuda.is_available(),
            poly=False,
        )
        return [as_quad(corners) for corners in prediction["boxes"]]


@cache
def network(weights: str | None) -> Any:
    """CRAFT, loaded once."""
    import torch

    net = craft_net.load(weights, "detector.model.weights", INSTEAD)
    return net.cuda() if torch.cuda.is_available() else net
