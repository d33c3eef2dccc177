"""What can be said of who finds words and who reads them: detector= and teacher=."""

from __future__ import annotations

from typing import Annotated, Literal

from figgen.cli.kinds import Fraction, Range, WeightsFile

Enlarged = Annotated[int, Range(1, 8)]  # times, before Tesseract reads a picture
Segmentation = Annotated[int, Range(0, 13)]  # Tesseract's --psm
Side = Annotated[int, Range(32, 4096)]
Letters = Literal["as_read", "published"]  # published: lower-cased and without punctuation, as ML-Figs keeps its words

OPTIONS: dict[str, object] = {
    "detector.letters": Letters,
    "detector.model": None,
    "detector.model.scale": Enlarged,
    "detector.model.psm": Segmentation,
    "detector.model.min_confidence": Annotated[float, Range(0, 100)],
    "detector.model.text": Letters,
    "detector.model.least_side": Side,
    "detector.model.weights": WeightsFile,
    "detector.model.long_side": Side,
    "detector.model.text_threshold": Fraction,
    "detector.model.link_threshold": Fraction,
    "detector.model.low_text": Fraction,
    "teacher.model.weights": WeightsFile,
    "teacher.model.source": str,
}
