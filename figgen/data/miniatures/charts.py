"""Figures with axes, and figures that compare named things. Each draws itself and says what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from figgen.data.miniatures.page import Page, Panel, blend
from figgen.data.words import listed

MARKERS = ("o", "s", "^", "D", "v")
# The palest and the darkest shade of a matrix.
SHADES = (
    *(("#f7fbff", "#08306b"), ("#fff5eb", "#7f2704"), ("#f7fcf5", "#00441b")),
    *(("#fcfbfd", "#3f007d"), ("#ffffff", "#252525")),
)


def line_plot(page: Page) -> str:
    """One to three curves over a named axis, with a legend where there are several."""
    names = page.words(page.count(2, 3), 56) if page.chance(0.75) else []
    title, panel, below, free = _headed_panel(page, names, ["line"] * len(names))
    for colour in page.style.palette[: max(len(names), 1)]:
        _curve(page, panel, _values(page, free), colour)
    page.frame(panel)
    return f"A line plot of {title} against {below}" + (f" for {listed(names)}." if names else ".")


def _headed_panel(page: Page, names: list[str], marks: Sequence[str]) -> tuple[str, Panel, str, float]:
    """Title, panel, name of the x axis, and the share of the panel's height that no legend takes."""
    outside = bool(names) and (len(names) > 2 or page.chance(0.4))
    numbered = page.chance(0.3)
    right = page.legend_width(names) + 10 if outside else page.between(6, 10)
    as_axis = page.chance(0.3)
    title = page.axis_name() if as_axis else page.title()
    panel = page.panel(page.between(9, 14), 21, right, 34 if numbered else 22)
    below = page.phrase(2, panel.width - 8)
    x, anchor = (panel.right, "right") if as_axis else (panel.x(0.5), "center")
    page.write(x, page.canvas.height - 10, below, anchor)
    if numbered or page.chance(0.5):
        page.ticks(panel, 5)
    if numbered:
        _axis_numbers(page, panel)
    return title, panel, below, _legend(page, panel, names, marks, outside)


def _axis_numbers(page: Page, panel: Panel) -> None:
    """Two or three round numbers under the ticks."""
    step = int(page.rng.choice([10, 15, 20, 25, 50, 100]))
    for i in (1, 2, 3) if panel.width > 110 and page.chance(0.5) else (1, 3):
        page.write(panel.x(i / 4), panel.bottom + 10, str(i * step))


def _legend(page: Page, panel: Panel, names: list[str], marks: Sequence[str], outside: bool) -> float:
    """Names beside the panel or in one of its upper corners; => the share of the height that stays free below them."""
    if not names:
        return 0.92
    width, height = page.legend_width(names), page.legend_height(len(names))
    if outside:
        page.legend(panel.right + 6, panel.top + page.between(0, panel.height - height), names, marks)
        return 0.92
    left = panel.left + 4 if page.chance(0.5) else panel.right - width - 5
    edge = "#b0b0b0" if page.chance(0.6) else "none"
    page.canvas.rectangle(left - 1, panel.top + 3, width + 3, height + 1, facecolor="white", edgecolor=edge, lw=0.6)
    page.legend(left, panel.top + 3.5, names, marks)
    return 1 - (height + 7) / panel.height


def _values(page: Page, most: float) -> np.ndarray:
    """A curve over [0, 1] in 60 steps with values in [0.06, most]."""
    t = np.linspace(0, 1, 60)
    k = page.between(1.5, 5)
    kinds = (
        np.exp(-k * t),
        1 - np.exp(-k * t),
        1 / (1 + np.exp(-(3 + 2 * k) * (t - 0.5))),
        np.sin(k * 2 * t + k),
        (t - k / 8) ** 2,
        np.cumsum(page.rng.normal(0, 1, t.size)),
        t ** (k / 3),
    )
    raw = page.pick(kinds)
    low, high = np.sort(page.rng.uniform(0.06, most, 2))
    high = max(high, min(most, low + 0.35))
    return low + (high - low) * (raw - raw.min()) / np.ptp(raw)


def _curve(page: Page, panel: Panel, ys: np.ndarray, colour: str) -> None:
    dash = str(page.rng.choice(["-", "-", "-", "--", ":"]))
    marker = page.pick(MARKERS) if page.chance(0.3) else None
    style = {"color": colour, "linewidth": page.style.stroke, "linestyle": dash}
    xs = panel.x(np.linspace(0.02, 0.98, ys.size))
    page.canvas.line(xs, panel.y(ys), marker=marker, markersize=3, markevery=10, **style)


