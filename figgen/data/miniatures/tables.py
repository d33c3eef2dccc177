"""Small tables of 64 x 64 pixels, with the HTML that a browser would draw them from.

Table i of a split depends on (seed, split, i) and on nothing else. Words of test tables are real, all others invented.
Few borders are black, as the published ones are: Tesseract reads all words beside silver lines, and few beside black.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from figgen.data.miniatures.base import Dice, LayoutError, until_it_fits
from figgen.data.miniatures.canvas import Canvas, Font, height_of, width_of
from figgen.data.miniatures.markup import Marked
from figgen.data.words import WordMaker

SIDE = 64  # pixels
EDGE = 3  # pixels that stay free around the table
WORD_TRIES = 60  # short words are rare
# The smallest sizes, in points at 100 dpi, at which every letter can still be told from the others.
FONTS = (Font("DejaVu Sans", 7.5), Font("DejaVu Serif", 7.8), Font("STIXGeneral", 9.5))
BORDERS = (*("1px solid silver", "1px solid lightgray", "2px solid lightgray") * 2, "1px solid black")


def draw(split: str, index: int, seed: int = 0) -> Marked:
    """Table `index` of a split, 64 x 64, with a box per word and per number."""
    return until_it_fits(lambda dice: Table(dice).draw(), split, index, seed)


def tag(name: str, content: str, **attributes: object) -> str:
    """td, word, colspan=2 => <td colspan="2" > word </td>."""
    said = "".join(f'{key}="{value}" ' for key, value in attributes.items())
    return f"<{name} {said}> {content} </{name}>" if said else f"<{name}> {content} </{name}>"


class Table:
    """One table on its canvas; a row and a cell give the HTML of what they drew."""

    def __init__(self, dice: Dice) -> None:
        self.rng, self.pick, self.make_word, self.canvas = dice.rng, dice.pick, dice.make_word, Canvas(SIDE, SIDE)
        self.font, self.border, self.numbers = self.pick(FONTS), self.pick(BORDERS), self.pick((0.1, 0.4, 0.7))
        self.line = int(self.border[0])
        self.room = SIDE - 2 * EDGE - self.line
        self.height = int(height_of(self.font)) + 5 + self.line  # of a cell, with the line above it

    def draw(self) -> Marked:
        """Two rows of cells or more. The first may be a heading; the first cell of one may take two columns."""
        rows, columns = int(self.rng.integers(2, self.room // self.height + 1)), self.pick((1, 2, 2, 3))
        edges = np.linspace(EDGE, EDGE + self.room, columns + 1).astype(int).tolist()
        top = self.pick(range(EDGE, EDGE + self.room - rows * self.height + 1))
        heading, wide = self.pick((0, None)), self.pick((None, *range(rows))) if columns > 1 else None
        tops = enumerate(range(top, top + rows * self.height, self.height))
        body = [self.row(y, edges, row == wide, row == heading) for row, y in tops]
        html = tag("table", " ".join(body), style=f" border:{self.border}; border-collapse:collapse; ")
        return Marked(*self.canvas.draw(), html)

    def row(self, top: int, edges: Sequence[int], is_wide: bool, is_heading: bool) -> str:
        make, spans = self.heading if is_heading else self.cell, [2] * is_wide + [1] * len(edges)
        sides = pairwise([edges[0], *edges[1 + is_wide :]])
        cells = (make(left, top, right - left, span) for (left, right), span in zip(sides, spans, strict=False))
        return tag("tr", " ".join(cells))

    def heading(self, left: int, top: int, width: int, span: int) -> str:
        text = self.filled(left, top, width, self.make_word, align="center", font=replace(self.font, weight="bold"))
        return tag("th", text, **{"colspan": 2} if span > 1 else {})

    def cell(self, left: int, top: int, width: int, span: int) -> str:
        make_text = _number if self.rng.random() < self.numbers else self.make_word
        align = self.pick(("left", "center", "right"))
        text = self.filled(left, top, width, make_text, align=align, font=self.font)
        return tag("td", text, align=align, **{"colspan": 2} if span > 1 else {})

    def filled(self, left: int, top: int, width: int, make_text: WordMaker, *, align: str, font: Font) -> str:
        """Draw a cell from the line on its left on, with the first text that fits into it."""
        line, colour = self.line, self.border.split()[-1]
        self.canvas.rectangle(left, top, width + line, self.height + line, color=colour, linewidth=0)
        self.canvas.rectangle(left + line, top + line, width - line, self.height - line, color="white", linewidth=0)
        for text in (make_text(self.rng) for _ in range(WORD_TRIES)):
            if width_of(text, font) <= width - line - 3:
                x = {"left": left + line + 2, "center": left + (line + width) / 2, "right": left + width - 2}[align]
                self.canvas.text(x, top + (line + self.height) / 2, text, font, "black", anchor=align)
                return text
        raise LayoutError(f"nothing fits into {width} pixels")


def _number(rng: np.random.Generator) -> str:
    return str(rng.integers(10, 1000))
