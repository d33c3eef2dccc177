"""PP-OCR as a detector: the models of the rapidocr wheel, offline, find lines and read their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from figgen.ocr.boxes import Quad, TextBox
from figgen.ocr.lines import engine, words_in
from figgen.ocr.pool import Progress, as_rgb, read_all


@dataclass(frozen=True)
class RapidOCR:
    """Pictures (H, W) or (H, W, 3) uint8 => the words of each, their text as it was read.

    least_side: pictures are enlarged until their shorter side has so many pixels.
    min_confidence: words at or below are dropped.
    workers: pictures read at once; None takes every core.
    """

    least_side: int = 736
    min_confidence: float = 0.5
    workers: int | None = field(default=None, repr=False)  # its repr is part of the data's fingerprint

    def __call__(self, images: Sequence[np.ndarray], progress: Progress | None = None) -> list[list[TextBox]]:
        engine(self.least_side)  # one clear sentence now rather than one from every thread
        return read_all(self.read, images, self.workers, progress)

    def read(self, image: np.ndarray) -> list[TextBox]:
        """The words of one picture."""
        image = np.ascontiguousarray(as_rgb(image))
        found = words_in(image, self.quads(image))
        return [word for word in found if word.confidence > self.min_confidence]

    def quads(self, image: np.ndarray) -> list[Quad]:
        """Where lines stand in a picture (H, W, 3)."""
        bgr = np.ascontiguousarray(image[..., ::-1])
        boxes = engine(self.least_side)(bgr, use_det=True, use_cls=False, use_rec=False).boxes
        return [] if boxes is None else [as_quad(corners) for corners in boxes]


def as_quad(corners: np.ndarray) -> Quad:
    """(4, 2) => four points."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d
