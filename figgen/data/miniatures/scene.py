"""One poster-like picture while it is made: chance, words, and lines of type that fit their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from figgen.data.miniatures.lettering import Hand, Placed, gap, pens, place, width_of
from figgen.data.miniatures.painting import BLACK, SIDE, WHITE, Colour, Ink, Picture, brightness, mixed
from figgen.data.miniatures.perspective import about, moved, rectangle, turn
from figgen.data.words import WordMaker

LEAST = 31  # pixels: the height of the smallest capitals, a quarter of it at demo size
EDGE = 3  # pixels that stay free along the edges of the picture
MOST_WORDS = 8
LEADING = 0.36  # between the feet of one line and the heads of the next, in heights of a capital
TALL, DEEP = frozenset("bdfhklßt|()[]{}/"), frozenset("gjpqyQ,;@$&|()[]{}/")
FLAT = np.eye(3)

T = TypeVar("T")
Area = tuple[float, float, float, float]  # left, top, right, bottom


class NoRoom(Exception):
    """The words do not fit where they should go: the picture has to be laid out anew."""


@dataclass(frozen=True)
class Line:
    """Words side by side, `size` times as high as a line of size 1."""

    words: list[str]
    hand: Hand
    ink: Ink
    size: float = 1.0

    @property
    def width(self) -> float:
        """At size 1, in heights of a capital."""
        return width_of(self.words, self.hand)

    @property
    def rise(self) -> float:
        return 1.08 if TALL & set("".join(self.words)) else 1.0

    @property
    def height(self) -> float:
        """From head to foot, tails included, in heights of a capital."""
        return self.rise + (0.3 if DEEP & set("".join(self.words)) else 0.02)


@dataclass
class Scene:
    """The picture, and where its chances and its words come from."""

    rng: np.random.Generator
    make_word: WordMaker
    picture: Picture = field(default_factory=Picture)
    used: set[str] = field(default_factory=set)

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def count(self, least: int, most: int) -> int:
        """A whole number from least to most, both included."""
        return int(self.rng.integers(least, most + 1))

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.rng.integers(len(options)))]

    def word(self, longest: int = 10) -> str:
        """A lower-case word of at most `longest` letters that is not in the picture yet."""
        for _ in range(300):
            word = self.make_word(self.rng)
            if word not in self.used and 3 <= len(word) <= longest:
                self.used.add(word)
                return word
        raise NoRoom(f"no word of {longest} letters")

    def words(self, number: int, case: str | None = None, longest: int = 9) -> list[str]:
        """Some words of one case (upper, capital, lower), now and then a number or a mark among them."""
        case = case or self.pick(("upper", "upper", "capital", "capital", "capital", "lower"))
        words = [self._cased(self.word(longest), case) for _ in range(number)]
        if number > 1 and self.chance(0.12):
            words[self.count(0, number - 1)] = self.pick(("50%", "1987", "24/7", "No.1", "40K", "2024", "3D", "$9"))
        elif self.chance(0.15):
            words[-1] += self.pick(("!", "!", "?", "."))
        if number > 2 and self.chance(0.12):
            words[1] = "&"
        return words

    def _cased(self, word: str, case: str) -> str:
        return {"upper": word.upper(), "capital": word.capitalize(), "lower": word}[case]

    def split(self, words: list[str], longest: int = 11) -> list[list[str]]:
        """Words => lines of at most `longest` letters (or of one word), broken at random where they are short."""
        lines: list[list[str]] = [[words[0]]]
        for word in words[1:]:
            if len(" ".join([*lines[-1], word])) <= longest and self.chance(0.75):
                lines[-1].append(word)
            else:
                lines.append([word])
        return lines

    def readable(self, place: np.ndarray, colours: Sequence[Colour], least: float = 0.38) -> Colour:
        """One of the colours that stand out from what lies under a polygon, else black or white."""
        ground = float(brightness(self.picture.under(place)).mean())
        clear = [colour for colour in colours if abs(float(brightness(colour)) - ground) >= least]
        return self.pick(clear) if clear else (WHITE if ground < 0.5 else BLACK)

    def ink(self, place: np.ndarray, colours: Sequence[Colour], fancy: float = 0.4) -> Ink:
        """Ink for words on a polygon: readable there, and with an edge where the ground is uneven."""
        colour = self.readable(place, colours)
        ground = self.picture.under(place)
        opposite = BLACK if brightness(colour) > 0.5 else WHITE
        edge = mixed(opposite, self.pick(colours), 0.25)
        if brightness(ground).std() > 0.13:
            return self.pick((Ink(colour, outline=edge, outline_width=0.1), Ink(colour, glow=opposite, shadow=0.5)))
        if not self.chance(fancy):
            return Ink(colour)
        deep = mixed(colour, opposite, 0.22)
        return self.pick(
            (
                Ink(colour, shadow=0.55),
                Ink(colour, foot=deep, shadow=0.4),
                Ink(colour, outline=edge, outline_width=0.08, shadow=0.4),
                Ink(colour, block=mixed(colour, opposite, 0.6)),
                Ink(colour, foot=deep, outline=edge, outline_width=0.07, block=mixed(colour, opposite, 0.75)),
            )
        )

    def block(
        self, plane: np.ndarray, area: Area, lines: Sequence[Line], align: float = 0.5, fill: bool = False
    ) -> None:
        """Lines below one another in the middle of an area of a plane, as large as they fit.

        align: 0 left, 0.5 centred, 1 right. fill: each line as wide as the area, where that is not too high.
        """
        left, top, right, bottom = area
        heights = _fitted(lines, right - left, bottom - top, fill)
        total = sum(height * line.height for height, line in zip(heights, lines, strict=True))
        total += LEADING * sum(heights[1:])
        y = (top + bottom - total) / 2
        for line, height in zip(lines, heights, strict=True):
            x = left + align * (right - left - height * line.width)
            self.line(plane, x, y + height * line.rise, height, line)
            y += height * (line.height + LEADING)

    def line(self, plane: np.ndarray, x: float, baseline: float, height: float, line: Line) -> None:
        """Words on a plane from x on, with capitals of `height`."""
        for word in line.words:
            self._put(place(word, line.hand, x, baseline, height, plane, line.ink.outline_width), line.ink)
            x += height * (pens(word, line.hand)[-1] * line.hand.squeeze + gap(line.hand))

    def arc(self, plane: np.ndarray, x: float, y: float, radius: float, height: float, line: Line, upper: bool) -> None:
        """Words along the upper or the lower arc around (x, y), each of them straight."""
        side, degrees = (1, 57.3) if upper else (-1, -57.3)
        widths = [height * pens(word, line.hand)[-1] * line.hand.squeeze for word in line.words]
        gaps = height * gap(line.hand) * 1.3
        start = -(sum(widths) + gaps * (len(widths) - 1)) / 2
        for word, width in zip(line.words, widths, strict=True):
            turned = about(x, y, turn(degrees * (start + width / 2) / radius))
            baseline = y - side * radius + (0 if upper else height)
            one = Line([word], line.hand, line.ink)
            self.line(plane @ turned, x - width / 2, baseline, height, one)
            start += width + gaps

    def _put(self, word: Placed, ink: Ink) -> None:
        points = word.corners
        if min(points.min(), (SIDE - points).min()) < EDGE:
            raise NoRoom(f"{word.text!r} leaves the picture")
        self.picture.words.append((word, ink))

    def check(self) -> None:
        """NoRoom where words are too many, too small, or on each other."""
        placed = [word for word, _ in self.picture.words]
        if not 1 <= len(placed) <= MOST_WORDS:
            raise NoRoom(f"{len(placed)} words")
        taken = Image.new("L", (SIDE, SIDE))
        for word in placed:
            if _capital_in(word) < LEAST:
                raise NoRoom(f"{word.text!r} is too small")
            one = Image.new("L", (SIDE, SIDE))
            ImageDraw.Draw(one).polygon([tuple(point) for point in word.corners.tolist()], 255)
            if ImageChops.multiply(taken, one).getbbox():
                raise NoRoom(f"{word.text!r} lies on another word")
            taken = ImageChops.lighter(taken, one)


def _capital_in(word: Placed) -> float:
    """The height of a capital in the picture, at the end of the word where it is smaller."""
    to_flat = np.linalg.inv(word.stencil.flat)
    left, right = moved(word.stencil.ink, word.stencil.flat)[[0, 1], 0]
    ends = moved([(left, 0), (left, -1), (right, 0), (right, -1)], word.matrix @ to_flat)
    return float(min(np.hypot(*(ends[0] - ends[1])), np.hypot(*(ends[2] - ends[3]))))


def _fitted(lines: Sequence[Line], width: float, height: float, fill: bool) -> list[float]:
    """The height of each line's capitals: as large as width and height allow."""
    sizes = [line.size for line in lines]
    if fill:
        sizes = [1 / line.width for line in lines]
        sizes = [min(size, 2.2 * min(sizes)) for size in sizes]
    widest = max(size * line.width for size, line in zip(sizes, lines, strict=True))
    tall = sum(size * line.height for size, line in zip(sizes, lines, strict=True)) + LEADING * sum(sizes[1:])
    zoom = min(width / widest, height / tall)
    return [size * zoom for size in sizes]


def whole(margin: float = 0.0) -> Area:
    """All of the picture but a margin."""
    return margin, margin, SIDE - margin, SIDE - margin


def corners(plane: np.ndarray, area: Area) -> np.ndarray:
    """(4, 2): where an area of a plane lies in the picture."""
    return moved(rectangle(*area), plane)
