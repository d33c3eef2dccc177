"""Posters, quotations, signs, book covers and neon lettering: words on a flat sheet that a camera looks at.

One perspective moves the colours of a sheet, its outline, its ink, its words and their characters, so that quads and
the map of characters are exact. Picture i of a split depends on (seed, split, i) alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from figgen.data.miniatures.base import LayoutError, typeface, until_it_fits
from figgen.data.readers.mario_files import CHARACTERS
from figgen.data.words import WordMaker, word_maker
from figgen.ocr.boxes import Quad, TextBox

SIDE = 512  # of the picture
LEAST, MOST = 54, 170  # pixels an em, a quarter of it at demo size
PITCH = 1.12  # from one line to the next, in ems
FACES = (
    *(("font-lato", f"files/Lato-{cut}.ttf") for cut in ("Black", "Bold")),
    *(("font-caladea", "files/Caladea-Bold.ttf"), ("font-fredoka-one", "files/FredokaOne-Regular.ttf")),
    *(("matplotlib", f"mpl-data/fonts/ttf/DejaVu{cut}-Bold.ttf") for cut in ("Serif", "SansMono")),
)
DARK = ((28, 36, 66), (96, 22, 34), (20, 70, 62), (40, 36, 40), (84, 46, 22), (62, 28, 84))
LIGHT = ((248, 244, 232), (250, 214, 92), (244, 178, 150), (176, 216, 228), (206, 226, 158), (255, 255, 255))
GLOWS = ((255, 90, 170), (90, 220, 255), (255, 170, 60), (120, 255, 140))

Option = TypeVar("Option")
Colour = tuple[int, int, int]
Face = tuple[str, str]  # a package, and a file in it


@dataclass(frozen=True)
class Poster:
    """A picture, and its words in the order of reading."""

    frame: str  # what is said about it; the words stand in for {}
    pixels: Image.Image  # RGB, SIDE x SIDE
    ink: Image.Image  # L, SIDE x SIDE: nothing but the words, white on black
    segments: np.ndarray  # int64 (256, 256): the number of the character that each pixel lies on, as in charseg.npy
    boxes: tuple[TextBox, ...]  # one per word, in whole pixels

    def told(self, quote: str = "") -> str:
        """The caption, with quotes of this kind around the words."""
        return self.frame.format(quote + " ".join(box.text for box in self.boxes) + quote)


class Sheet:
    """Something flat with words: pixels RGB; ink, cells (the numbers of characters) and outline L."""

    def __init__(self, pixels: Image.Image, radius: int = 0) -> None:
        self.pixels, self.pen, self.words = pixels, ImageDraw.Draw(pixels), list[TextBox]()
        self.ink, self.cells, self.outline = (Image.new("L", pixels.size) for _ in range(3))
        ImageDraw.Draw(self.outline).rounded_rectangle((0, 0, pixels.width - 1, pixels.height - 1), radius, 255)

    @property
    def corners(self) -> np.ndarray:
        """(4, 2): clockwise from the top left, in the sheet's own pixels."""
        return np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float) * self.pixels.size

    def write(self, words: list[str], area: tuple[int, int, int, int], face: Face, colour: Colour) -> None:
        """Words in the middle of an area, broken into the lines that let them be largest."""
        left, top, right, bottom = area
        broken = [[" ".join(line) for line in np.array_split(words, n)] for n in range(1, len(words) + 1)]
        size, lines = max((_em(lines, right - left, bottom - top, face), lines) for lines in broken)
        if size < LEAST:
            raise LayoutError(f"{' '.join(words)} would be too small to be read")
        font = typeface(*face, size)
        baseline = (top + bottom - len(lines) * PITCH * size) / 2 + 0.85 * size
        for row, line in enumerate(lines):
            x, y = (left + right - font.getlength(line)) / 2, round(baseline + row * PITCH * size)
            for word in line.split():
                self._stamp(word, round(x), y, font, colour)
                x += font.getlength(f"{word} ")

    def _stamp(self, text: str, x: int, y: int, font: ImageFont.FreeTypeFont, colour: Colour) -> None:
        """One word: its colour, its ink, its tight box, and a cell for each character from pen to pen."""
        stamp, cells = Image.new("L", self.ink.size), ImageDraw.Draw(self.cells)
        ImageDraw.Draw(stamp).text((x, y), text, 255, font, anchor="ls")
        self.pixels.paste(colour, mask=stamp)
        self.ink = ImageChops.lighter(self.ink, stamp)
        left, top, right, bottom = stamp.getbbox() or (0, 0, 0, 0)
        self.words.append(TextBox.from_ltwh(left, top, right - left, bottom - top, text))
        for i, character in enumerate(text):
            start, end = (x + font.getlength(text[:n]) for n in (i, i + 1))
            _, high, _, low = font.getbbox(character, anchor="ls")
            cells.rectangle((start, y + high, end - 1, y + low - 1), CHARACTERS.index(character) + 1)


