"""What the small recogniser learns to read from: drawn figures with all that stands around their words.

Six of ten are the miniatures' figures; one is a sheet of random printable ASCII in their style, for characters that
words and numbers do not have; three are sheets of words in any typeface, size and colour. Figure i of a split depends
on (seed, split, i) alone, in a stream that no demo figure comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from zlib import crc32

import numpy as np

from figgen.crnn_training.sheets import EVERYTHING, HEIGHT, STREAM, SYMBOLS, WIDTH, GreyFigure, sheet
from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import Canvas, Font
from figgen.data.miniatures.figures import draw
from figgen.data.miniatures.page import FACES, INKS, TINTS
from figgen.data.workers import in_order
from figgen.ocr.boxes import TextBox
from figgen.runs.progress import progress

TURNS = (*("figure", "mixed", "figure") * 3, "symbols")  # over and over
GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def figures(split: str, number: int, seed: int, workers: int) -> Iterator[GreyFigure]:
    """Figures 0 .. number-1, each as grey uint8 (128, 160) on white with its words, drawn by `workers` processes."""
    make = partial(figure, split, seed=seed)
    with progress(f"drawing {split} figures", number, "figures") as meter:
        yield from in_order(make, range(number), workers, lambda done, total: meter.update(done))


def figure(split: str, index: int, seed: int) -> GreyFigure:
    """One figure; test figures are never sheets."""
    kind = "figure" if split == "test" else TURNS[index % len(TURNS)]
    if kind == "mixed":
        return sheet(EVERYTHING, split, index, seed)
    if kind == "symbols":
        pixels, boxes = _symbols(np.random.default_rng([STREAM, seed, crc32(split.encode()), index]))
    else:
        drawing = draw(split, index, STREAM + seed)
        pixels, boxes = drawing.pixels, drawing.boxes
    grey = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    height, width = pixels.shape[:2]
    grey[:height, :width] = np.round(pixels @ GREY)
    return grey, boxes


def _symbols(rng: np.random.Generator) -> tuple[np.ndarray, tuple[TextBox, ...]]:
    """Some lines of random characters in one of the figures' typefaces."""
    while True:
        family, small, large = FACES[rng.integers(len(FACES))]
        font = Font(family, round(float(rng.uniform(small, large)), 1), str(rng.choice(["normal", "bold"])))
        canvas = Canvas(WIDTH, HEIGHT, str(rng.choice(TINTS)))
        for row in range(7):
            canvas.text(rng.uniform(3, 20), 11 + 17.5 * row, _line(rng), font, str(rng.choice(INKS)), anchor="left")
        try:
            return canvas.draw()
        except LayoutError:
            continue


def _line(rng: np.random.Generator) -> str:
    """Two strings of 2 to 7 characters; at most one dollar sign, for a pair of them would be read as mathematics."""
    line = " ".join("".join(rng.choice(SYMBOLS, size=rng.integers(2, 8))) for _ in range(2))
    head, dollar, tail = line.partition("$")
    return head.replace("\\", "/") + dollar + tail.replace("$", "S")
