"""What is plotted in papers. Each kind draws its data between given axes and returns where they lie.

A kind takes the axes and the series, and returns points (n, 2) in shares of the panel, so that a legend can keep clear.
"""

from __future__ import annotations

import numpy as np

from figgen.data.miniatures.canvas import Colour
from figgen.data.miniatures.page import SHADES, blend
from figgen.data.miniatures.paper_axes import Axes
from figgen.data.miniatures.paper_data import DENSE, HIGH, LOW, family, fitted, sparse, straight
from figgen.data.miniatures.paper_legend import Series


def lines(axes: Axes, series: list[Series]) -> np.ndarray:
    """Smooth or noisy curves."""
    page, noise = axes.page, float(axes.page.rng.choice([0, 0, 0.015, 0.04]))
    curves = family(page.rng, len(series), DENSE, noise)
    for one, ys in zip(series, curves, strict=True):
        _line(axes, one, DENSE, ys)
    return _points(DENSE, curves)


def marked_lines(axes: Axes, series: list[Series]) -> np.ndarray:
    """A few measurements, joined, in half of the plots with bars for their spread."""
    t = sparse(axes.page.rng)
    values = straight if axes.x.is_log and axes.y.is_log else family
    curves = values(axes.page.rng, len(series), t, 0.03)
    if axes.page.chance(0.4):
        curves = LOW + (curves - LOW) * 0.85 + 0.05
        for one, ys in zip(series, curves, strict=True):
            _spread(axes, one.colour, t, ys, axes.page.rng.uniform(0.02, 0.08, t.size))
    for one, ys in zip(series, curves, strict=True):
        _line(axes, one, t, ys)
        _marks(axes, one, t, ys)
    return _points(*_filled_in(t, curves))


def banded_lines(axes: Axes, series: list[Series]) -> np.ndarray:
    """Means in bands of their spread."""
    rng, canvas, panel = axes.page.rng, axes.page.canvas, axes.panel
    curves = LOW + (family(rng, len(series), DENSE, 0.008) - LOW) * 0.8 + 0.08
    for one, ys in zip(series, curves, strict=True):
        half = rng.uniform(0.03, 0.09) * (1 + rng.uniform(-0.6, 0.6) * DENSE)
        xs = np.concatenate([DENSE, DENSE[::-1]])
        edge = np.concatenate([ys + half, (ys - half)[::-1]]).clip(0.01, 0.99)
        outline = list(zip(panel.xs(xs), panel.ys(edge), strict=True))
        canvas.polygon(outline, facecolor=one.colour, alpha=0.25, linewidth=0)
    for one, ys in zip(series, curves, strict=True):
        _line(axes, one, DENSE, ys)
    return _points(DENSE, curves)


def power_laws(axes: Axes, series: list[Series]) -> np.ndarray:
    """Measurements along straight lines, with a dotted guide."""
    t = np.linspace(0.06, 0.94, axes.page.count(6, 12))
    curves = straight(axes.page.rng, len(series), t, 0.02)
    for one, ys in zip(series, curves, strict=True):
        _marks(axes, one, t, ys)
    slope, offset = np.polyfit(t, curves[0], 1)
    ys = (slope * DENSE + offset).clip(0.01, 0.99)
    axes.page.canvas.line(axes.panel.xs(DENSE), axes.panel.ys(ys), color=axes.page.style.ink, lw=0.8, linestyle=":")
    return _points(*_filled_in(t, curves))


def clouds(axes: Axes, series: list[Series]) -> np.ndarray:
    """Points around one centre for each series."""
    rng = axes.page.rng
    widest = 0.24 if len(series) == 1 else 0.14
    groups = [rng.normal(rng.uniform(0.25, 0.75, 2), rng.uniform(0.06, widest, 2), (30, 2)) for _ in series]
    groups = [group.clip(0.03, 0.97) for group in groups]
    for one, group in zip(series, groups, strict=True):
        _marks(axes, one, group[:, 0], group[:, 1])
    return np.concatenate(groups)


def trend(axes: Axes, series: list[Series]) -> np.ndarray:
    """Points along a line, which is drawn; one line for each series."""
    rng, found = axes.page.rng, []
    for one in series:
        xs = rng.uniform(0.04, 0.96, axes.page.count(18, 45))
        slope, noise = rng.uniform(0.3, 0.9) * rng.choice([-1, 1]), rng.uniform(0.03, 0.12)
        ys = fitted(slope * xs + rng.normal(0, noise, xs.size))
        _marks(axes, one, xs, ys)
        line = np.polyval(np.polyfit(xs, ys, 1), DENSE).clip(0.01, 0.99)
        axes.page.canvas.line(axes.panel.xs(DENSE), axes.panel.ys(line), color=axes.page.style.ink, lw=1.0)
        found.append(np.stack([xs, ys], 1))
    return np.concatenate(found)


def grouped_bars(axes: Axes, series: list[Series]) -> np.ndarray:
    """A group of bars at each tick of the x axis, one bar for each series, some with whiskers."""
    page, panel, places = axes.page, axes.panel, np.array(axes.x.major)
    room = (1 / len(places)) * page.between(0.6, 0.82)
    heights = page.rng.uniform(0.2, 0.86, (len(series), len(places)))
    edge, whiskers = (page.style.ink if page.chance(0.4) else "none"), page.chance(0.4)
    for i, one in enumerate(series):
        xs = places + room * ((i + 0.5) / len(series) - 0.5)
        width = panel.width * room / len(series)
        for x, height in zip(xs, heights[i], strict=True):
            left, top = panel.x(x) - width / 2, panel.y(height)
            style = {"facecolor": one.colour, "edgecolor": edge, "lw": 0.6}
            page.canvas.rectangle(left, top, width * 0.94, panel.bottom - top, **style)
        if whiskers:
            _spread(axes, page.style.ink, xs, heights[i], page.rng.uniform(0.02, 0.07, len(xs)))
    return np.stack([np.repeat(places[None], len(series), 0).ravel(), heights.ravel()], 1)


