"""Formulas as papers on physics write them, in the normalised LaTeX of im2latex-100k: every token apart.

Formula i of a split depends on (seed, split, i) and on nothing else. Every formula holds a word in letters,
`\\mathrm { l o s s }`: a real one for testing, an invented one otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

from figgen.data.miniatures.base import Dice, LayoutError, until_it_fits
from figgen.data.miniatures.canvas import INK, tight_box
from figgen.data.miniatures.markup import Marked, grammar, written
from figgen.ocr.boxes import TextBox

HEIGHT, WIDTH = 64, 320
MARGIN = 4  # pixels between the picture's edges and the formula, which stands at the top left
EM = 16.5  # pixels: the published size
UNIT = EM / TextToPath.FONT_SCALE  # pixels per unit of mathtext
WEIGHT = 0.35  # pixels of stroke around each letter: the published pictures are that much bolder than the outlines
ROMAN = "Cmr10"  # the typeface of words and numbers
FONT = FontProperties(math_fontfamily="cm", size=TextToPath.FONT_SCALE)
SETTER = TextToPath()

# Some mark stands between any two words and any two numbers, and no fraction stands in another one.
GRAMMAR = grammar(r"""
EQUATION: LEFT SIGN SUM END
LEFT: QUANTITY | NAME ( LETTER ) | SLOPE | [ QUANTITY , QUANTITY ]
SLOPE: \frac { \partial QUANTITY } { \partial LETTER } | \frac { d NAME } { d LETTER }
SUM: TERM | TERM JOIN TERM | TERM JOIN TERM | - TERM JOIN NUMBER | BIG \, TERM | TERM \quad IF \quad LETTER SIGN NUMBER
BIG: \sum _ { LETTER = 1 } ^ { NUMBER } | \int _ { 0 } ^ { \infty } d LETTER | \prod _ { LETTER = 1 } ^ { \infty }
IF: \mathrm { f o r } | \mathrm { i f } | \mathrm { w i t h }
TERM: QUANTITY | QUANTITY QUANTITY | NUMBER \, QUANTITY | NAME ( QUANTITY ) | FUNCTION ( QUANTITY ) | WIDE
WIDE: \frac { QUANTITY } { QUANTITY } | \sqrt { QUANTITY JOIN NUMBER } | \left( LETTER JOIN NAME \right) ^ { POWER }
QUANTITY: LETTER | LETTER _ { LETTER LETTER } | LETTER ^ { POWER } | LETTER _ { NAME } | LETTER _ { NAME } ^ { POWER }
NAME: \mathrm { WORD }
LETTER: LATIN | LATIN | GREEK | ACCENT { LATIN }
LATIN: a|b|c|d|f|g|h|k|m|n|p|q|r|s|t|u|v|x|y|z|A|B|D|E|F|G|H|L|M|N|P|R|S|T|V|W|X|Z
GREEK: \alpha|\beta|\gamma|\delta|\lambda|\mu|\nu|\pi|\rho|\sigma|\tau|\phi|\psi|\omega|\Gamma|\Delta|\Phi|\Psi|\Omega
ACCENT: \bar | \tilde | \hat | \dot | \vec
FUNCTION: \sin | \cos | \exp | \tanh | \det
SIGN: = | = | = | \equiv | \simeq | \leq | < | \neq
JOIN: + | - | \pm | \otimes
POWER: 2 | 3 | n | \prime | \dagger | - 1
NUMBER: DIGIT | DIGIT DIGIT | DIGIT 0 0
DIGIT: 1|2|3|4|5|6|7|8|9
END: . | , | \, ;
""")


def draw(split: str, index: int, seed: int = 0) -> Marked:
    """Formula `index` of a split, 64 x 320, with a box per word and per number."""
    return until_it_fits(_attempt, split, index, seed)


def _attempt(dice: Dice) -> Marked:
    tokens = written("EQUATION", GRAMMAR, dice)
    if "WORD" not in tokens:
        raise LayoutError("the formula holds no word")
    latex = " ".join(" ".join(dice.word(shortest=3, longest=8)) if token == "WORD" else token for token in tokens)
    return Marked(*typeset(latex), latex)


def typeset(latex: str) -> tuple[np.ndarray, tuple[TextBox, ...]]:
    """=> uint8 pixels (64, 320, 3), black on white, and a tight box per word or number of two letters or more."""
    tokens = latex.replace(r"\frac", r"\dfrac").split()  # as large as LaTeX sets it
    source = f"${''.join(token + ' ' * token[1:].isalpha() for token in tokens)}$"  # only a command ends with a space
    places, outlines, rules = SETTER.get_glyphs_mathtext(FONT, source)
    parsed = SETTER.mathtext_parser.parse(source, TextToPath.DPI, FONT)
    if parsed.width * UNIT > WIDTH - 2 * MARGIN or (parsed.height + parsed.depth) * UNIT > HEIGHT - 2 * MARGIN:
        raise LayoutError("the formula is too large")
    onto = Affine2D().scale(UNIT).translate(MARGIN, HEIGHT - MARGIN - parsed.height * UNIT)
    glyphs = [Affine2D().scale(size).translate(x, y).transform_path(Path(*outlines[n])) for n, x, y, size in places]
    ink = _ink([*glyphs, *(Path(*rule) for rule in rules)], onto)
    runs = [list(run) for _, run in groupby(zip(parsed.glyphs, glyphs, strict=True), lambda pair: _kind(pair[0]))]
    boxes = (_box(run, onto) for run in runs if len(run) > 1 and _kind(run[0][0]))
    return np.repeat((255 - ink)[:, :, None], 3, axis=2), tuple(boxes)


def _kind(mark: Any) -> tuple[bool, float, float] | None:
    """What the marks of one word or number have in common: letters or digits, a size, a line. Others have None."""
    letter = chr(mark[2])
    is_text = mark[0].postscript_name == ROMAN and letter.isascii() and letter.isalnum()
    return (letter.isdigit(), mark[1], float(mark[-1])) if is_text else None


def _box(run: list[tuple[Any, Path]], onto: Affine2D) -> TextBox:
    ink = _ink((glyph for _, glyph in run), onto) > INK
    return tight_box("".join(chr(mark[2]) for mark, _ in run), ink, (0, 0, WIDTH, HEIGHT))


def _ink(shapes: Iterable[Path], onto: Affine2D) -> np.ndarray:
    """How much of each pixel the shapes cover, uint8 (64, 320)."""
    renderer = RendererAgg(WIDTH, HEIGHT, TextToPath.DPI)
    context = renderer.new_gc()
    context.set_linewidth(WEIGHT)
    for shape in shapes:
        renderer.draw_path(context, shape, onto, (0, 0, 0, 1))
    return np.array(renderer.buffer_rgba())[:, :, 3]
