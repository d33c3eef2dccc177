"""Plots as in papers, alone or as two subfigures, with captions and exact word boxes. All are different.

Plot i of a split depends on (seed, split, i) and on nothing else. Test plots show real words, all others invented ones;
the numbers along the axes are words too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from figgen.data.miniatures import paper_captions as captions
from figgen.data.miniatures import paper_kinds as kinds
from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.page import Panel, listed
from figgen.data.miniatures.paper_axes import (
    Axes,
    Names,
    Ticks,
    counting_ticks,
    lay_out,
    linear_ticks,
    log_ticks,
    named_ticks,
)
from figgen.data.miniatures.paper_legend import Legend, Series, make_series
from figgen.data.miniatures.paper_looks import LOOKS, PaperPage, style_of
from figgen.data.miniatures.sideways import SidewaysCanvas
from figgen.data.words import word_maker
from figgen.ocr.boxes import TextBox

# Width, height: each pads into 160 x 128 without resampling.
SIZES = ((160, 120), (160, 120), (160, 128), (160, 128), (160, 112), (160, 104), (152, 128), (144, 128), (132, 128))
LONGEST_CAPTION = 150
FEWEST_WORDS, MOST_WORDS = 4, 20
ATTEMPTS = 200
COLOUR_BAR = 38  # pixels that a colour bar and its numbers take
ANYWHERE = ("y", "y", "heading", "corner")  # where the name of the y axis may go,
Y_PLACES = {"above": ("y",), "beside": ("heading", "corner")}  # and where, with the legend at this place
GRAPH, SCATTER, BARS = "Graph Plot", "Scatterplot", "Bar Chart"  # as SciCap calls them


@dataclass(frozen=True)
class PaperPlot:
    """A plot, its words and what is said about it."""

    pixels: np.ndarray  # uint8 (H, W, 3)
    boxes: tuple[TextBox, ...]  # one tight box per word, in pixels
    caption: str  # without its "Figure 3:"
    figure_type: str


@dataclass(frozen=True)
class Kind:
    """One kind of plot: how its data are drawn, between which axes, and what is said about it."""

    draw: Callable[[Axes, list[Series]], np.ndarray]
    openings: tuple[str, ...]
    figure_type: str = GRAPH
    most_series: int = 3
    scale: str = "linear"  # of the axes: linear, mixed (each may be logarithmic), log (both are), named (places on x)
    marked: bool = False  # series have markers
    is_area: bool = False  # series are bars
    from_zero: bool = False  # the y axis counts from zero
    in_shades: bool = False  # a colour bar takes the place of the legend
    notes: tuple[str, ...] = ()


KINDS = {
    "lines": Kind(kinds.lines, captions.OF_CURVES, most_series=4, scale="mixed"),
    "marked lines": Kind(
        kinds.marked_lines, captions.OF_CURVES, scale="mixed", marked=True, notes=("Lines join the points.",)
    ),
    "banded lines": Kind(kinds.banded_lines, captions.OF_CURVES, notes=("Shaded bands cover 95 % of 20 runs.",)),
    "power laws": Kind(
        kinds.power_laws,
        captions.OF_CURVES,
        scale="log",
        marked=True,
        notes=("The dotted line is a fit, y = a x + b.",),
    ),
    "clouds": Kind(kinds.clouds, captions.OF_POINTS, SCATTER, marked=True),
    "trend": Kind(
        kinds.trend, captions.OF_POINTS, SCATTER, 2, marked=True, notes=("Solid lines are least-squares fits.",)
    ),
    "grouped bars": Kind(kinds.grouped_bars, captions.OF_BARS, BARS, scale="named", is_area=True, from_zero=True),
    "histograms": Kind(kinds.histograms, captions.OF_SAMPLES, BARS, 2, from_zero=True),
    "quartiles": Kind(kinds.quartiles, captions.OF_BOXES, GRAPH, 1, "named"),
    "shades": Kind(kinds.shades, captions.OF_FIELDS, GRAPH, 1, in_shades=True),
}
GRAPHS = tuple(name for name, kind in KINDS.items() if kind.figure_type == GRAPH)
PANEL_KINDS = ("lines", "lines", "marked lines", "clouds", "trend", "histograms", "banded lines", "power laws")


def draw(split: str, index: int, seed: int = 0, of: Sequence[str] = tuple(KINDS)) -> PaperPlot:
    """Plot `index` of a split, the kinds in turn. Where words collide, it is laid out anew, always the same way."""
    kind = KINDS[of[index % len(of)]]
    return _first_that_fits(split, index, seed, lambda page: (_alone(page, kind), kind.figure_type))


def draw_panels(split: str, index: int, seed: int = 0) -> PaperPlot:
    """As draw, but with two subfigures."""
    return _first_that_fits(f"{split}/panels", index, seed, lambda page: (_panels(page), GRAPH))


def _first_that_fits(stream: str, index: int, seed: int, compose: Callable[[PaperPage], tuple[str, str]]) -> PaperPlot:
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, crc32(stream.encode()), index, attempt])
        try:
            return _attempt(stream.split("/")[0], rng, compose)
        except LayoutError:
            continue
    raise RuntimeError(f"plot {index} of {stream} (seed {seed}) found no lay-out in {ATTEMPTS} attempts")


def _attempt(split: str, rng: np.random.Generator, compose: Callable[[PaperPage], tuple[str, str]]) -> PaperPlot:
    """One try at a lay-out; raises LayoutError where it fails."""
    width, height = SIZES[rng.integers(len(SIZES))]
    look = LOOKS[list(LOOKS)[rng.integers(len(LOOKS))]]
    page = PaperPage(SidewaysCanvas(width, height), style_of(look, rng), rng, word_maker(split), look=look)
    caption, figure_type = compose(page)
    if len(caption) > LONGEST_CAPTION:
        raise LayoutError("the caption is too long")
    pixels, boxes = page.canvas.draw()
    if not FEWEST_WORDS <= len(boxes) <= MOST_WORDS:
        raise LayoutError(f"{len(boxes)} words")
    return PaperPlot(pixels, boxes, caption, figure_type)


# ---- One plot --------------------------------------------------------------------------------------------------------


def _alone(page: PaperPage, kind: Kind) -> str:
    """A plot that fills the sheet; => its caption."""
    number = 1 if kind.most_series == 1 or page.chance(0.2) else page.count(2, kind.most_series)
    names = page.words(number, 40) if number > 1 else [""]
    series = make_series(page, names, kind.marked, kind.is_area)
    place = _legend_place(page, number)
    legend = Legend(page, series, columns=number if place == "above" else 1)
    right = legend.size[0] + 3 if place == "beside" else COLOUR_BAR if kind.in_shades else 0
    top = legend.size[1] - 4 if place == "above" else 0
    area = Panel(0, top, page.canvas.width - right, page.canvas.height)
    axes, told_y, told_x = _axes(page, area, kind, Y_PLACES.get(place, ANYWHERE))
    points = _plotted(axes, kind, series)
    if kind.in_shades:
        _number_colour_bar(page, axes.panel)
    elif place == "inside":
        legend.inside(axes.panel, points)
    elif place == "beside":
        legend.beside(axes.panel)
    elif place == "above":
        legend.above(axes.panel)
    return captions.caption_of_plot(page, kind.openings, kind.notes, told_y, told_x, names if number > 1 else [])


def _legend_place(page: PaperPage, number: int) -> str:
    """Where the names of so many series go."""
    if number == 1:
        return "nowhere"
    return page.one_of("inside", "inside", "beside", "above") if number == 2 else page.one_of("inside", "beside")


def _axes(page: PaperPage, area: Panel, kind: Kind, y_places: tuple[str, ...]) -> tuple[Axes, str, str]:
    """Axes with names, and what is said about y and about x."""
    y, names = _y_name(page, area, page.one_of(*y_places))
    if kind.scale == "named":
        places = page.words(page.count(2, 4), 40)
        x = page.phrase(1, area.width * 0.6) if page.chance(0.4) else ""
        ticks, told_x = named_ticks(tuple(places)), f"{x} ({listed(places)})" if x else listed(places)
    else:
        x = told_x = page.phrase(2, area.width * 0.6)
        ticks = _ticks(page, kind.scale)
    return lay_out(page, area, ticks, _y_ticks(page, kind), replace(names, x=x)), y, told_x


def _y_name(page: PaperPage, area: Panel, place: str) -> tuple[str, Names]:
    """What the y axis shows, and where that is written: upwards, or above the panel."""
    text = page.phrase(2, area.height * 0.55 if place == "y" else area.width * 0.55)
    return text, Names(**{place: text})


def _ticks(page: PaperPage, scale: str, most: int = 5) -> Ticks:
    is_log = scale == "log" or (scale == "mixed" and page.chance(0.25))
    return log_ticks(page.rng, min(most, 4)) if is_log else linear_ticks(page.rng, most)


def _y_ticks(page: PaperPage, kind: Kind, most: int = 4) -> Ticks:
    return counting_ticks(page.rng, most) if kind.from_zero else _ticks(page, kind.scale, most)


def _plotted(axes: Axes, kind: Kind, series: list[Series]) -> np.ndarray:
    """Draw the data on their ground and in their frame; => their points."""
    axes.ground()
    points = kind.draw(axes, series)
    axes.frame()
    return points


def _number_colour_bar(page: PaperPage, panel: Panel) -> None:
    """The least, the middle and the greatest value beside the bar that `kinds.shades` draws."""
    labels = linear_ticks(page.rng, 2).labels
    for share, label in zip((0.05, 0.5, 0.95), labels, strict=False):
        page.write(panel.right + 16, panel.y(share), label, "left")


# ---- Two subfigures --------------------------------------------------------------------------------------------------


def _panels(page: PaperPage) -> str:
    """Two plots side by side or one above the other; => their caption."""
    return (_side_by_side if page.chance(0.65) else _stacked)(page)


def _side_by_side(page: PaperPage) -> str:
    half, height = page.canvas.width / 2, page.canvas.height
    tops = page.words(2, half - 30)
    feet = page.words(2, half - 24) if page.chance(0.4) else page.words(1, half - 24) * 2
    for i, letter in enumerate("ab"):
        area = Panel(i * half, 0, (i + 1) * half, height)
        _small_plot(page, area, Names(x=feet[i], heading=f"({letter}) {tops[i]}"))
    return captions.caption_of_panels(page, tops, feet)


def _stacked(page: PaperPage) -> str:
    """The upper plot shares the x axis of the lower one."""
    width, height = page.canvas.width, page.canvas.height
    ys, x = page.words(2, 38), page.phrase(2, width * 0.6)
    middle = round(height / 2 - 16)
    for i, letter in enumerate("ab"):
        area = Panel(0, i * middle, width, height if i else middle)
        axes, points = _small_plot(page, area, Names(x=x if i else "", y=ys[i]))
        _write_letter(axes, letter, points)
    return captions.caption_of_panels(page, ys, [x, x])


def _small_plot(page: PaperPage, area: Panel, names: Names) -> tuple[Axes, np.ndarray]:
    """One subfigure without a legend, and where its data lie; without a name, its x axis has no numbers either."""
    kind = KINDS[PANEL_KINDS[page.rng.integers(len(PANEL_KINDS))]]
    x_ticks = _ticks(page, kind.scale, 3)
    if not names.x:
        x_ticks = replace(x_ticks, labels=("",) * len(x_ticks.labels))
    axes = lay_out(page, area, x_ticks, _y_ticks(page, kind, 3), names, least=(38, 28))
    return axes, _plotted(axes, kind, make_series(page, [""] * page.count(1, 2), kind.marked))


def _write_letter(axes: Axes, letter: str, points: np.ndarray) -> None:
    """(a) in a corner of the panel, where the data leave one free: the canvas refuses any other."""
    page, panel = axes.page, axes.panel
    corners = [(x, y) for x in (panel.left + 13, panel.right - 13) for y in (panel.top + 12, panel.bottom - 12)]
    away = [np.hypot(panel.xs(points[:, 0]) - x, panel.ys(points[:, 1]) - y).min() for x, y in corners]
    page.write(*corners[int(np.argmax(away))], f"({letter})")