def _em(lines: Sequence[str], width: int, height: int, face: Face) -> int:
    """The size in which lines fill an area."""
    widest = max(map(typeface(*face, 100).getlength, lines))
    return int(min(100 * width / widest, height / (PITCH * len(lines)), MOST))


@dataclass
class Studio:
    """Where a picture's chances and words come from."""

    rng: np.random.Generator
    make_word: WordMaker

    def pick(self, options: Sequence[Option]) -> Option:
        return options[int(self.rng.integers(len(options)))]

    def words(self, least: int, most: int) -> list[str]:
        """So many words, all of one case."""
        case = self.pick((str.upper, str.capitalize, str.lower))
        return [case(self.make_word(self.rng)) for _ in range(self.rng.integers(least, most + 1))]

    def colours(self) -> tuple[Colour, Colour]:
        """Of a ground and of its ink, far apart."""
        dark, light = self.pick(DARK), self.pick(LIGHT)
        return (dark, light) if self.rng.random() < 0.5 else (light, dark)

    def ground(self, colour: Colour, rough: float, width: int = SIDE, height: int = SIDE) -> Image.Image:
        """Fine or coarse clouds of a colour; `rough` is their strength, 0 is flat."""
        cells = self.pick((6, 24, 128))
        noise = Image.fromarray(self.rng.normal(0, rough, (cells, cells)).astype(np.float32))
        clouds = np.asarray(noise.resize((width, height), Image.Resampling.BICUBIC))
        return Image.fromarray(np.clip(clouds[..., None] + colour, 0, 255).astype(np.uint8))

    def turned(self, sheet: Sheet) -> np.ndarray:
        """(4, 2): the corners of a sheet in the middle of the picture, each a little nearer or farther than it was."""
        angle, size = np.radians(self.rng.uniform(-9, 9)), np.array(sheet.pixels.size)
        turn = self.rng.uniform(0.8, 0.9) * np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
        corners = (sheet.corners - size / 2) @ turn + SIDE / 2 + self.rng.uniform(-28, 28, (4, 2))
        return np.clip(corners, 4, SIDE - 4)


Laid = tuple[Sheet, Image.Image, np.ndarray]  # a sheet, the ground that it lies on, and where its corners are there


def _poster(studio: Studio) -> Laid:
    """A title and a subtitle, and a landscape between them."""
    ground, ink = studio.colours()
    sheet, (x, y, radius) = Sheet(studio.ground(ground, studio.pick((0, 8)))), studio.rng.integers(40, (450, 70, 80))
    sheet.pen.circle((x, y + 220), radius, studio.pick(GLOWS))
    for peak in studio.rng.integers(0, SIDE, 3):
        sheet.pen.polygon([(peak - 150, 385), (peak, 250 + y), (peak + 150, 385)], ink)
    sheet.write(studio.words(1, 3), (25, 20, 487, 200), studio.pick(FACES), ink)
    sheet.write(studio.words(1, 2), (25, 400, 487, 490), studio.pick(FACES), ink)
    return sheet, sheet.pixels, sheet.corners


def _quotation(studio: Studio) -> Laid:
    """Some lines in a frame, on rough ground."""
    ground, ink = studio.colours()
    sheet = Sheet(studio.ground(ground, 14))
    sheet.pen.rectangle((18, 18, 493, 493), outline=ink, width=studio.pick((3, 8)))
    sheet.write(studio.words(3, 6), (42, 42, 470, 470), studio.pick(FACES), ink)
    return sheet, sheet.pixels, sheet.corners


def _sign(studio: Studio) -> Laid:
    """A board with a rim, on a rough wall."""
    ground, ink = studio.colours()
    sheet = Sheet(studio.ground(ground, studio.pick((0, 6)), 470, 290), radius=studio.pick((0, 36)))
    sheet.pen.rounded_rectangle((10, 10, 459, 279), 28, outline=ink, width=6)
    sheet.write(studio.words(1, 4), (34, 30, 436, 260), studio.pick(FACES), ink)
    return sheet, studio.ground((150, 140, 128), 25), studio.turned(sheet)


