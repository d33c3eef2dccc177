"""Posters, quotations, signs, book covers and billboards: words on a flat sheet that a camera looks at.

One perspective moves the colours of a sheet, its outline, its ink, its words and their characters, so that quads and
the map of characters are exact. Picture i of a split depends on (seed, split, i) alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from figgen.data.miniatures.base import Dice, LayoutError, typeface, until_it_fits
from figgen.data.readers.mario_files import CHARACTERS
from figgen.ocr.boxes import Quad, TextBox, as_quad

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

Colour = tuple[int, int, int]
Area = tuple[int, int, int, int]  # left, top, right, bottom
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
    """Something flat with words: pixels RGB; ink and cells (the numbers of characters) L."""

    def __init__(self, pixels: Image.Image) -> None:
        self.pixels, self.words = pixels, list[TextBox]()
        self.ink, self.cells = (Image.new("L", pixels.size) for _ in range(2))

    def write(self, words: list[str], area: Area, face: Face, colour: Colour) -> None:
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


class Layout(NamedTuple):
    """A sheet with words in some areas, and what the web says about it; the words stand in for {}."""

    size: tuple[int, int]
    areas: tuple[tuple[Area, int, int], ...]  # with their least and most words
    wall: Colour | None  # what a turned sheet is seen on; None where the sheet fills the picture
    frames: tuple[str, ...]


LAYOUTS = {
    "poster": Layout(
        (SIDE, SIDE),
        (((25, 20, 487, 240), 1, 3), ((25, 390, 487, 490), 1, 2)),
        None,
        ("{} poster", "A movie poster titled {}", "Official poster of the film {}", "Retro print: {}"),
    ),
    "quotation": Layout(
        (SIDE, SIDE),
        (((30, 30, 482, 482), 3, 6),),
        None,
        ("{} - inspirational quote", "Motivational saying: {}", "A quote that says {}"),
    ),
    "sign": Layout(
        (470, 290),
        (((24, 20, 446, 270), 1, 4),),
        (150, 140, 128),
        ("{} tin sign", "Blechschild {}", "Photo of a sign saying {}", "{} - rustic enamel sign"),
    ),
    "book cover": Layout(
        (390, 490),
        (((24, 24, 366, 300), 1, 3),),
        (120, 84, 56),
        ("{} (hardcover)", "The cover of a paperback titled {}", "{} - paperback"),
    ),
    "billboard": Layout(
        (500, 220),
        (((20, 15, 480, 205), 1, 3),),
        (176, 206, 236),
        ("{} billboard", "A billboard that says {}", "Photo of an advert: {}"),
    ),
}


def draw(split: str, index: int, seed: int = 0, layout: str | None = None) -> Poster:
    """Picture `index` of a split, in one of LAYOUTS; where none is asked for, they take turns."""
    layout = layout or list(LAYOUTS)[index % len(LAYOUTS)]
    return until_it_fits(partial(_photographed, LAYOUTS[layout]), split, index, seed)


def _photographed(layout: Layout, dice: Dice) -> Poster:
    """A sheet as the camera sees it."""
    ground, ink = map(dice.pick, dice.pick(((DARK, LIGHT), (LIGHT, DARK))))
    sheet = Sheet(_clouds(dice, ground, layout.size))
    for area, least, most in layout.areas:
        case = dice.pick((str.upper, str.capitalize, str.lower))
        sheet.write([case(dice.word()) for _ in range(dice.count(least, most))], area, dice.pick(FACES), ink)
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float) * layout.size  # clockwise from the top left
    view = _homography(corners, _turned(dice, corners) if layout.wall else corners)
    wall, outline = _clouds(dice, layout.wall or ground, (SIDE, SIDE)), Image.new("L", layout.size, 255)
    pixels = Image.composite(_seen(sheet.pixels, view), wall, _seen(outline, view))
    cells = np.asarray(_seen(sheet.cells, view, Image.Resampling.NEAREST), np.int64)[::2, ::2]
    boxes = tuple(TextBox(_quad(np.array(word.quad), view), word.text) for word in sheet.words)
    return Poster(dice.pick(layout.frames), pixels, _seen(sheet.ink, view), cells, boxes)


def _clouds(dice: Dice, colour: Colour, size: tuple[int, int]) -> Image.Image:
    """A flat or a noisy ground."""
    noise = Image.fromarray(dice.rng.normal(0, dice.pick((0, 14)), (24, 24)).astype(np.float32))
    clouds = np.asarray(noise.resize(size, Image.Resampling.BICUBIC))
    return Image.fromarray(np.clip(clouds[..., None] + colour, 0, 255).astype(np.uint8))


def _turned(dice: Dice, corners: np.ndarray) -> np.ndarray:
    """Corners (4, 2) of a sheet => in the middle of the picture, each a little nearer or farther than it was."""
    angle = np.radians(dice.rng.uniform(-9, 9))
    turn = dice.rng.uniform(0.8, 0.9) * np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    seen = (corners - corners.mean(0)) @ turn + SIDE / 2 + dice.rng.uniform(-28, 28, (4, 2))
    return np.clip(seen, 4, SIDE - 4)


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
    return as_quad(np.where(points > points.mean(0), np.ceil(points - 0.01), np.floor(points + 0.01)))
