"""Tesseract as the reader that no loss was trained against, and as the detector that ML-Figs was made with.

Every picture is read by a process of its own, and threads wait for as many of them as there are cores.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import ModuleType

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox, filter_words, normalise
from figgen.ocr.pool import Progress, read_all
from figgen.runs.errors import OCRUnavailable


@dataclass(frozen=True)
class Tesseract:
    """Pictures (H, W) or (H, W, 3) uint8 => the words of each, boxes in the pictures' own pixels.

    scale: pictures are enlarged this much first (bicubic), for Tesseract wants letters of 20 px and more.
    psm: Tesseract's page segmentation mode; 11 is sparse text.
    min_confidence: words at or below are dropped; so are repeats of a word within 10 px (ML-Figs' filter).
    text: as_read, or published: lower-cased and without punctuation, as ML-Figs keeps its words. A loss that
    teaches letters (loss=ocr) then minds neither.
    workers: pictures read at once; None takes every core.
    """

    scale: int = 3
    psm: int = 11
    min_confidence: float = 20
    text: str = "as_read"
    workers: int | None = field(default=None, repr=False)  # its repr is part of the data's fingerprint

    @property
    def engine(self) -> str:
        return engine_version()

    def __call__(self, images: Sequence[np.ndarray], progress: Progress | None = None) -> list[list[TextBox]]:
        engine_version()  # one clear sentence now rather than one traceback a picture
        return read_all(self.read, images, self.workers, progress)

    def read(self, image: np.ndarray) -> list[TextBox]:
        """The words of one picture."""
        picture = Image.fromarray(image)
        if self.scale != 1:
            enlarged = (picture.width * self.scale, picture.height * self.scale)
            picture = picture.resize(enlarged, Image.Resampling.BICUBIC)
        words = filter_words((_word(row, self.scale) for row in table_of(picture, self.psm)), self.min_confidence)
        texts = [word.text if self.text == "as_read" else normalise(word.text) for word in words]
        # boxes keep 0..1, whoever found them
        return [replace(w, text=text, confidence=w.confidence / 100) for w, text in zip(words, texts, strict=True)]


@cache
def engine_version() -> str:
    """Say "tesseract 5.3.0", to be stated beside every number; OCRUnavailable where there is none."""
    try:
        said = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
        return (said.stdout or said.stderr).splitlines()[0].strip()
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        raise OCRUnavailable(
            "The tesseract program is not on the PATH: install it (Debian/Ubuntu: `apt-get install tesseract-ocr`; "
            "macOS: `brew install tesseract`; conda: `conda install -c conda-forge tesseract`) and run again."
        ) from error


@cache
def engine() -> ModuleType:
    """pytesseract, told once to give each of its processes one thread: more only stand in each other's way."""
    from pytesseract import pytesseract

    pytesseract.environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # what it hands on to Tesseract
    return pytesseract


def table_of(picture: Image.Image, psm: int) -> Iterator[dict[str, int | float | str]]:
    """What Tesseract says of a picture, row by row."""
    try:
        table = engine().image_to_data(picture, config=f"--psm {psm}", output_type="dict")
    except engine().TesseractError as error:
        raise OCRUnavailable(f"Tesseract failed on a picture (is its English data installed?): {error}") from error
    return (dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True))


def _word(row: dict[str, int | float | str], scale: int) -> TextBox:
    """A row of Tesseract's table => a box in pixels of the picture before it was enlarged."""
    left, top, width, height = (int(row[side]) / scale for side in ("left", "top", "width", "height"))
    return TextBox.from_ltwh(left, top, width, height, str(row["text"]).strip(), confidence=float(row["conf"]))
