"""The two files of MARIO that have a format of their own: ocr.txt and charseg.npy.

ocr.txt      Best 2,206,96,173,112,243,19,277 0.995647132396698     a word, its corners from the top left on, its share
charseg.npy  int64 (256, 256)       0 for background, else the place of the pixel's character in CHARACTERS, from 1 on
"""

from __future__ import annotations

import io
import math
import re
import string
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from figgen.data.decoding import decode
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import DataError

CHARACTERS = string.digits + string.ascii_letters + string.punctuation + " "
SEGMENTS = (256, 256)
LINE = re.compile(r"\s*(?P<text>\S.*?)\s+(?P<corners>[^\s,]+(?:,[^\s,]+){7})(?:\s+(?P<confidence>[^\s,]+))?\s*")


class OcrFile(NamedTuple):
    """The words of an ocr.txt, and what had to be mended."""

    boxes: tuple[TextBox, ...] = ()
    dropped: int = 0  # lines without a word or without eight finite numbers
    unsure: int = 0  # words without a confidence, which got 1.0


def read_ocr(path: Path) -> OcrFile:
    """Spaces within a word, blank lines and any line ends are fine; a picture without ocr.txt has no words."""
    if not path.is_file():
        return OcrFile()
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    lines = [line for line in text.split("\n") if line.strip()]
    words = [word for line in lines if (word := parse_word(line))]
    boxes = tuple(word if math.isfinite(word.confidence) else replace(word, confidence=1.0) for word in words)
    return OcrFile(boxes, len(lines) - len(words), sum(not math.isfinite(word.confidence) for word in words))


def parse_word(line: str) -> TextBox | None:
    """A line of ocr.txt; the confidence is NaN where there is none. None where it cannot be mended."""
    parts = LINE.fullmatch(line)
    if parts is None:
        return None
    try:
        a, b, c, d, e, f, g, h = map(float, parts["corners"].split(","))
        box = TextBox(((a, b), (c, d), (e, f), (g, h)), parts["text"], float(parts["confidence"] or "nan"))
    except ValueError:
        return None
    return box if box.is_finite else None


def read_segments(path: Path) -> np.ndarray:
    """charseg.npy => uint8 (256, 256); DataError where it is anything else. Pickled objects are never loaded."""
    try:
        segments = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError("charseg.npy is missing or cannot be read") from error
    if not isinstance(segments, np.ndarray) or segments.shape != SEGMENTS or segments.dtype.kind not in "iu":
        raise DataError("charseg.npy is no map of 256 x 256 whole numbers")
    if segments.min() < 0 or segments.max() > len(CHARACTERS):
        raise DataError(f"charseg.npy holds numbers outside of 0 to {len(CHARACTERS)}")
    return segments.astype(np.uint8)


def text_only(picture: bytes, segments: np.ndarray) -> bytes:
    """An encoded picture => a PNG of its characters on white, as MARIO-LoRA trained its text-masked model."""
    pixels = decode(picture)
    height, width = pixels.shape[:2]
    mask = Image.fromarray((segments > 0).astype(np.uint8)).resize((width, height), Image.Resampling.NEAREST)
    masked = np.where(np.asarray(mask)[..., None] > 0, pixels, np.uint8(255))
    png = io.BytesIO()
    Image.fromarray(masked).save(png, "PNG", compress_level=1)
    return png.getvalue()
