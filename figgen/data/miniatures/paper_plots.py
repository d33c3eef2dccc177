"""Plots of papers on matplotlib's own axes, alone or as two subfigures, with captions and exact word boxes.

Plot i of a split depends on (seed, split, i) and on its kind. Test plots show real words, all others invented ones; the
numbers along the axes are words too. Every word that a plot shows is in its caption.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import NullFormatter
from PIL import Image, ImageFilter

from figgen.data.miniatures.base import LayoutError, until_it_fits
from figgen.data.words import word_maker
from figgen.ocr.boxes import TextBox

DPI = 100
SIZES = ((160, 120), (160, 128), (160, 112), (144, 128))  # width, height: each pads into 160 x 128 without resampling
LEAST = 26  # pixels that a panel must be wide and high
INK = 40  # a pixel is ink where the word changed some channel by more than this
FLAT = 24  # what lies under a word and two pixels around it may not vary by more than this
# Styles and typefaces that come with matplotlib; in points, the least size at which 100 dpi shows every letter.
LOOKS = ("default", "default", "classic", "bmh", "ggplot", "grayscale", "seaborn-v0_8-darkgrid", "seaborn-v0_8-ticks")
FONTS = {"DejaVu Sans": 8.0, "DejaVu Serif": 8.0, "STIXGeneral": 9.0, "cmr10": 9.0, "cmss10": 8.8}
SIZED = ("font.size", "axes.labelsize", "axes.titlesize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize")
SMALL = {
    "axes.formatter.use_mathtext": True,  # or cmr10 warns
    "axes.labelpad": 2.5,
    "figure.facecolor": "white",
    "legend.borderpad": 0.3,
    "legend.edgecolor": "0.8",
    "legend.framealpha": 1,  # no curve shines through to the words
    "legend.handlelength": 1.2,
    "legend.labelspacing": 0.25,
    "lines.markersize": 3,
}

At = Callable[[np.ndarray], np.ndarray]  # shares of the way from an axis' first tick to its last one => values


class PaperPlot(NamedTuple):
    """A plot, its words and what is said about it."""

    pixels: np.ndarray  # uint8 (H, W, 3)
    boxes: tuple[TextBox, ...]  # one tight box per word, in pixels, turned as the word is
    caption: str  # without its "Figure 3:"
    figure_type: str


class Dice:
    """What one plot is made up from: choices, numbers, and words of which none comes twice."""

    def __init__(self, rng: np.random.Generator, split: str) -> None:
        self.rng, self.make_word, self.used = rng, word_maker(split), set[str]()
        self.case = self.one_of(str.lower, str.capitalize)

    def one_of(self, *choices: Any) -> Any:
        return choices[self.rng.integers(len(choices))]

    def count(self, least: int, most: int) -> int:
        """A whole number from least to most, both included."""
        return int(self.rng.integers(least, most + 1))

    def word(self, longest: int) -> str:
        word = self.make_word(self.rng)
        if len(word) > longest or word in self.used:
            return self.word(longest)
        self.used.add(word)
        return self.case(word)

    def phrase(self, longest: int) -> str:
        """A word or two."""
        return " ".join(map(self.word, self.one_of([longest], [longest // 2] * 2)))


# ---- What is plotted: a series per name, and what else is to be said about it ----------------------------------------


def _curves(dice: Dice, number: int, t: np.ndarray) -> np.ndarray:
    """A family of curves at t (n,) in [0, 1] => (number, n), between 0.06 and 0.94."""
    a, b = dice.rng.uniform(0.5, 2, (2, number, 1))
    families = (1 - np.exp(-3 * a * t), b * np.exp(-2 * a * t), 1 / (1 + np.exp(9 * (a / 2 - t))), a * t + b)
    curves = dice.one_of(*families, np.sin(5 * a * t + 3 * b), b * t ** (2 * a))
    return 0.06 + 0.88 * (curves - curves.min()) / np.ptp(curves)


def lines(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    looks, number = dice.one_of((["-"] * 4, 80), (["-", "--", ":", "-."], 80), (["o-", "s-", "^-", "D-"], 8))
    t = np.linspace(0, 1, number)
    for name, curve, look in zip(names, _curves(dice, len(names), t), looks, strict=False):
        axes.plot(x(t), y(curve), look, label=name)
    return ""


def bands(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    t, runs = np.linspace(0, 1, 40), 5 * dice.count(2, 20)
    for name, curve in zip(names, _curves(dice, len(names), t), strict=True):
        values = curve + (0.01 + 0.06 * t) * dice.rng.normal(size=(runs, 40))
        low, middle, high = y(np.percentile(values, (10, 50, 90), axis=0))
        axes.plot(x(t), middle, label=name)
        axes.fill_between(x(t), low, high, alpha=0.3, linewidth=0)
    return f" Shaded bands span the 10th to 90th percentile (n = {runs})."


def scatter(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    for name, marker in zip(names, "os^", strict=False):
        middle, size = dice.rng.uniform(0.3, 0.7, (2, 1)), dice.rng.uniform(0.05, 0.12, (2, 1))
        across, up = np.clip(middle + size * dice.rng.normal(size=(2, dice.count(10, 40))), 0, 1)
        axes.plot(x(across), y(up), marker, label=name)
    return ""


def bars(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    groups, angle = [dice.word(5) for _ in range(3)], dice.one_of(0, 30, 45)
    places, width = np.arange(len(groups)), 0.8 / len(names)
    for i, name in enumerate(names):
        heights = dice.rng.uniform(0.15, 0.95, len(groups))
        axes.bar(places + (i - (len(names) - 1) / 2) * width, y(heights), 0.9 * width, label=name)
    axes.set(xlim=(-0.6, len(groups) - 0.4))
    axes.set_xticks(places, groups, rotation=angle, ha="right" if angle else "center", rotation_mode="anchor")
    return f" Groups: {_listed(groups)}."


def histogram(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    edges = np.linspace(0, 1, dice.count(10, 24) + 1)
    for name in names:
        sample = dice.rng.normal(dice.rng.uniform(0.3, 0.7), dice.rng.uniform(0.08, 0.18), 400)
        counts, _ = np.histogram(sample, edges)
        axes.stairs(y(0.9 * counts / counts.max()), x(edges), fill=True, alpha=0.6, label=name)
    return ""


def heat_map(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    down, across = np.mgrid[0 : 1 : dice.count(6, 20) * 1j, 0 : 1 : dice.count(6, 24) * 1j]
    waves = [np.sin(a * down + b * across + c) for a, b, c in dice.rng.uniform(-4, 4, (3, 3))]
    colours, extent = dice.one_of("viridis", "gray", "hot", "Blues"), (*axes.get_xlim(), *axes.get_ylim())
    image = axes.imshow((np.sum(waves, axis=0) + 3) / 6, colours, aspect="auto", vmin=0, vmax=1, extent=extent)
    highest = dice.one_of(0.2, 1, 2, 8, 40)
    axes.figure.colorbar(image, ticks=[0, 0.5, 1]).set_ticklabels([f"{k * highest / 2:g}" for k in range(3)])
    axes.grid(False)
    return ""


class Kind(NamedTuple):
    """One kind of plot, and what is said about its y and x."""

    draw: Callable[[Axes, Dice, Sequence[str], At, At], str]
    figure_type: str  # as SciCap calls it
    most_series: int
    openings: tuple[str, ...]
    share_of_logs: float = 0.0  # among its axes


KINDS = {
    "lines": Kind(lines, "Graph Plot", 4, ("{y} versus {x}", "Dependence of {y} on {x}"), share_of_logs=0.25),
    "bands": Kind(bands, "Graph Plot", 3, ("{y} against {x}", "Evolution of {y} with {x}")),
    "heat map": Kind(heat_map, "Graph Plot", 1, ("Heat map over {y} and {x}",)),
    "scatter": Kind(scatter, "Scatterplot", 3, ("Scatter plot of {y} versus {x}", "Correlation of {y} and {x}")),
    "bars": Kind(bars, "Bar Chart", 2, ("{y} by {x}", "Comparison of {y} by {x}")),
    "histogram": Kind(histogram, "Bar Chart", 2, ("Histogram of {y} over {x}",)),
}
GRAPHS = ("lines", "bands", "lines", "bands", "heat map")
PANELS = ("two panels",)


# ---- A plot, or two --------------------------------------------------------------------------------------------------


def draw(split: str, index: int, seed: int = 0, of: Sequence[str] = (*KINDS, *PANELS)) -> PaperPlot:
    """Plot `index` of a split, the kinds in turn."""
    name = of[index % len(of)]
    return until_it_fits(partial(_attempt, split, name), f"{split} {name}", index, seed)


def _attempt(split: str, name: str, rng: np.random.Generator) -> PaperPlot:
    """One try at a lay-out; raises LayoutError where it fails."""
    dice, kind = Dice(rng, split), KINDS.get(name)
    family, (width, height) = dice.one_of(*FONTS), dice.one_of(*SIZES)
    typeface = {"font.family": family} | dict.fromkeys(SIZED, FONTS[family])
    with style.context(["default", dice.one_of(*LOOKS), SMALL, typeface]):
        figure = Figure((width / DPI, height / DPI), DPI, layout="constrained")
        caption = _alone(kind, figure, dice) if kind else _panels(figure, dice)
        pixels, boxes = drawn(figure)
    return PaperPlot(pixels, boxes, caption[0].upper() + caption[1:], kind.figure_type if kind else "Graph Plot")


def _alone(kind: Kind, figure: Figure, dice: Dice) -> str:
    """A plot that fills the sheet; => its caption."""
    axes, number, logs = figure.subplots(), dice.count(1, kind.most_series), dice.rng.random(2) < kind.share_of_logs
    x, y = (_scale(axes, name, dice, dice.count(3, 4), is_log) for name, is_log in zip("xy", logs, strict=True))
    names = [dice.word(9 - number) for _ in range(number)] if number > 1 else [""]
    note, said = kind.draw(axes, dice, names, x, y), {"x": dice.phrase(14), "y": dice.phrase(12)}
    axes.set(**{f"{name}label": text for name, text in said.items()})
    told = [text + (" (logarithmic)" if is_log else "") for text, is_log in zip(said.values(), logs, strict=True)]
    opening = dice.one_of(*kind.openings).format(x=told[0], y=told[1])
    if number == 1:
        return f"{opening}.{note}"
    if number > 2:
        figure.legend(loc="outside right center")
    elif dice.one_of(True, False):
        figure.legend(loc="outside upper center", ncols=2)
    else:
        axes.set(ylim=(None, y(np.array(1.75))))  # leaves room for it
        axes.legend()
    return f"{opening}{dice.one_of(' for', ', comparing', ':')} {_listed(names)}.{note}"


def _panels(figure: Figure, dice: Dice) -> str:
    """Two subfigures side by side, which share x; => their caption."""
    panels, kind = figure.subplots(1, 2, sharex=True), KINDS[dice.one_of("lines", "scatter", "histogram")]
    x, names, foot = _scale(panels[0], "x", dice, 2), [dice.word(5) for _ in panels], dice.phrase(16)
    for letter, name, axes in zip("ab", names, panels, strict=True):
        kind.draw(axes, dice, [""] * dice.count(1, 2), x, _scale(axes, "y", dice, 3))
        axes.set_title(f"({letter}) {name}")
    figure.supxlabel(foot, size="medium")
    return dice.one_of("(a) {} and (b) {} against {}.", "(a) {} and (b) {} at each {}.").format(*names, foot)


def _scale(axes: Axes, name: str, dice: Dice, number: int, is_log: bool = False) -> At:
    """Give the x or the y axis so many numbered ticks; y counts from zero."""
    first = dice.one_of(0, 0, 1, 4) if name == "x" else 0
    ticks = dice.one_of(0.01, 0.1, 0.2, 0.5, 1, 2, 10, 50) * (first + np.arange(number))
    if is_log:
        ticks = 10.0 ** (dice.count(-2, 1) + np.arange(3))
        axes.set(**{f"{name}scale": "log"})
        getattr(axes, f"{name}axis").set_minor_formatter(NullFormatter())

    def at(shares: np.ndarray) -> np.ndarray:
        return ticks[0] * (ticks[-1] / ticks[0]) ** shares if is_log else ticks[0] + np.ptp(ticks) * shares

    limits = at(np.array([-0.07 if name == "x" or is_log else 0, 1.07]))
    axes.set(**{f"{name}ticks": ticks, f"{name}ticklabels": [f"{tick:g}" for tick in ticks], f"{name}lim": limits})
    return at


def _listed(names: Sequence[str]) -> str:
    """a, b, c => a, b and c."""
    return f"{', '.join(names[:-1])} and {names[-1]}"


# ---- Pixels and words ------------------------------------------------------------------------------------------------


def drawn(figure: Figure) -> tuple[np.ndarray, tuple[TextBox, ...]]:
    """=> uint8 pixels (H, W, 3) and a box per word; LayoutError where a word cannot be read.

    All but the words is drawn first, then one string after the other over it: what each changes is its ink.
    """
    texts = [text for text in figure.findobj(Text) if text.get_visible()]
    for text in texts:
        text.set_alpha(0)  # takes its room, leaves no ink
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    if any(min(axes.bbox.size) < LEAST for axes in figure.axes if axes.get_label() != "<colorbar>"):
        raise LayoutError("a panel is too small")
    boxes = [box for text in texts if text.get_text() for box in _written(text, renderer)]
    return np.array(renderer.buffer_rgba())[:, :, :3], tuple(boxes)


def _written(text: Text, renderer: RendererAgg) -> list[TextBox]:
    """Write a string over what is drawn."""
    sheet = np.asarray(renderer.buffer_rgba())[:, :, :3]  # shows what is drawn from now on, too
    left, low, right, high = text.get_window_extent(renderer).extents
    if min(left, low, sheet.shape[1] - right, sheet.shape[0] - high) < 0:
        raise LayoutError(f"{text.get_text()!r} leaves the sheet")
    room = np.s_[max(int(len(sheet) - high) - 2, 0) : int(len(sheet) - low) + 3, max(int(left) - 2, 0) : int(right) + 3]
    before, ink = sheet[room].astype(np.int16), np.zeros(sheet.shape[:2], bool)
    text.set_alpha(None)
    text.draw(renderer)
    ink[room] = np.abs(sheet[room] - before).max(axis=2) > INK
    around = np.asarray(Image.fromarray(ink[room].astype(np.uint8)).filter(ImageFilter.MaxFilter(5))) > 0
    if not ink.any() or np.ptp(before[around], axis=0).max() > FLAT:
        raise LayoutError(f"{text.get_text()!r} cannot be seen, or lies on a line or on another word")
    return _word_boxes(text, ink, renderer)


def _word_boxes(text: Text, ink: np.ndarray, renderer: RendererAgg) -> list[TextBox]:
    """The ink (H, W) of a string => a tight box per word, its corners clockwise from the word's own top left."""
    words, font, angle = text.get_text().split(), text.get_fontproperties(), np.radians(text.get_rotation())
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # level <=> as it stands
    level = turn @ (np.argwhere(ink)[:, ::-1].T + 0.5)
    half = np.abs(turn[0]).sum() / 2  # of a turned pixel's width

    def width(several: Sequence[str]) -> float:
        return renderer.get_text_width_height_descent(" ".join(several), font, ismath=False)[0]

    gaps = [(width(words[:n]) + width(words[: n + 1]) - width(words[n : n + 1])) / 2 for n in range(1, len(words))]
    place, boxes = np.searchsorted(level[0].min() + np.array(gaps), level[0]), []
    for n, word in enumerate(words):
        of_word = level[:, place == n]
        (left, top), (right, bottom) = of_word.min(axis=1) - half, of_word.max(axis=1) + half
        corners = np.array(((left, top), (right, top), (right, bottom), (left, bottom))) @ turn
        a, b, c, d = ((float(x), float(y)) for x, y in corners.round(2))
        boxes.append(TextBox((a, b, c, d), word))
    return boxes