def scatter_plot(page: Page) -> str:
    """One to three clouds of points; a lone cloud lies along a line."""
    names = page.words(page.count(2, 3), 56) if page.chance(0.75) else []
    title, panel, below, free = _headed_panel(page, names, MARKERS)
    for colour, marker in zip(page.style.palette[: len(names)], MARKERS, strict=False):
        centre = page.rng.uniform((0.2, 0.2), (0.8, 0.8))
        _points(page, panel, page.rng.normal(centre, 0.12, (page.count(9, 20), 2)), free, colour=colour, marker=marker)
    if not names:
        xs = page.rng.uniform(0.05, 0.95, 24)
        _points(
            page,
            panel,
            np.stack([xs, xs + page.rng.normal(0, 0.1, 24)], 1),
            free,
            colour=page.style.palette[0],
            marker="o",
        )
        page.canvas.line(panel.x(np.array([0.1, 0.9])), panel.y(np.array([0.1, 0.9]) * free), color=page.style.ink)
    page.frame(panel)
    return f"A scatter plot of {title} against {below}" + (f" for {listed(names)}." if names else ".")


def _points(page: Page, panel: Panel, points: np.ndarray, free: float, *, colour: str, marker: str) -> None:
    """Marks at points (n, 2) of the unit square, which is squeezed into the free part of the panel."""
    inside = points.clip(0.04, 0.96) * (1, free)
    style = {"color": colour, "marker": marker, "markersize": page.between(2.6, 4.0)}
    page.canvas.line(panel.x(inside[:, 0]), panel.y(inside[:, 1]), linestyle="none", **style)


def histogram(page: Page) -> str:
    """Bins of one or two samples, sometimes under a smooth curve."""
    title, panel, below, _ = _headed_panel(page, [], [])
    bins = page.count(8, 16)
    centres = (np.arange(bins) + 0.5) / bins
    middle, spread = page.between(0.3, 0.7), page.between(0.1, 0.22)
    smooth = np.exp(-(((centres - middle) / spread) ** 2) / 2) * 0.85
    heights = (smooth * page.rng.uniform(0.75, 1.15, bins)).clip(0.01, 0.95)
    colour, edge = page.style.palette[0], str(page.rng.choice(["white", "black"]))
    for i, height in enumerate(heights.tolist()):
        _bar(page, panel, panel.x(i / bins), panel.width / bins, height, facecolor=colour, edgecolor=edge, lw=0.5)
    if page.chance(0.5):
        t = np.linspace(0, 1, 60)
        curve = np.exp(-(((t - middle) / spread) ** 2) / 2) * 0.85
        page.canvas.line(panel.x(t), panel.y(curve), color=page.style.palette[1], linewidth=page.style.stroke)
    page.frame(panel)
    return f"A histogram of {title} over {below}."


def bar_chart(page: Page) -> str:
    """Three or four named bars."""
    title = page.title()
    panel = page.panel(page.between(8, 14), 21, 6, 21)
    number = page.count(3, 4)
    pitch = panel.width / number
    names = page.words(number, pitch - 5)
    heights = page.rng.uniform(0.2, 0.92, number)
    one_colour, thickness = page.chance(0.5), page.between(0.45, 0.8)
    edge = page.style.ink if page.chance(0.3) else "none"
    for i, (name, height) in enumerate(zip(names, heights.tolist(), strict=True)):
        x, width, colour = panel.left + pitch * (i + 0.5), pitch * thickness, page.style.palette[0 if one_colour else i]
        _bar(page, panel, x - width / 2, width, height, facecolor=colour, edgecolor=edge, lw=0.7)
        page.write(x, panel.bottom + 11, name)
    page.frame(panel)
    return f"A bar chart of {title} for {listed(names)}."


def _bar(page: Page, panel: Panel, left: float, width: float, share: float, **style: Any) -> None:
    """A bar that takes a share of the panel's height."""
    top = panel.y(share)
    page.canvas.rectangle(left, top, width, panel.bottom - top, **style)


