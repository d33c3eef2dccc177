"""Textbook-like figures of fifteen kinds, all different, with exact word boxes.

Figure i of a split depends on (seed, split, i) and on nothing else. Test figures show real words, all others
invented ones.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from figgen.data.miniatures import charts, diagrams
from figgen.data.miniatures.base import Dice, LayoutError, until_it_fits
from figgen.data.miniatures.canvas import Canvas
from figgen.data.miniatures.page import Page, Style
from figgen.ocr.boxes import TextBox

KINDS = {
    "line plot": charts.line_plot,
    "scatter plot": charts.scatter_plot,
    "histogram": charts.histogram,
    "bar chart": charts.bar_chart,
    "row chart": charts.row_chart,
    "pie chart": charts.pie_chart,
    "confusion matrix": charts.confusion_matrix,
    "heat map": charts.heat_map,
    "flow diagram": diagrams.flow_diagram,
    "chain diagram": diagrams.chain_diagram,
    "layer diagram": diagrams.layer_diagram,
    "network diagram": diagrams.network_diagram,
    "tree": diagrams.tree,
    "graph": diagrams.graph,
    "Venn diagram": diagrams.venn_diagram,
}
# Width, height: each pads into 160 x 128 without resampling, and most are as wide as that.
SIZES = ((160, 120), (160, 120), (160, 120), (160, 128), (160, 128), (160, 124), (160, 116), (152, 128), (144, 128))
LONGEST_CAPTION = 160
FEWEST_WORDS, MOST_WORDS = 3, 9


class Figure(NamedTuple):
    """A figure, its words and what is said about it."""

    pixels: np.ndarray  # uint8 (H, W, 3)
    boxes: tuple[TextBox, ...]  # one tight box per word, in pixels
    caption: str
    figure_type: str  # one of KINDS


def draw(split: str, index: int, seed: int = 0) -> Figure:
    """Figure `index` of a split."""
    kind = list(KINDS)[index % len(KINDS)]
    return until_it_fits(partial(_attempt, kind), split, index, seed)


def _attempt(kind: str, dice: Dice) -> Figure:
    """One try at a lay-out; raises LayoutError where it fails."""
    page = Page(Canvas(*dice.pick(SIZES)), Style.sample(dice), dice)
    said = KINDS[kind](page)
    caption = f"Figure {dice.count(1, 14)}.{dice.count(1, 29)}: {said}"
    if len(caption) > LONGEST_CAPTION:
        raise LayoutError("the caption is too long")
    pixels, boxes = page.canvas.draw()
    if not FEWEST_WORDS <= len(boxes) <= MOST_WORDS:
        raise LayoutError(f"{len(boxes)} words")
    return Figure(pixels, boxes, caption, kind)
