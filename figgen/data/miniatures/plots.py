"""Figures over two axes: lines, points and histograms. Each draws itself and says what it shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from figgen.data.miniatures.page import Page, Panel, listed

MARKERS = ("o", "s", "^", "D", "v")


def line_plot(page: Page) -> str:
    """One to three curves over a named axis, with a legend where there are several."""
    names = page.words(page.count(2, 3), 56) if page.chance(0.75) else []
    title, panel, below, free = _headed_panel(page, names, ["line"] * len(names))
    colours = page.style.palette[: max(len(names), 1)]
    for colour in colours:
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
    raw = kinds[page.rng.integers(len(kinds))]
    low, high = np.sort(page.rng.uniform(0.06, most, 2))
    high = max(high, min(most, low + 0.35))
    return low + (high - low) * (raw - raw.min()) / np.ptp(raw)


def _curve(page: Page, panel: Panel, ys: np.ndarray, colour: str) -> None:
    dash = str(page.rng.choice(["-", "-", "-", "--", ":"]))
    marker = MARKERS[page.rng.integers(len(MARKERS))] if page.chance(0.3) else None
    style = {"color": colour, "linewidth": page.style.stroke, "linestyle": dash}
    xs = panel.xs(np.linspace(0.02, 0.98, ys.size))
    page.canvas.line(xs, panel.ys(ys), marker=marker, markersize=3, markevery=10, **style)


def scatter_plot(page: Page) -> str:
    """One to three clouds of points; a lone cloud lies along a line."""
    names = page.words(page.count(2, 3), 56) if page.chance(0.75) else []
    title, panel, below, free = _headed_panel(page, names, MARKERS)
    for colour, marker in zip(page.style.palette[: len(names)], MARKERS, strict=False):
        centre = page.rng.uniform((0.2, 0.2), (0.8, 0.8))
        _points(page, panel, page.rng.normal(centre, 0.12, (page.count(9, 20), 2)), free, colour, marker)
    if not names:
        xs = page.rng.uniform(0.05, 0.95, 24)
        _points(page, panel, np.stack([xs, xs + page.rng.normal(0, 0.1, 24)], 1), free, page.style.palette[0], "o")
        page.canvas.line(panel.xs(np.array([0.1, 0.9])), panel.ys(np.array([0.1, 0.9]) * free), color=page.style.ink)
    page.frame(panel)
    return f"A scatter plot of {title} against {below}" + (f" for {listed(names)}." if names else ".")


def _points(page: Page, panel: Panel, points: np.ndarray, free: float, colour: str, marker: str) -> None:
    """Marks at points (n, 2) of the unit square, which is squeezed into the free part of the panel."""
    inside = points.clip(0.04, 0.96) * (1, free)
    style = {"color": colour, "marker": marker, "markersize": page.between(2.6, 4.0)}
    page.canvas.line(panel.xs(inside[:, 0]), panel.ys(inside[:, 1]), linestyle="none", **style)


def histogram(page: Page) -> str:
    """Bins of one or two samples, sometimes under a smooth curve."""
    title, panel, below, _ = _headed_panel(page, [], [])
    bins = page.count(8, 16)
    centres = (np.arange(bins) + 0.5) / bins
    middle, spread = page.between(0.3, 0.7), page.between(0.1, 0.22)
    smooth = np.exp(-(((centres - middle) / spread) ** 2) / 2) * 0.85
    heights = (smooth * page.rng.uniform(0.75, 1.15, bins)).clip(0.01, 0.95)
    colour, edge = page.style.palette[0], str(page.rng.choice(["white", "black"]))
    for i, height in enumerate(heights):
        left, top = panel.x(i / bins), panel.y(float(height))
        page.canvas.rectangle(
            left, top, panel.width / bins, panel.bottom - top, facecolor=colour, edgecolor=edge, lw=0.5
        )
    if page.chance(0.5):
        t = np.linspace(0, 1, 60)
        curve = np.exp(-(((t - middle) / spread) ** 2) / 2) * 0.85
        page.canvas.line(panel.xs(t), panel.ys(curve), color=page.style.palette[1], linewidth=page.style.stroke)
    page.frame(panel)
    return f"A histogram of {title} over {below}."
