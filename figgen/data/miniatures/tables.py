"""Small tables of 64 x 64 pixels, with the HTML that a browser would draw them from.

Table i of a split depends on (seed, split, i) and on nothing else. Words of test tables are real, all others invented.
Few borders are black, as the published ones are: Tesseract reads all words beside silver lines, and few beside black.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from zlib import crc32

import numpy as np

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import Canvas, Font, height_of, width_of
from figgen.data.words import WordMaker, word_maker
from figgen.ocr.boxes import TextBox

T = TypeVar("T")

SIDE = 64  # pixels
EDGE = 3  # pixels that stay free around the table
ATTEMPTS = 500
WORD_TRIES = 60  # short words are rare
# The smallest sizes, in points at 100 dpi, at which every letter can still be told from the others.
FONTS = (Font("DejaVu Sans", 7.5), Font("DejaVu Sans", 7.5), Font("DejaVu Serif", 7.8), Font("STIXGeneral", 9.5))
ALIGNMENTS = ("left", "center", "center", "right")
PALE = ("1px solid silver", "1px solid lightgray", "2px solid lightgray")
BORDERS = (*PALE, *PALE, "2px solid silver", "1px solid black")
Cell = tuple[int, int, int, int]  # row, column, rows and columns that it takes


@dataclass(frozen=True)
class Table:
    """A picture, its words, and the HTML behind it."""

    pixels: np.ndarray  # uint8 (64, 64, 3)
    boxes: tuple[TextBox, ...]
    html: str


@dataclass(frozen=True)
class Area:
    """A rectangle in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    def inside(self, by: int) -> Area:
        return Area(self.left + by, self.top + by, self.right - by, self.bottom - by)


