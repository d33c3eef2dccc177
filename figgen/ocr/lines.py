"""What stands in a quad: PP-OCR's recogniser, through onnxruntime, reads lines and tells their words apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from figgen.ocr import wheel
from figgen.ocr.boxes import Point, Quad, TextBox

TALL = 1.5  # times as high as wide: the line may stand on its side


@dataclass(frozen=True)
class Line:
    """A reading of one quad."""

    text: str
    confidence: float
    places: tuple[float, ...]  # of each character but blanks: 0 is the quad's left edge, 1 its right one


@cache
def engine(least_side: int = 736) -> Any:
    """rapidocr with the wheel's own models on one thread; nothing is downloaded. Threads may share it."""
    for name in (wheel.DETECTOR, wheel.RECOGNISER):
        wheel.model(name, "detector=tesseract")
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Det.limit_side_len": least_side,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def words_in(image: np.ndarray, quads: Sequence[Quad]) -> list[TextBox]:
    """A picture (H, W, 3) uint8 RGB and quads, clockwise from the picture's top left => the words in them.

    A tall quad may be text that runs upwards or downwards, or a letter alone: the most confident reading decides,
    and its boxes begin at the top left of the *text*.
    """
    turned = [(i, way) for i, quad in enumerate(quads) for way in ways(quad)]
    lines = read_lines(image, [way for _, way in turned])
    best: dict[int, tuple[Quad, Line]] = {}
    for (i, way), line in zip(turned, lines, strict=True):
        if i not in best or line.confidence > best[i][1].confidence:
            best[i] = way, line
    return [word for quad, line in best.values() for word in words_of(quad, line)]


def ways(quad: Quad) -> list[Quad]:
    """The quads, each clockwise from the text's top left, in which the text of `quad` may stand."""
    a, b, c, d = quad
    width, height = _length(a, b) + _length(d, c), _length(a, d) + _length(b, c)
    upwards, downwards = (d, a, b, c), (b, c, d, a)
    return [quad, upwards, downwards] if height >= TALL * width else [quad]


def read_lines(image: np.ndarray, quads: Sequence[Quad]) -> list[Line]:
    """One line per quad."""
    if not quads:
        return []
    found = engine().recognize_txt([upright_crop(image, quad)[..., ::-1] for quad in quads])  # it takes BGR
    return [
        Line(text, float(score), tuple(_places(info)))
        for text, score, info in zip(found.txts, found.scores, found.word_results, strict=True)
    ]


def _places(info: Any) -> Iterator[float]:
    """rapidocr's WordInfo => where each character stands, as a share of the line. Its frame is the middle, measured."""
    return (column / info.line_txt_len for columns in info.word_cols for column in columns)


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
    boxes, start = [], 0
    half = _half_letter(line.places)
    for word in words:
        places = line.places[start : start + len(word)]
        start += len(word)
        left, right = max(places[0] - half, 0.0), min(places[-1] + half, 1.0)
        boxes.append(TextBox(_part(quad, left, right), word, line.confidence))
    return boxes


def _half_letter(places: Sequence[float]) -> float:
    """Half the usual distance of neighbouring letters; half the line where there is but one."""
    gaps = np.diff(places)
    return float(np.median(gaps)) / 2 if len(gaps) else 0.5


def _part(quad: Quad, left: float, right: float) -> Quad:
    """The quad between two shares of its length."""
    a, b, c, d = quad
    return _between(a, b, left), _between(a, b, right), _between(d, c, right), _between(d, c, left)


def _between(p: Point, q: Point, share: float) -> Point:
    return p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])


def _length(p: Point, q: Point) -> float:
    return float(np.hypot(q[0] - p[0], q[1] - p[1]))
