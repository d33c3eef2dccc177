"""PP-OCR as a detector: the models of the rapidocr wheel, offline, find lines, read them and tell their words apart."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from figgen.ocr.boxes import Point, Quad, TextBox, as_quad
from figgen.ocr.pool import Progress, as_rgb, read_all
from figgen.runs.errors import OCRUnavailable
from figgen.runs.identity import contents

DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"
TALL = 1.5  # times as high as wide: the line may stand on its side


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

    @property
    def engine(self) -> str:
        return engine_name()

    def __call__(self, images: Sequence[np.ndarray], progress: Progress | None = None) -> list[list[TextBox]]:
        engine(self.least_side)  # one clear sentence now rather than one from every thread
        return read_all(self.read, images, self.workers, progress)

    def read(self, image: np.ndarray) -> list[TextBox]:
        """The words of one picture."""
        image = np.ascontiguousarray(as_rgb(image))
        return [word for word in words_in(image, self.quads(image)) if word.confidence > self.min_confidence]

    def quads(self, image: np.ndarray) -> list[Quad]:
        """Where lines stand in a picture (H, W, 3)."""
        bgr = np.ascontiguousarray(image[..., ::-1])
        boxes = engine(self.least_side)(bgr, use_det=True, use_cls=False, use_rec=False).boxes
        return [] if boxes is None else [as_quad(corners) for corners in boxes]


def model_file(name: str, instead: str) -> Path:
    """The wheel's model of that name, found without importing rapidocr, which takes seconds.

    instead: the choice that works without it, for the error's sentence.
    """
    remedy = f"run `pip install 'rapidocr>=3.10,<4'`, or choose {instead}."
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise OCRUnavailable(f"PP-OCR's weights come with the rapidocr wheel, which is not installed: {remedy}")
    path = Path(spec.origin).parent / "models" / name
    if not path.is_file():
        raise OCRUnavailable(f"The installed rapidocr wheel has no {name} (looked at {path}): {remedy}")
    return path


def engine_name() -> str:
    """The release of rapidocr and digests of the two models it works with."""
    models = [contents(model_file(name, "detector=tesseract"))[:8] for name in (DETECTOR, RECOGNISER)]
    return f"RapidOCR {version('rapidocr')} {' '.join(models)}"


@cache
def engine(least_side: int = 736) -> Any:  # rapidocr annotates its results as what they are not
    """rapidocr with the wheel's own models on one thread; nothing is downloaded. Threads may share it."""
    for name in (DETECTOR, RECOGNISER):
        model_file(name, "detector=tesseract")
    import rapidocr

    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Det.limit_side_len": least_side,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


@dataclass(frozen=True)
class Line:
    """A reading of one quad."""

    text: str
    confidence: float
    places: tuple[float, ...]  # of each character but blanks: 0 is the quad's left edge, 1 its right one


def words_in(image: np.ndarray, quads: Sequence[Quad]) -> list[TextBox]:
    """A picture (H, W, 3) uint8 RGB and quads, clockwise from the picture's top left => the words in them.

    A tall quad may be text that runs upwards or downwards, or a letter alone: the most confident reading decides,
    and its boxes begin at the top left of the *text*.
    """
    turned = [turns(quad) for quad in quads]
    lines = iter(read_lines(image, list(itertools.chain(*turned))))
    best = [max(((quad, next(lines)) for quad in same), key=lambda reading: reading[1].confidence) for same in turned]
    return [word for quad, line in best for word in words_of(quad, line)]


def turns(quad: Quad) -> list[Quad]:
    """The quads, each clockwise from the text's top left, in which the text of `quad` may stand."""
    a, b, c, d = quad
    width, height = _length(a, b) + _length(d, c), _length(a, d) + _length(b, c)
    upwards, downwards = (d, a, b, c), (b, c, d, a)
    return [quad, upwards, downwards] if height >= TALL * width else [quad]


def read_lines(image: np.ndarray, quads: Sequence[Quad]) -> list[Line]:
    """One line per quad. A character stands in the middle of its frames (measured), as a share of the line."""
    if not quads:
        return []
    found = engine().recognize_txt([upright_crop(image, quad)[..., ::-1] for quad in quads])  # it takes BGR
    return [
        Line(text, float(score), tuple(column / info.line_txt_len for columns in info.word_cols for column in columns))
        for text, score, info in zip(found.txts, found.scores, found.word_results, strict=True)
    ]


def upright_crop(image: np.ndarray, quad: Quad) -> np.ndarray:
    """The quad's content (h, w, 3), its sides as long as in the picture."""
    import cv2

    a, b, c, d = quad
    width = max(round(max(_length(a, b), _length(d, c))), 1)
    height = max(round(max(_length(a, d), _length(b, c))), 1)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(quad, dtype=np.float32), corners)
    return cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def words_of(quad: Quad, line: Line) -> list[TextBox]:
    """The line's words, each with its part of the quad: cut halfway between the letters on both sides of a gap."""
    words = line.text.split()
    if sum(map(len, words)) != len(line.places):  # letters that cannot be told apart: one box for all
        return [TextBox(quad, " ".join(words), line.confidence)] if words else []
    gaps = np.diff(line.places)
    half = float(np.median(gaps)) / 2 if len(gaps) else 0.5  # of a letter's usual width
    boxes, start = [], 0
    for word in words:
        places = line.places[start : start + len(word)]
        start += len(word)
        left, right = max(places[0] - half, 0.0), min(places[-1] + half, 1.0)
        boxes.append(TextBox(_part(quad, left, right), word, line.confidence))
    return boxes


def _part(quad: Quad, left: float, right: float) -> Quad:
    """The quad between two shares of its length."""
    a, b, c, d = quad
    return _between(a, b, left), _between(a, b, right), _between(d, c, right), _between(d, c, left)


def _between(p: Point, q: Point, share: float) -> Point:
    return p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])


def _length(p: Point, q: Point) -> float:
    return float(np.hypot(q[0] - p[0], q[1] - p[1]))
