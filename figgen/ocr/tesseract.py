"""Tesseract as the reader that no loss was trained against, and as the detector that ML-Figs was made with.

Every picture is read by a process of its own, and threads wait for as many of them as there are cores.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox, filter_words, normalise
from figgen.ocr.pool import Progress, read_all
from figgen.runs.errors import OCRUnavailable


@dataclass(frozen=True)
class Tesseract:
    """read_words with its settings chosen: a detector that Hydra can build.

    text: as_read, or published: lower-cased and without punctuation, as ML-Figs keeps its words. A loss that
    teaches letters (loss=ocr) then minds neither.
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
        words = read_words(
            images,
            scale=self.scale,
            psm=self.psm,
            min_confidence=self.min_confidence,
            workers=self.workers,
            progress=progress,
        )
        if self.text == "as_read":
            return words
        return [[replace(word, text=normalise(word.text)) for word in of_image] for of_image in words]


def read_words(
    images: Sequence[np.ndarray],
    *,
    scale: int = 3,
    psm: int = 11,
    min_confidence: float = 20,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[list[TextBox]]:
    """Pictures (H, W) or (H, W, 3) uint8 => the words of each, boxes in the pictures' own pixels.

    scale: pictures are enlarged this much first (bicubic), for Tesseract wants letters of 20 px and more.
    psm: Tesseract's page segmentation mode; 11 is sparse text.
    min_confidence: words at or below are dropped; so are repeats of a word within 10 px (ML-Figs' filter).
    workers: pictures read at once; None takes every core. progress(done) is called after each picture.
    """
    engine_version()  # one clear sentence now rather than one traceback a picture
    read = partial(_read_one, scale=scale, psm=psm, min_confidence=min_confidence)
    return read_all(read, images, workers, progress)


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


def _read_one(image: np.ndarray, scale: int, psm: int, min_confidence: float) -> list[TextBox]:
    picture = Image.fromarray(image)
    if scale != 1:
        picture = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.BICUBIC)
    png = io.BytesIO()
    picture.save(png, "PNG", compress_level=1)
    try:
        said = subprocess.run(
            ["tesseract", "stdin", "stdout", "--psm", str(psm), "-c", "tessedit_create_tsv=1"],
            input=png.getvalue(),
            capture_output=True,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads and those of others stand in each other's way
        ).stdout
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode().strip()
        raise OCRUnavailable(f"Tesseract failed on a picture (is its English data installed?): {said}") from error
    table = csv.DictReader(io.StringIO(said.decode()), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = filter_words((_word(row, scale) for row in table), min_confidence)
    return [replace(word, confidence=word.confidence / 100) for word in words]  # boxes keep 0..1, whoever found them


def _word(row: dict[str, str], scale: int) -> TextBox:
    """A row of Tesseract's table => a box in pixels of the picture before it was enlarged."""
    left, top, width, height = (int(row[side]) / scale for side in ("left", "top", "width", "height"))
    confidence = int(float(row["conf"]))  # whole numbers: ML-Figs' filter was made for these
    return TextBox.from_ltwh(left, top, width, height, row["text"].strip(), confidence=confidence)
