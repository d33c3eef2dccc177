"""The series of a plot, how each is drawn, and the legend that says so, where it hides least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import height_of
from figgen.data.miniatures.page import Panel
from figgen.data.miniatures.paper_looks import GREYS, PaperPage

MARKERS = ("o", "s", "^", "D", "v", "x", "+")
DASHES = ("-", "--", ":", "-.")
SWATCH, GAP = 13, 5  # pixels of a sample of the line, and between it and the name
HIDDEN = 0.1  # of the data that a legend with an edge may cover; without one, curves would just stop


@dataclass(frozen=True)
class Series:
    """One set of values in its style."""

    name: str
    colour: str
    dash: str = "-"  # "none" for marks alone
    marker: str = ""
    filled: bool = True
    is_area: bool = False  # drawn as bars: its sample is a patch

    @property
    def marks(self) -> dict[str, object]:
        """As matplotlib styles its marks."""
        if not self.marker:
            return {}
        inside = self.colour if self.filled else "white"
        return {"marker": self.marker, "markersize": 3.4, "markerfacecolor": inside, "markeredgewidth": 0.8}


def make_series(page: PaperPage, names: Sequence[str], marked: bool = False, is_area: bool = False) -> list[Series]:
    """A series for each name, told apart by colour and marker, where all is grey by dashes too."""
    dashed = page.style.palette == GREYS or page.chance(0.25)
    filled, turn = page.chance(0.6), page.count(0, 3)
    return [
        Series(
            name,
            page.style.palette[i],
            DASHES[i % len(DASHES)] if dashed else "-",
            MARKERS[(turn + i) % len(MARKERS)] if marked else "",
            filled,
            is_area,
        )
        for i, name in enumerate(names)
    ]


@dataclass(frozen=True)
class Legend:
    """Series in `columns` columns."""

    page: PaperPage
    series: list[Series]
    columns: int = 1

    @property
    def column_width(self) -> float:
        return SWATCH + GAP + self.page.widest(tuple(one.name for one in self.series)) + 8

    @property
    def pitch(self) -> float:
        return height_of(self.page.style.font) + 4

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels, its edge included."""
        return self.columns * self.column_width, math.ceil(len(self.series) / self.columns) * self.pitch + 3

    def inside(self, panel: Panel, points: np.ndarray) -> None:
        """Draw it in the corner that hides fewest of the data's points (n, 2), shares of the panel."""
        width, height = self.size
        lefts, tops = (panel.left + 4, panel.right - width - 4), (panel.top + 4, panel.bottom - height - 4)
        corners = [(left, top) for top in tops for left in lefts[::-1]]
        hidden = [_share_within(panel, points, left, top, width, height) for left, top in corners]
        best = int(np.argmin(hidden))
        most = HIDDEN if self.page.look.legend_edge != "none" else 0
        if hidden[best] > most or width > panel.width - 8 or height > panel.height - 8:
            raise LayoutError("there is no room for the legend")
        self._draw(*corners[best])

    def beside(self, panel: Panel) -> None:
        """Draw it to the right of the panel, from its top or half way down."""
        _, height = self.size
        self._draw(panel.right + 5, panel.top if self.page.chance(0.5) else panel.y(0.5) - height / 2)

    def above(self, panel: Panel) -> None:
        """Draw it above the panel."""
        width, height = self.size
        rightmost = self.page.canvas.width - 3 - width
        self._draw(min(panel.x(0.5) - width / 2, rightmost), panel.top - 4 - height)

    def _draw(self, left: float, top: float) -> None:
        page, edge, (width, height) = self.page, self.page.look.legend_edge, self.size
        left, top = round(left) + 0.5, round(top) + 0.5
        ground = {"facecolor": "white" if edge != "none" else page.style.tint, "edgecolor": edge, "lw": 0.6}
        page.canvas.rectangle(left, top, round(width), round(height), **ground)
        for i, one in enumerate(self.series):
            x = left + 3 + i % self.columns * self.column_width
            y = top + 1.5 + (i // self.columns + 0.5) * self.pitch
            _sample(page, x, y, one)
            page.write(x + SWATCH + GAP, y, one.name, "left")


def _share_within(panel: Panel, points: np.ndarray, left: float, top: float, width: float, height: float) -> float:
    xs, ys = panel.xs(points[:, 0]), panel.ys(points[:, 1])
    inside = (xs > left - 2) & (xs < left + width + 2) & (ys > top - 2) & (ys < top + height + 2)
    return float(inside.mean())


def _sample(page: PaperPage, left: float, y: float, one: Series) -> None:
    if one.is_area:
        page.canvas.rectangle(left, y - 3, SWATCH, 6, facecolor=one.colour, edgecolor="none")
        return
    style = {"color": one.colour, "linestyle": one.dash, "linewidth": max(page.style.stroke, 1.0)}
    page.canvas.line((left, left + SWATCH), (y, y), **style)
    if one.marker:
        page.canvas.line((left + SWATCH / 2,), (y,), color=one.colour, linestyle="none", **one.marks)
