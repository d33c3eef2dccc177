"""The PP-OCR models inside the rapidocr wheel, found without importing rapidocr, which takes seconds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from figgen.runs.errors import OCRUnavailable

DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"


def model(name: str, instead: str) -> Path:
    """The wheel's model of that name; `instead` is the choice that works without it, for the error's sentence."""
    remedy = f"run `pip install 'rapidocr>=3.10,<4'`, or choose {instead}."
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise OCRUnavailable(f"PP-OCR's weights come with the rapidocr wheel, which is not installed: {remedy}")
    path = Path(spec.origin).parent / "models" / name
    if not path.is_file():
        raise OCRUnavailable(f"The installed rapidocr wheel has no {name} (looked at {path}): {remedy}")
    return path
