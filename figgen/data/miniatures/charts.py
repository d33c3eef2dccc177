"""Figures that compare named things: bars, slices and matrices. Each draws itself and says what it shows."""

from __future__ import annotations

import numpy as np

from figgen.data.miniatures.colours import SHADES, blend
from figgen.data.miniatures.page import Page, Panel, listed


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
    for i, (name, height) in enumerate(zip(names, heights, strict=True)):
        colour = page.style.palette[0 if one_colour else i]
        x, top = panel.left + pitch * (i + 0.5), panel.y(float(height))
        page.canvas.rectangle(
            x - pitch * thickness / 2,
            top,
            pitch * thickness,
            panel.bottom - top,
            facecolor=colour,
            edgecolor=edge,
            lw=0.7,
        )
        page.write(x, panel.bottom + 11, name)
    page.frame(panel)
    return f"A bar chart of {title} for {listed(names)}."


def row_chart(page: Page) -> str:
    """Horizontal bars with their names at the left."""
    title = page.title()
    number = page.count(3, 5)
    names = page.words(number, 58)
    panel = page.panel(page.legend_width(names) - 7, 21, 8, page.between(7, 12))
    pitch = panel.height / number
    for i, (name, share) in enumerate(zip(names, page.rng.uniform(0.15, 0.95, number), strict=True)):
        y = panel.top + pitch * (i + 0.5)
        colour = page.style.palette[i % 2]
        page.canvas.rectangle(
            panel.left, y - pitch * 0.3, panel.width * share, pitch * 0.6, facecolor=colour, linewidth=0
        )
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
    panel = _matrix_panel(page, names)
    counts = page.rng.integers(10, 30, (number, number)) + np.diag(page.rng.integers(40, 65, number))
    shades = SHADES[page.rng.integers(len(SHADES))]
    for (row, column), count in np.ndenumerate(counts):
        colour = blend(*shades, (count - 10) / (280 if number == 2 else 90))  # a dark cell hides its count
        x, y = _cell(page, panel, row, column, number, number, colour)
        if number == 2:
            page.write(x, y, str(count))
    _name_cells(page, panel, names, names)
    return f"A confusion matrix of {title} for {listed(names)}."


def _matrix_panel(page: Page, rows: list[str]) -> Panel:
    left = page.legend_width(rows) - 7
    return Panel(left, 37, page.canvas.width - 9, page.canvas.height - 7)


def _cell(
    page: Page, panel: Panel, row: int, column: int, rows: int, columns: int, colour: tuple[float, ...]
) -> tuple[float, float]:
    """Paint one cell; => its middle."""
    width, height = panel.width / columns, panel.height / rows
    left, top = panel.left + column * width, panel.top + row * height
    page.canvas.rectangle(left, top, width, height, facecolor=colour, edgecolor=colour, linewidth=0.2)
    return left + width / 2, top + height / 2


def _name_cells(page: Page, panel: Panel, rows: list[str], columns: list[str]) -> None:
    for i, name in enumerate(rows):
        page.write(panel.left - 7, panel.top + panel.height * (i + 0.5) / len(rows), name, "right")
    for i, name in enumerate(columns):
        page.write(panel.left + panel.width * (i + 0.5) / len(columns), panel.top - 9, name)


def heat_map(page: Page) -> str:
    """A grid of shades with named rows and, above them, named columns."""
    title = page.title(2)
    rows, columns = page.words(page.count(3, 4), 48), page.words(2, 46)
    panel = _matrix_panel(page, rows)
    shades = SHADES[page.rng.integers(len(SHADES))]
    down, across = 6, 10
    ys, xs = np.mgrid[0 : 1 : down * 1j, 0 : 1 : across * 1j]
    waves = page.rng.uniform(-5, 5, (3, 3))
    values = sum(np.sin(a * ys + b * xs + c) for a, b, c in waves)
    for (row, column), value in np.ndenumerate((values - values.min()) / np.ptp(values)):
        _cell(page, panel, row, column, down, across, blend(*shades, 0.85 * value))
    _name_cells(page, panel, rows, columns)
    return f"A heat map of {title}: {listed(columns)} for {listed(rows)}."
