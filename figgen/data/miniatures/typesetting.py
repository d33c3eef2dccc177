"""Sets a formula with matplotlib's mathtext, and knows where its words and numbers stand.

A formula is LaTeX in the spacing of im2latex-100k: every token apart, words and numbers in letters and digits,
`\\mathrm { l o s s } = 1 2 ^ { x }`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import INK
from figgen.ocr.boxes import TextBox

EM = 16.5  # pixels: the published size
WEIGHT = 0.35  # pixels of stroke around each letter: the published pictures are that much bolder than the outlines
MARGIN = 4  # pixels between the picture's edges and the formula, which stands at the top left
ROMAN = "Cmr10"  # the typeface of words and numbers
APART = 0.1  # em: letters of one word stand closer than this, two words do not
UNIT = EM / TextToPath.FONT_SCALE  # pixels per unit of mathtext
SCALE = Affine2D().scale(UNIT)


@dataclass(frozen=True)
class Glyph:
    """A letter, or another mark, with its outline in pixels, y upwards."""

    outline: Path
    letter: str = ""  # of a word or a number; of other marks nothing
    place: tuple[float, float] = (0, 0)  # of the pen
    end: float = 0  # where the pen stops
    size: float = EM

    def moved(self, dx: float, dy: float) -> Glyph:
        (x, y), outline = self.place, Affine2D().translate(dx, dy).transform_path(self.outline)
        return replace(self, outline=outline, place=(x + dx, y + dy), end=self.end + dx)


def typeset(formula: str, height: int, width: int) -> tuple[np.ndarray, tuple[TextBox, ...]]:
    """=> uint8 pixels (height, width, 3), black on white, and a tight box per word or number of two letters or more."""
    glyphs = _placed(_glyphs(mathtext(formula)), height, width)
    ink = _ink(glyphs, height, width)
    boxes = tuple(_box(run, height, width) for run in _runs(glyphs))
    return np.repeat((255 - ink)[:, :, None], 3, axis=2), boxes


def mathtext(formula: str) -> str:
    """LaTeX tokens => what matplotlib reads: outer fractions are large, and no space stands where it would be one."""
    depth, tokens = 0, []
    for token in formula.split():
        depth += {"{": 1, "}": -1}.get(token, 0)
        token = r"\dfrac" if token == r"\frac" and depth == 0 else token
        tokens.append(f"{token} " if re.fullmatch(r"\\[A-Za-z]+", token) else token)
    return "$" + re.sub(r"\{\\cal (\w)\}", r"\\mathcal{\1}", "".join(tokens)) + "$"


@cache
def _setter() -> TextToPath:
    return TextToPath()


@cache
def _font() -> FontProperties:
    return FontProperties(math_fontfamily="cm", size=TextToPath.FONT_SCALE)


def _glyphs(source: str) -> list[Glyph]:
    """Every mark of a formula, in the order of mathtext: words stay together."""
    places, outlines, rules = _setter().get_glyphs_mathtext(_font(), source)
    marks = _setter().mathtext_parser.parse(source, TextToPath.DPI, _font()).glyphs
    glyphs = [_glyph(Path(*outlines[p[0]]), *p, *mark[:3:2]) for p, mark in zip(places, marks, strict=True)]
    return glyphs + [Glyph(SCALE.transform_path(Path(*rule))) for rule in rules]


def _glyph(outline: Path, name: str, x: float, y: float, share: float, font: FT2Font, code: int) -> Glyph:
    """A mark from mathtext's units: its outline at full size, its place, and its size as a share."""
    letter = chr(code) if name.startswith(ROMAN) and chr(code).isascii() and chr(code).isalnum() else ""
    font.set_size(TextToPath.FONT_SCALE, TextToPath.DPI)
    advance = font.load_char(code, flags=LoadFlags.NO_HINTING).linearHoriAdvance / 2**16
    outline = (Affine2D().scale(share).translate(x, y) + SCALE).transform_path(outline)
    end = (x + share * advance) * UNIT
    return Glyph(outline, letter, (x * UNIT, y * UNIT), end, share * EM)


def _placed(glyphs: Sequence[Glyph], height: int, width: int) -> list[Glyph]:
    """The formula moved to the top left; LayoutError where it does not fit."""
    points = np.concatenate([_points(glyph.outline) for glyph in glyphs])
    left, top = points[:, 0].min(), points[:, 1].max()
    if left + width - 2 * MARGIN < points[:, 0].max() or top - height + 2 * MARGIN > points[:, 1].min():
        raise LayoutError("the formula is too large")
    return [glyph.moved(MARGIN - left, height - MARGIN - top) for glyph in glyphs]


def _points(outline: Path) -> np.ndarray:
    """All points of an outline but the ends of closed lines, whose place means nothing: curves stay within them."""
    vertices = np.asarray(outline.vertices)
    return vertices if outline.codes is None else vertices[np.asarray(outline.codes) != Path.CLOSEPOLY]


def _ink(glyphs: Iterable[Glyph], height: int, width: int) -> np.ndarray:
    """How much of each pixel the glyphs cover, uint8 (height, width)."""
    renderer = RendererAgg(width, height, TextToPath.DPI)
    context = renderer.new_gc()
    context.set_linewidth(WEIGHT)
    for glyph in glyphs:
        renderer.draw_path(context, glyph.outline, Affine2D(), (0, 0, 0, 1))
    return np.array(renderer.buffer_rgba())[:, :, 3]


def _runs(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Letters that make a word, and digits that make a number."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if glyph.letter and runs and _continues(runs[-1][-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return [run for run in runs if len(run) > 1]


def _continues(last: Glyph, glyph: Glyph) -> bool:
    """True where a letter stands right behind the last one, of its kind and size, and on its line."""
    same_kind = bool(last.letter) and last.letter.isdigit() == glyph.letter.isdigit()
    same_line = (last.place[1], last.size) == (glyph.place[1], glyph.size)
    return same_kind and same_line and abs(glyph.place[0] - last.end) < APART * glyph.size


def _box(run: Sequence[Glyph], height: int, width: int) -> TextBox:
    """The tight box around the ink of a run."""
    rows, columns = np.nonzero(_ink(run, height, width) > INK)
    text = "".join(glyph.letter for glyph in run)
    left, top = float(columns.min()), float(rows.min())
    return TextBox.from_ltwh(left, top, float(np.ptp(columns)) + 1, float(np.ptp(rows)) + 1, text)