def _book_cover(studio: Studio) -> Laid:
    """A title and an emblem on a book that lies on a table."""
    ground, ink = studio.colours()
    sheet = Sheet(studio.ground(ground, 3, 390, 490))
    sheet.pen.regular_polygon((195, 385, 62), studio.pick((3, 4, 6)), studio.pick((0, 30)), studio.pick(GLOWS))
    sheet.write(studio.words(1, 3), (24, 24, 366, 300), studio.pick(FACES), ink)
    return sheet, studio.ground((120, 84, 56), 18), studio.turned(sheet)


def _neon(studio: Studio) -> Laid:
    """Letters whose light falls on a dark wall."""
    sheet = Sheet(Image.new("RGB", (SIDE, SIDE), studio.pick(GLOWS)))
    sheet.write(studio.words(1, 3), (40, 60, 472, 452), studio.pick(FACES), (255, 250, 240))
    sheet.outline = ImageChops.lighter(sheet.ink, sheet.ink.filter(ImageFilter.GaussianBlur(9)))
    return sheet, studio.ground((26, 24, 36), 9), studio.turned(sheet)


LAYOUTS: dict[str, tuple[Callable[[Studio], Laid], tuple[str, ...]]] = {  # with what the web says about each
    "poster": (_poster, ("{} poster", "A movie poster titled {}", "Official poster of the film {}", "Retro print: {}")),
    "quotation": (_quotation, ("{} - inspirational quote", "Motivational saying: {}", "A quote that says {}")),
    "sign": (_sign, ("{} tin sign", "Blechschild {}", "Photo of a sign saying {}", "{} - rustic enamel sign")),
    "book cover": (_book_cover, ("{} (hardcover)", "The cover of a paperback titled {}", "{} - paperback")),
    "neon": (_neon, ("{} neon sign", "Neon lettering: {}", "{} - LED neon decor", "Glowing letters that say {}")),
}


def draw(split: str, index: int, seed: int = 0, layout: str | None = None) -> Poster:
    """Picture `index` of a split, in one of LAYOUTS; where none is asked for, they take turns."""
    layout = layout or list(LAYOUTS)[index % len(LAYOUTS)]
    return until_it_fits(lambda rng: _photographed(layout, Studio(rng, word_maker(split))), split, index, seed)


def _photographed(layout: str, studio: Studio) -> Poster:
    """A sheet as the camera sees it."""
    lay, frames = LAYOUTS[layout]
    sheet, ground, corners = lay(studio)
    view = _homography(sheet.corners, corners)
    pixels = Image.composite(_seen(sheet.pixels, view), ground, _seen(sheet.outline, view))
    cells = np.asarray(_seen(sheet.cells, view, Image.Resampling.NEAREST), np.int64)[::2, ::2]
    boxes = tuple(TextBox(_quad(np.array(word.quad), view), word.text) for word in sheet.words)
    return Poster(studio.pick(frames), pixels, _seen(sheet.ink, view), cells, boxes)


def _homography(flat: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Four points (4, 2) of a sheet and of the picture => the 3 x 3 matrix that takes any there."""
    xy1, none = np.c_[flat, np.ones(4)], np.zeros((4, 3))
    rows = [np.c_[xy1, none, -seen[:, :1] * flat], np.c_[none, xy1, -seen[:, 1:] * flat]]
    return np.append(np.linalg.solve(np.concatenate(rows), seen.T.flatten()), 1).reshape(3, 3)


def _seen(layer: Image.Image, view: np.ndarray, mixing: int = Image.Resampling.BICUBIC) -> Image.Image:
    """A layer as it is in the picture."""
    way = np.linalg.inv(view).flatten()
    return layer.transform((SIDE, SIDE), Image.Transform.PERSPECTIVE, (way / way[8])[:8].tolist(), mixing)


def _quad(flat: np.ndarray, view: np.ndarray) -> Quad:
    """(4, 2) corners on the sheet => those in the picture, in whole pixels rounded away from their middle."""
    x, y, depth = view @ np.c_[flat, np.ones(4)].T
    points = np.c_[x / depth, y / depth]
    away = np.where(points > points.mean(0), np.ceil(points - 0.01), np.floor(points + 0.01))
    a, b, c, d = ((float(x), float(y)) for x, y in away)
    return a, b, c, d
