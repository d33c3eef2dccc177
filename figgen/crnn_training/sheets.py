"""Sheets of words for the small recogniser: other typefaces and sizes than the figures', any ground, turned.

Every sheet is a function of (look, split, i, seed) alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from zlib import crc32

import numpy as np
from PIL import Image, ImageDraw

from figgen.crnn_training.grounds import Pair, clouds, gradient, paper, tint
from figgen.data.miniatures.base import typeface
from figgen.data.words import word_maker
from figgen.ocr.boxes import TextBox, as_quad

HEIGHT, WIDTH = 128, 160
STREAM = 1_000_003  # of all that the recogniser learns from: the demo's figures have other numbers
FINER = 3  # a turned sheet is drawn this many times larger
INK = 40  # of 255: a fainter pixel is no ink
EDGE = 1  # pixels between a word and the sheet's edges

GreyFigure = tuple[np.ndarray, tuple[TextBox, ...]]
Ground = Callable[[np.random.Generator, int, int], Pair]

# How a typeface's name begins: the package that brings its file, and the folder in it.
PACKAGES = {
    "DejaVu": ("matplotlib", "mpl-data/fonts/ttf"),
    "STIX": ("matplotlib", "mpl-data/fonts/ttf"),
    "cm": ("matplotlib", "mpl-data/fonts/ttf"),
    "Lato": ("font-lato", "files"),
    "Caladea": ("font-caladea", "files"),
    "Fredoka": ("font-fredoka-one", "files"),
}
FACES = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    *("DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSansMono-Oblique", "DejaVuSansMono-BoldOblique"),
    *("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "STIXGeneralBolIta"),
    *("cmr10", "cmb10", "cmtt10", "cmti10"),
    *("Lato-Regular", "Lato-Bold", "Lato-Black", "Lato-Italic", "Lato-BlackItalic"),
    *("Caladea-Regular", "Caladea-Bold", "Caladea-BoldItalic", "FredokaOne-Regular"),
)
UNSEEN_FACES = ("cmss10", "DejaVuSerif-BoldItalic", "Caladea-Italic")  # only ever used to examine
FIGURE_FACES = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "STIXGeneral")
CASES = (*[str.lower] * 4, *[str.capitalize] * 2, *[str.upper] * 3)
SYMBOLS = tuple(chr(code) for code in range(33, 127))
MARKS = ("{}:", "{},", "{}.", "({})", "{}%", "'{}'", "{}-{}", "{}/{}", "{}_{}", "{}={}", "[{}]", "{}!", "{}?", "${}")


@dataclass(frozen=True)
class Look:
    """What a sheet may look like."""

    name: str
    faces: tuple[str, ...]
    sizes: tuple[float, float] = (10, 18)  # pixels an em, the least and the most
    grounds: tuple[Ground, ...] = (paper,)
    turned: tuple[float, float] = (0, 0)  # degrees to either side, the least and the most


EVERYTHING = Look("everything", FACES, (7, 30), (paper, tint, gradient, clouds), (0, 15))


def sheet(look: Look, split: str, index: int, seed: int) -> GreyFigure:
    """=> grey uint8 (128, 160) and the words that stand wholly on it."""
    rng = np.random.default_rng([STREAM, seed, crc32(f"{look.name} {split}".encode()), index])
    degrees = float(rng.uniform(*look.turned) * rng.choice([-1, 1]))
    crisp = degrees == 0 or (look.turned[0] == 0 and rng.random() < 0.5)
    degrees, finer = (0.0, 1) if crisp else (degrees, FINER)
    ink, boxes = _written(rng, look, split, finer)
    ink, boxes = _turned(ink, boxes, degrees, finer)
    ground, grey = look.grounds[rng.integers(len(look.grounds))](rng, HEIGHT, WIDTH)
    pixels = ground + (grey - ground) * ink
    return np.round(np.clip(pixels, 0, 255)).astype(np.uint8), tuple(box for box in boxes if _on_sheet(box))


def _written(rng: np.random.Generator, look: Look, split: str, finer: int) -> tuple[np.ndarray, list[TextBox]]:
    """Lines of words, each of its size, `finer` times too large: coverage uint8, and the tight boxes."""
    width, height, edge = WIDTH * finer, HEIGHT * finer, EDGE * finer
    ink, bottom = np.zeros((height, width), np.uint8), 0
    boxes: list[TextBox] = []
    while True:
        size = round(float(np.exp(rng.uniform(*np.log(look.sizes)))) * finer)
        base = bottom + int(rng.uniform(1.0, 1.3) * size)
        bottom = base + ceil(0.3 * size)
        if bottom > height:
            return ink, boxes
        left = int(rng.uniform(edge, 0.2 * width))
        while True:
            face = look.faces[rng.integers(len(look.faces))]
            text = _text(rng, face, split)
            word, ascent = _cut(text, face, size)
            top, right, below = base - ascent, left + word.shape[1], base - ascent + word.shape[0]
            if right > width - edge:
                break
            if top >= edge and below <= height - edge:
                ink[top:below, left:right] = np.maximum(ink[top:below, left:right], word)
                boxes.append(TextBox.from_ltwh(left, top, word.shape[1], word.shape[0], text))
            left = right + int(rng.uniform(0.25, 0.9) * size)


def _text(rng: np.random.Generator, face: str, split: str) -> str:
    """A word in some case; in training also numbers, words with marks, and strings of any symbols."""
    invent = word_maker(split)
    word = CASES[rng.integers(len(CASES))](invent(rng))
    kind = rng.random()
    if split == "test" or kind < 0.65:
        return word
    if kind < 0.77:
        return str(rng.integers(10 ** rng.integers(1, 5)))
    if face.startswith("cm"):  # Computer Modern has TeX's places for all but letters and digits
        return word + str(rng.integers(100))
    if kind < 0.83:
        return f"{rng.uniform(-10, 100):.{rng.integers(1, 3)}f}"
    if kind < 0.95:
        return MARKS[rng.integers(len(MARKS))].format(word, invent(rng)[:4])
    return "".join(rng.choice(SYMBOLS, size=rng.integers(2, 8)))


def _cut(text: str, face: str, size: int) -> tuple[np.ndarray, int]:
    """A word's tight ink, uint8 (h, w), and how far its top lies above the line that its letters stand on."""
    package, folder = next(place for start, place in PACKAGES.items() if face.startswith(start))
    font = typeface(package, f"{folder}/{face}.ttf", size)
    room = Image.new("L", (ceil(font.getlength(text)) + 2 * size, 3 * size))
    ImageDraw.Draw(room).text((size, 2 * size), text, 255, font, anchor="ls")
    pixels = np.asarray(room)
    rows, columns = (np.flatnonzero((pixels >= INK).any(axis)) for axis in (1, 0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], int(2 * size - rows[0])


def _turned(ink: np.ndarray, boxes: list[TextBox], degrees: float, finer: int) -> tuple[np.ndarray, list[TextBox]]:
    """Coverage of 0 .. 1 at the sheet's size, turned counter-clockwise about its middle, and the quads."""
    if finer == 1:
        return ink.astype(np.float32) / 255, boxes
    picture = Image.fromarray(ink).rotate(degrees, Image.Resampling.BICUBIC).reduce(finer)
    angle, middle = np.radians(degrees), np.array([WIDTH, HEIGHT]) / 2
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])  # y runs downwards
    quads = [as_quad((np.array(box.quad) / finer - middle) @ turn.T + middle) for box in boxes]
    moved = [TextBox(quad, box.text) for quad, box in zip(quads, boxes, strict=True)]
    return np.asarray(picture, np.float32) / 255, moved


def _on_sheet(box: TextBox) -> bool:
    left, top, right, bottom = box.bounds
    return min(left, top, WIDTH - right, HEIGHT - bottom) >= 0