def histograms(axes: Axes, series: list[Series]) -> np.ndarray:
    """Outlines of the bins of each series, the first one filled."""
    page, panel, bins = axes.page, axes.panel, axes.page.count(10, 24)
    edges, counts = np.linspace(0.02, 0.98, bins + 1), []
    for _ in series:
        sample = page.rng.normal(page.between(0.3, 0.7), page.between(0.08, 0.18), 600)
        counts.append(np.histogram(sample, edges)[0])
    heights = np.stack(counts) / np.max(counts) * page.between(0.75, 0.92)
    for i, (one, row) in enumerate(zip(series, heights, strict=True)):
        xs, ys = np.repeat(edges, 2), np.concatenate([[0], np.repeat(row, 2), [0]])
        outline = list(zip(panel.xs(xs), panel.ys(ys), strict=True))
        face = one.colour if i == 0 else "none"
        page.canvas.polygon(outline, facecolor=face, edgecolor="none", alpha=0.45, linewidth=0)
        page.canvas.line(panel.xs(xs), panel.ys(ys), color=one.colour, lw=1.1, linestyle=one.dash)
    middles = (edges[1:] + edges[:-1]) / 2
    return _points(middles, heights)


def quartiles(axes: Axes, series: list[Series]) -> np.ndarray:
    """A box from quartile to quartile with whiskers at each tick of the x axis."""
    page, panel = axes.page, axes.panel
    half = panel.width / len(axes.x.major) * page.between(0.2, 0.32)
    is_filled, ink = page.chance(0.6), {"color": page.style.ink, "lw": 0.9}
    for i, place in enumerate(axes.x.major):
        x, (low, first, middle, third, high) = panel.x(place), panel.ys(np.sort(page.rng.uniform(0.08, 0.92, 5)))
        for a, b, cap in ((low, first, low), (high, third, high)):
            page.canvas.line((x, x), (a, b), **ink)
            page.canvas.line((x - half / 2, x + half / 2), (cap, cap), **ink)
        face = page.style.palette[i % len(page.style.palette)] if is_filled else "white"
        page.canvas.rectangle(
            x - half, third, 2 * half, first - third, facecolor=face, edgecolor=page.style.ink, lw=0.9
        )
        page.canvas.line((x - half, x + half), (middle, middle), color=series[0].colour if not is_filled else "black")
    return np.zeros((1, 2))


def shades(axes: Axes, series: list[Series]) -> np.ndarray:
    """A field of values over both axes, with a bar of its shades at the right."""
    page, panel = axes.page, axes.panel
    palest, darkest = SHADES[page.rng.integers(len(SHADES))]
    down, across = page.count(8, 22), page.count(8, 26)
    ys, xs = np.mgrid[0 : 1 : down * 1j, 0 : 1 : across * 1j]
    waves = [np.sin(a * ys + b * xs + c) for a, b, c in page.rng.uniform(-4, 4, (3, 3))]
    field = fitted(np.sum(waves, 0) + page.rng.normal(0, page.between(0, 0.3), ys.shape))
    for (row, column), value in np.ndenumerate(field):
        left, top = panel.x(column / across), panel.top + row / down * panel.height
        colour = blend(palest, darkest, float(value))
        size = (panel.width / across, panel.height / down)
        page.canvas.rectangle(left, top, *size, facecolor=colour, edgecolor=colour, lw=0.6)
    for i in range(24):
        colour = blend(palest, darkest, LOW + (HIGH - LOW) * (i + 0.5) / 24)
        place = (panel.right + 6, panel.y((i + 1) / 24), 7, panel.height / 24)
        page.canvas.rectangle(*place, facecolor=colour, edgecolor=colour, lw=0.2)
    return np.zeros((1, 2))


def _line(axes: Axes, one: Series, xs: np.ndarray, ys: np.ndarray) -> None:
    style = {"color": one.colour, "linewidth": axes.page.style.stroke, "linestyle": one.dash}
    axes.page.canvas.line(axes.panel.xs(xs), axes.panel.ys(ys), **style)


def _marks(axes: Axes, one: Series, xs: np.ndarray, ys: np.ndarray) -> None:
    axes.page.canvas.line(axes.panel.xs(xs), axes.panel.ys(ys), color=one.colour, linestyle="none", **one.marks)


def _spread(axes: Axes, colour: Colour, xs: np.ndarray, ys: np.ndarray, halves: np.ndarray) -> None:
    """Vertical bars with caps."""
    for x, y, half in zip(axes.panel.xs(xs), ys, halves, strict=True):
        top, bottom = axes.panel.y(min(y + half, 0.99)), axes.panel.y(max(y - half, 0.01))
        path = ((x - 2, x + 2, x, x, x - 2, x + 2), (top, top, top, bottom, bottom, bottom))
        axes.page.canvas.line(*path, color=colour, lw=0.8)


def _filled_in(t: np.ndarray, curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Curves at DENSE places instead of at a few."""
    return DENSE, np.stack([np.interp(DENSE, t, ys) for ys in curves])


def _points(t: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Curves (n, len(t)) => their points."""
    return np.stack([np.tile(t, len(curves)), curves.ravel()], 1)