def row_chart(page: Page) -> str:
    """Horizontal bars with their names at the left."""
    title = page.title()
    number = page.count(3, 5)
    names = page.words(number, 58)
    panel = page.panel(page.legend_width(names) - 7, 21, 8, page.between(7, 12))
    pitch = panel.height / number
    for i, (name, share) in enumerate(zip(names, page.rng.uniform(0.15, 0.95, number), strict=True)):
        y, style = panel.top + pitch * (i + 0.5), {"facecolor": page.style.palette[i % 2], "linewidth": 0}
        page.canvas.rectangle(panel.left, y - pitch * 0.3, panel.width * share, pitch * 0.6, **style)
        page.write(panel.left - 5, y, name, "right")
    page.frame(panel)
    return f"A bar chart with rows of {title} for {listed(names)}."


def pie_chart(page: Page) -> str:
    """Slices, or a ring of them, with a legend at the right."""
    title = page.title()
    number = page.count(3, 5)
    names = page.words(number, 62)
    width, middle = page.canvas.width, (page.canvas.height + 18) / 2
    radius = min((width - page.legend_width(names) - 24) / 2, (page.canvas.height - 30) / 2)
    x = 8 + radius
    ring = radius * 0.45 if page.chance(0.35) else None
    turns = page.between(0, 360) + 360 * np.cumsum([0.0, *page.rng.dirichlet(np.full(number, 4.0))])
    for colour, start, end in zip(page.style.palette, turns[:-1], turns[1:], strict=False):
        page.canvas.wedge(x, middle, radius, start, end, width=ring, facecolor=colour, edgecolor="white", linewidth=0.8)
    top = middle - page.legend_height(number) / 2
    page.legend(x + radius + 8, top, names, ["box"] * number)
    return f"A pie chart of {title} split into {listed(names)}."


def confusion_matrix(page: Page) -> str:
    """Predicted against true classes: dark where they agree, with the counts where there are only two."""
    title = page.title(1)
    number = page.count(2, 3)
    names = page.words(number, 30 if number == 3 else 42)
    counts = page.rng.integers(10, 30, (number, number)) + np.diag(page.rng.integers(40, 65, number))
    shades = page.pick(SHADES)
    panel = _matrix(page, names, shades, (counts - 10) / (280 if number == 2 else 90))  # a dark cell hides its count
    if number == 2:
        for (row, column), count in np.ndenumerate(counts):
            page.write(panel.x((column + 0.5) / 2), panel.y((1.5 - row) / 2), str(count))
    _name_cells(page, panel, names, names)
    return f"A confusion matrix of {title} for {listed(names)}."


def _matrix(page: Page, rows: list[str], shades: tuple[str, str], shares: np.ndarray) -> Panel:
    """Cells whose shades lie so far (down, across) from the palest to the darkest; => where they are."""
    panel = Panel(page.legend_width(rows) - 7, 37, page.canvas.width - 9, page.canvas.height - 7)
    height, width = np.array([panel.height, panel.width]) / shares.shape
    for (row, column), share in np.ndenumerate(shares):
        left, top, colour = panel.left + column * width, panel.top + row * height, blend(*shades, share)
        page.canvas.rectangle(left, top, width, height, facecolor=colour, edgecolor=colour, linewidth=0.2)
    return panel


def _name_cells(page: Page, panel: Panel, rows: list[str], columns: list[str]) -> None:
    for i, name in enumerate(rows):
        page.write(panel.left - 7, panel.top + panel.height * (i + 0.5) / len(rows), name, "right")
    for i, name in enumerate(columns):
        page.write(panel.left + panel.width * (i + 0.5) / len(columns), panel.top - 9, name)


def heat_map(page: Page) -> str:
    """A grid of shades with named rows and, above them, named columns."""
    title = page.title(2)
    rows, columns = page.words(page.count(3, 4), 48), page.words(2, 46)
    shades, (ys, xs) = page.pick(SHADES), np.mgrid[0:1:6j, 0:1:10j]
    values = sum(np.sin(a * ys + b * xs + c) for a, b, c in page.rng.uniform(-5, 5, (3, 3)))
    panel = _matrix(page, rows, shades, 0.85 * ((values - values.min()) / np.ptp(values)))
    _name_cells(page, panel, rows, columns)
    return f"A heat map of {title}: {listed(columns)} for {listed(rows)}."