def draw(split: str, index: int, seed: int = 0) -> Table:
    """Table `index` of a split. One whose words do not fit is laid out anew, always the same way."""
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, crc32(split.encode()), index, attempt])
        font, border = FONTS[int(rng.integers(len(FONTS)))], BORDERS[int(rng.integers(len(BORDERS)))]
        designer = Designer(rng, word_maker(split), font, border)
        try:
            html = designer.boxes() if index % 3 == 2 else designer.grid(1 + index // 3 % 3, index % 3 == 1)
            pixels, boxes = designer.canvas.draw()
        except LayoutError:
            continue
        return Table(pixels, boxes, html)
    raise RuntimeError(f"table {index} of {split} (seed {seed}) did not fit in {ATTEMPTS} attempts")


def tag(name: str, content: str, **attributes: object) -> str:
    """td, word, colspan=2 => <td colspan="2" > word </td>; attributes that are None are left out."""
    said = " ".join(f'{key}="{value}"' for key, value in attributes.items() if value is not None)
    return f"<{name} {said} > {content} </{name}>" if said else f"<{name}> {content} </{name}>"


def shares(total: int, parts: int, rng: np.random.Generator, spread: float) -> list[int]:
    """`total` pixels in about equal `parts`."""
    weights = 1 + rng.uniform(-spread, spread, parts)
    ends = np.round(np.cumsum(weights) / weights.sum() * total).astype(int)
    return np.diff(ends, prepend=0).tolist()


def cells(rows: int, columns: int, merged: Cell | None) -> Iterator[Cell]:
    """The cells of a table row by row, of which one may take two rows or two columns."""
    hidden = (merged[0] + merged[2] - 1, merged[1] + merged[3] - 1) if merged else None
    for row in range(rows):
        for column in range(columns):
            if merged and (row, column) == merged[:2]:
                yield merged
            elif (row, column) != hidden:
                yield row, column, 1, 1


@dataclass
class Designer:
    """Draws one table on its canvas; each kind gives the HTML of what it drew."""

    rng: np.random.Generator
    make_word: WordMaker
    font: Font
    border: str  # as CSS says it
    canvas: Canvas = field(default_factory=lambda: Canvas(SIDE, SIDE))
    used: set[str] = field(default_factory=set)

    @property
    def thickness(self) -> int:
        return int(self.border[0])

    @property
    def line(self) -> int:
        """Pixels that a line of text takes."""
        return int(height_of(self.font)) + 4

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def count(self, least: int, most: int) -> int:
        """A whole number from least to most, both included; LayoutError where there is none."""
        if most < least:
            raise LayoutError("there is no room")
        return int(self.rng.integers(least, most + 1))

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.rng.integers(len(options)))]

    def fill(self, area: Area, font: Font, align: str, numbers: float) -> str:
        """Write something new into an area: a word, or with a chance of `numbers` a number."""
        is_number = self.chance(numbers)
        for _ in range(WORD_TRIES):
            text = str(self.count(10, 999)) if is_number else self.make_word(self.rng)
            if text not in self.used and width_of(text, font) <= area.width - 3:
                self.used.add(text)
                x = {"left": area.left + 2, "center": (area.left + area.right) / 2, "right": area.right - 2}[align]
                self.canvas.text(x, (area.top + area.bottom) / 2, text, font, "black", align)
                return text
        raise LayoutError(f"nothing fits into {area.width} pixels")

    def frame(self, area: Area) -> Area:
        """A border along the inside of an area, and white within: what is left of it."""
        inner = area.inside(self.thickness)
        for part, colour in ((area, self.border.split()[-1]), (inner, "white")):
            self.canvas.rectangle(part.left, part.top, part.width, part.bottom - part.top, color=colour, linewidth=0)
        return inner

    # -- a table of rows and columns

    def grid(self, columns: int, is_merged: bool) -> str:
        """Rows of cells, the first one sometimes a heading; with frames around the cells or rules below the rows."""
        rows, heading, numbers = self.count(2, 4), self.chance(0.4), self.pick((0.1, 0.4, 0.7))
        merged = self._merged(rows, columns) if is_merged and columns > 1 else None
        lefts = np.cumsum([EDGE, *shares(SIDE - 2 * EDGE, columns, self.rng, 0.1)]).tolist()
        height = self.line + self.thickness + 1
        top = self.count(EDGE, SIDE - EDGE - self.thickness - rows * height)
        has_rules = merged is None and self.chance(0.25)
        lines: list[list[str]] = [[] for _ in range(rows)]
        for row, column, down, across in cells(rows, columns, merged):
            right, bottom = lefts[column + across] + self.thickness, top + (row + down) * height + self.thickness
            area = Area(lefts[column], top + row * height, right, bottom)
            inner = self._rule(area) if has_rules else self.frame(area)
            lines[row].append(self._cell(inner, heading and row == 0, numbers, down, across))
        body = " ".join(tag("tr", " ".join(line)) for line in lines)
        if has_rules:
            return tag("table", body, rules="rows")
        return tag("table", body, style=f" border:{self.border}; border-collapse:collapse; ")

    def _merged(self, rows: int, columns: int) -> Cell:
        """A cell that takes two columns, or two rows."""
        down, across = (2, 1) if self.chance(0.4) else (1, 2)
        return self.count(0, rows - down), self.count(0, columns - across), down, across

    def _rule(self, area: Area) -> Area:
        self.canvas.rectangle(area.left, area.bottom - 1, area.width, 1, color="black", linewidth=0)
        return area.inside(1)

    def _cell(self, inner: Area, is_heading: bool, numbers: float, down: int, across: int) -> str:
        spans = {"rowspan": down if down > 1 else None, "colspan": across if across > 1 else None}
        if is_heading:
            return tag("th", self.fill(inner, replace(self.font, weight="bold"), "center", 0), **spans)
        align = self.pick(ALIGNMENTS)
        return tag("td", self.fill(inner, self.font, align, numbers), align=align, **spans)

    # -- boxes beside and within one another, as the published pictures have them

    def boxes(self) -> str:
        """One or two floating boxes, each with a word or a stack of boxes."""
        widths = shares(SIDE - 2 * EDGE, self.count(1, 2), self.rng, 0.25)
        lefts = np.cumsum([EDGE, *widths[:-1]]).tolist()
        return " ".join(self._block(left, width - 2) for left, width in zip(lefts, widths, strict=True))

    def _block(self, left: int, width: int) -> str:
        style = f" float:left; width:{width}px; border:{self.border}; "
        if self.chance(0.35):
            height = self.line + 2 * self.thickness + self.count(0, 8)
            return tag("div", self._word(Area(left, EDGE, left + width, EDGE + height)), style=style)
        return tag("div", self._stack(left, width), style=style)

    def _stack(self, left: int, width: int) -> str:
        """Two or three boxes below one another within a box."""
        gap, height, number = self.thickness + 1, self.line + 2 * self.thickness, self.count(2, 3)
        outer = Area(left, EDGE, left + width, EDGE + number * (height + 1) + 2 * gap - 1)
        if outer.bottom > SIDE - EDGE:
            raise LayoutError("the stack is too high")
        self.frame(outer)
        tops = [outer.top + gap + i * (height + 1) for i in range(number)]
        words = [self._word(Area(left + gap, top, left + width - gap, top + height)) for top in tops]
        return " ".join(tag("div", word, style=f" border:{self.border}; ") for word in words)

    def _word(self, area: Area) -> str:
        """A word in a border."""
        is_bold = self.chance(0.4)
        text = self.fill(self.frame(area), replace(self.font, weight="bold") if is_bold else self.font, "center", 0.2)
        return tag("span", text, style=" font-weight:bold; text-align:center; " if is_bold else " text-align:center; ")
