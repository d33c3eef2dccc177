"""Plots of papers on matplotlib's own axes, alone or as two subfigures, with captions and exact word boxes.

Plot i of a split depends on (seed, split, i) and on its kind. Test plots show real words, all others invented ones; the
numbers along the axes are words too. Every word that a plot shows is in its caption.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure as Sheet
from matplotlib.text import Text
from matplotlib.ticker import NullFormatter
from PIL import Image, ImageFilter

from figgen.data.miniatures.base import Dice, LayoutError, until_it_fits
from figgen.data.miniatures.canvas import DPI, FLAT, INK
from figgen.data.miniatures.figures import Figure
from figgen.data.words import listed
from figgen.ocr.boxes import TextBox, as_quad

SIZES = ((160, 120), (160, 128), (160, 112), (144, 128))  # width, height: each pads into 160 x 128 without resampling
LEAST = 26  # pixels that a panel must be wide and high
# Styles and typefaces that come with matplotlib; in points, the least size at which 100 dpi shows every letter.
LOOKS = ("default", "classic", "bmh", "ggplot", "grayscale", "seaborn-v0_8-darkgrid")
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


# ---- What is plotted: a series per name, and what else is to be said about it ----------------------------------------


def _curves(dice: Dice, number: int, t: np.ndarray) -> np.ndarray:
    """A family of curves at t (n,) in [0, 1] => (number, n), between 0.06 and 0.94."""
    a, b = dice.rng.uniform(0.5, 2, (2, number, 1))
    curves = dice.pick((1 - np.exp(-3 * a * t), b * np.exp(-2 * a * t), 1 / (1 + np.exp(9 * (a / 2 - t))), a * t + b))
    return 0.06 + 0.88 * (curves - curves.min()) / np.ptp(curves)


def lines(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    looks, number = dice.pick(((["-", "--", ":", "-."], 80), (["o-", "s-", "^-", "D-"], 8)))
    t = np.linspace(0, 1, number)
    for name, curve, look in zip(names, _curves(dice, len(names), t), looks, strict=False):
        axes.plot(x(t), y(curve), look, label=name)
    return ""


def scatter(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    for name, marker in zip(names, "os^", strict=False):
        middle, size = dice.rng.uniform(0.3, 0.7, (2, 1)), dice.rng.uniform(0.05, 0.12, (2, 1))
        across, up = np.clip(middle + size * dice.rng.normal(size=(2, dice.count(10, 40))), 0, 1)
        axes.plot(x(across), y(up), marker, label=name)
    return ""


def bars(axes: Axes, dice: Dice, names: Sequence[str], x: At, y: At) -> str:
    groups, angle = [dice.word(longest=5) for _ in range(3)], dice.pick((0, 30, 45))
    places, width = np.arange(len(groups)), 0.8 / len(names)
    for i, name in enumerate(names):
        heights = dice.rng.uniform(0.15, 0.95, len(groups))
        axes.bar(places + (i - (len(names) - 1) / 2) * width, y(heights), 0.9 * width, label=name)
    axes.set(xlim=(-0.6, len(groups) - 0.4))
    axes.set_xticks(places, groups, rotation=angle, ha="right" if angle else "center", rotation_mode="anchor")
    return f" Groups: {listed(groups)}."


class Kind(NamedTuple):
    """One kind of plot, and what is said about its y and x."""

    draw: Callable[[Axes, Dice, Sequence[str], At, At], str]
    figure_type: str  # as SciCap calls it
    most_series: int
    openings: tuple[str, ...]
    may_be_log: bool = False  # its axes


KINDS = {
    "lines": Kind(lines, "Graph Plot", 4, ("{y} versus {x}", "Dependence of {y} on {x}"), may_be_log=True),
    "scatter": Kind(scatter, "Scatterplot", 3, ("Scatter plot of {y} versus {x}", "Correlation of {y} and {x}")),
    "bars": Kind(bars, "Bar Chart", 2, ("{y} by {x}", "Comparison of {y} by {x}")),
}
GRAPHS, PANELS = ("lines",), ("two panels",)


# ---- A plot, or two --------------------------------------------------------------------------------------------------


def draw(split: str, index: int, seed: int = 0, of: Sequence[str] = (*KINDS, *PANELS)) -> Figure:
    """Plot `index` of a split, the kinds in turn."""
    return until_it_fits(partial(_attempt, KINDS.get(of[index % len(of)])), split, index, seed)


def _attempt(kind: Kind | None, dice: Dice) -> Figure:
    """One try at a lay-out, of panels where no kind is given; raises LayoutError where it fails."""
    family, (width, height) = dice.pick(tuple(FONTS)), dice.pick(SIZES)
    typeface = {"font.family": family} | dict.fromkeys(SIZED, FONTS[family])
    with style.context(["default", dice.pick(LOOKS), SMALL, typeface]):
        sheet = Sheet((width / DPI, height / DPI), DPI, layout="constrained")
        caption = _alone(kind, sheet, dice) if kind else _panels(sheet, dice)
        pixels, boxes = drawn(sheet)
    return Figure(pixels, boxes, caption[0].upper() + caption[1:], kind.figure_type if kind else "Graph Plot")


def _alone(kind: Kind, sheet: Sheet, dice: Dice) -> str:
    """A plot that fills the sheet; => its caption."""
    axes, number, logs = sheet.subplots(), dice.count(1, kind.most_series), dice.rng.random(2) < 0.25 * kind.may_be_log
    outside = number > dice.pick((1, 2))  # the legend, which takes width from the panel
    ticks = (2 if outside else dice.count(3, 4), dice.count(3, 4))
    x, y = (_scale(axes, name, dice, n, is_log) for name, n, is_log in zip("xy", ticks, logs, strict=True))
    names = [dice.word(longest=9 - number) for _ in range(number)] if number > 1 else [""]
    note, said = kind.draw(axes, dice, names, x, y), {"x": _phrase(dice, 14), "y": _phrase(dice, 12)}
    axes.set(**{f"{name}label": text for name, text in said.items()})
    told = [text + (" (logarithmic)" if is_log else "") for text, is_log in zip(said.values(), logs, strict=True)]
    opening = dice.pick(kind.openings).format(x=told[0], y=told[1])
    if number == 1:
        return f"{opening}.{note}"
    if outside:
        sheet.legend(loc="outside right center")
    else:
        axes.set(ylim=(None, y(np.array(1.75))))  # leaves room for it
        axes.legend()
    return f"{opening}{dice.pick((' for', ', comparing', ':'))} {listed(names)}.{note}"


def _panels(sheet: Sheet, dice: Dice) -> str:
    """Two subfigures side by side, which share x; => their caption."""
    panels, kind = sheet.subplots(1, 2, sharex=True), KINDS[dice.pick(("lines", "scatter"))]
    x, names, foot = _scale(panels[0], "x", dice, 2), [dice.word(longest=5) for _ in panels], _phrase(dice, 16)
    for letter, name, axes in zip("ab", names, panels, strict=True):
        kind.draw(axes, dice, [""] * dice.count(1, 2), x, _scale(axes, "y", dice, 3))
        axes.set_title(f"({letter}) {name}")
    sheet.supxlabel(foot, size="medium")
    return f"(a) {names[0]} and (b) {names[1]} against {foot}."


def _phrase(dice: Dice, longest: int) -> str:
    """A word or two."""
    return " ".join(dice.word(longest=size) for size in dice.pick(([longest], [longest // 2] * 2)))


def _scale(axes: Axes, name: str, dice: Dice, number: int, is_log: bool = False) -> At:
    """Give the x or the y axis so many numbered ticks; y counts from zero."""
    first = dice.pick((0, 0, 1, 4)) if name == "x" else 0
    ticks = dice.pick((0.01, 0.1, 0.2, 0.5, 1, 2, 10, 50)) * (first + np.arange(number))
    if is_log:
        ticks = 10.0 ** (dice.count(-2, 1) + np.arange(min(number, 3)))
        axes.set(**{f"{name}scale": "log"})
        getattr(axes, f"{name}axis").set_minor_formatter(NullFormatter())

    def at(shares: np.ndarray) -> np.ndarray:
        return ticks[0] * (ticks[-1] / ticks[0]) ** shares if is_log else ticks[0] + np.ptp(ticks) * shares

    limits = at(np.array([-0.07 if name == "x" or is_log else 0, 1.07]))
    axes.set(**{f"{name}ticks": ticks, f"{name}ticklabels": [f"{tick:g}" for tick in ticks], f"{name}lim": limits})
    return at


# ---- Pixels and words ------------------------------------------------------------------------------------------------


def drawn(sheet: Sheet) -> tuple[np.ndarray, tuple[TextBox, ...]]:
    """=> uint8 pixels (H, W, 3) and a box per word; LayoutError where a word cannot be read.

    All but the words is drawn first, then one string after the other over it: what each changes is its ink.
    """
    texts = [text for text in sheet.findobj(Text) if text.get_visible()]
    for text in texts:
        text.set_alpha(0)  # takes its room, leaves no ink
    renderer = FigureCanvasAgg(sheet).get_renderer()
    sheet.draw(renderer)
    if any(min(axes.bbox.size) < LEAST for axes in sheet.axes):
        raise LayoutError("a panel is too small")
    boxes = [box for text in texts if text.get_text() for box in _written(text, renderer)]
    return np.array(renderer.buffer_rgba())[:, :, :3], tuple(boxes)


def _written(text: Text, renderer: RendererAgg) -> list[TextBox]:
    """Write a string over what is drawn."""
    pixels = np.asarray(renderer.buffer_rgba())[:, :, :3]  # shows what is drawn from now on, too
    left, low, right, high = text.get_window_extent(renderer).extents
    height, width = pixels.shape[:2]
    if min(left, low, width - right, height - high) < 0:
        raise LayoutError(f"{text.get_text()!r} leaves the sheet")
    room = np.s_[max(int(height - high) - 2, 0) : int(height - low) + 3, max(int(left) - 2, 0) : int(right) + 3]
    before, ink = pixels[room].astype(np.int16), np.zeros((height, width), bool)
    text.set_alpha(None)
    text.draw(renderer)
    ink[room] = np.abs(pixels[room] - before).max(axis=2) > INK
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
        boxes.append(TextBox(as_quad(corners.round(2)), word))
    return boxes
