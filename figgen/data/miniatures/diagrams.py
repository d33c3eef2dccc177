"""Figures without axes: boxes, layers, trees and graphs. Each draws itself and says what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise, product
from typing import Any

import numpy as np

from figgen.data.miniatures.canvas import Colour, height_of, width_of
from figgen.data.miniatures.page import Page, blend
from figgen.data.words import listed

Point = tuple[float, float]


def _node(page: Page, x: float, y: float, text: str, *, shape: str, fill: Colour) -> tuple[float, float]:
    """A box, pill or ellipse around a string; => half its width and height."""
    width, height = width_of(text, page.style.font) + 10, height_of(page.style.font) + 6
    if shape == "ellipse":
        width, height = width + 6, height + 5
        page.canvas.ellipse(x, y, width, height, **_faint(fill))
    else:
        radius = {"box": 0.01, "pill": height / 2}[shape]
        page.canvas.rounded(x - width / 2, y - height / 2, width, height, radius, **_faint(fill))
    page.write(x, y, text)
    return width / 2, height / 2


def _faint(fill: Colour) -> dict[str, Any]:
    """How an area with words in it is painted: what a dark outline encloses is a picture to Tesseract, not text."""
    return {"facecolor": fill, "edgecolor": "#cccccc" if fill == "white" else "none", "linewidth": 0.8}


def _fills(page: Page, number: int) -> list[Colour]:
    """One pale fill for all nodes, one each, or none."""
    paleness = page.between(0.76, 0.88)
    colours: list[Colour] = [blend(colour, "white", paleness) for colour in page.style.palette]
    white: list[Colour] = ["white"]
    choices = (white * number, colours[:1] * number, colours[:1] * number, (colours * 2)[:number])
    return page.pick(choices)


def _nodes(page: Page, places: Sequence[Point], names: Sequence[str], shape: str) -> list[Point]:
    """Names at their places; => half of each one's width and height."""
    fills = _fills(page, len(names))
    return [
        _node(page, *place, name, shape=shape, fill=fill)
        for place, name, fill in zip(places, names, fills, strict=True)
    ]


def _shape(page: Page) -> str:
    return str(page.rng.choice(["box", "box", "pill", "ellipse"]))


def _line(page: Page, start: Point, end: Point, **style: Any) -> None:
    page.canvas.line(*zip(start, end, strict=True), **style)


def _arrow(page: Page, start: Point, end: Point) -> None:
    page.canvas.arrow(start, end, color=page.style.ink, linewidth=0.9)


def flow_diagram(page: Page) -> str:
    """Boxes in two columns, one after the other down and across, joined by arrows."""
    title = page.title(2)
    rows, shape = page.count(2, 3), _shape(page)
    wide, high = page.canvas.width, page.canvas.height
    names = page.words(2 * rows if page.chance(0.5) else 2 * rows - 1, wide / 2 - 42)
    ys = np.linspace(35, high - 17, rows).tolist()
    places = [(wide * (0.26 if i % 2 == 0 else 0.74), ys[i // 2]) for i in range(len(names))]
    halves = _nodes(page, places, names, shape)
    for i in range(0, len(names) - 1, 2):
        (x, y), (x2, _) = places[i], places[i + 1]
        _arrow(page, (x + halves[i][0], y), (x2 - halves[i + 1][0], y))
    for i in range(len(names) - 2):
        if i % 2 == 0 or page.chance(0.5):
            (x, y), (_, y2) = places[i], places[i + 2]
            _arrow(page, (x, y + halves[i][1]), (x, y2 - halves[i + 2][1]))
    return f"A flow diagram of {title} with boxes {listed(names)}."


def chain_diagram(page: Page) -> str:
    """Boxes below one another, joined by arrows, with a remark beside some of them."""
    number, shape = page.count(3, 4), _shape(page)
    wide, high = page.canvas.width, page.canvas.height
    names = page.words(number, wide / 2 - 20)
    beside = page.chance(0.6)
    x = wide * (0.3 if beside else 0.5)
    ys = np.linspace(16, high - 16, number).tolist()
    halves = _nodes(page, [(x, y) for y in ys], names, shape)
    for i in range(number - 1):
        _arrow(page, (x, ys[i] + halves[i][1]), (x, ys[i + 1] - halves[i + 1][1]))
    if not beside:
        return f"A flow diagram from {names[0]} to {names[-1]} by way of {listed(names[1:-1])}."
    chosen = sorted(page.rng.choice(number, 2, replace=False).tolist())
    remarks = page.words(2, wide * 0.7 - max(half[0] for half in halves) - 27)
    for i, remark in zip(chosen, remarks, strict=True):
        _arrow(page, (wide - width_of(remark, page.style.font) - 12, ys[i]), (x + halves[i][0], ys[i]))
        page.write(wide - 5, ys[i], remark, "right")
    return f"A flow diagram of {listed(names)} with inputs {listed(remarks)}."


def layer_diagram(page: Page) -> str:
    """A stack of slabs with names in them and arrows between."""
    title = page.title(2)
    number = page.count(3, 4)
    wide, high = page.canvas.width, page.canvas.height
    names = page.words(number, 84)
    fills = _fills(page, number)
    pitch = (high - 26) / number
    widest, narrowest = wide - page.between(16, 50), page.between(90, 100)
    widths = np.linspace(widest, narrowest, number)[:: 1 if page.chance(0.5) else -1]
    thickness = min(pitch - 6, height_of(page.style.font) + 7)
    for i, (name, fill) in enumerate(zip(names, fills, strict=True)):
        y, width = 23 + pitch * (i + 0.5), float(widths[i])
        page.canvas.rectangle((wide - width) / 2, y - thickness / 2, width, thickness, **_faint(fill))
        page.write(wide / 2, y, name)
        if i:
            _arrow(page, (wide / 2, y - pitch + thickness / 2), (wide / 2, y - thickness / 2))
    return f"A layer diagram of {title}: {listed(names)}."


def network_diagram(page: Page) -> str:
    """Layers of units, every one joined to all of the next, with the names of the layers below."""
    title = page.title(2)
    wide, high = page.canvas.width, page.canvas.height
    names = page.words(3, wide / 3 - 8)
    sizes = [page.count(2, 4) for _ in names]
    xs = [wide * (i + 0.5) / 3 for i in range(3)]
    middle, reach = (high + 2) / 2, (high - 50) / 2
    units = [[(x, middle + reach * s) for s in np.linspace(-1, 1, n)] for x, n in zip(xs, sizes, strict=True)]
    for start, end in chain.from_iterable(product(*layers) for layers in pairwise(units)):
        _line(page, start, end, color="#909090", linewidth=0.6)
    for layer, colour in zip(units, page.style.palette, strict=False):
        for x, y in layer:
            page.canvas.ellipse(x, y, 11, 11, facecolor=colour, edgecolor=page.style.ink, linewidth=0.7)
    for x, name in zip(xs, names, strict=True):
        page.write(x, high - 10, name)
    return f"A network diagram of {title} with units {listed(names)}."


LEAVES: tuple[tuple[float, ...], ...] = ((), (0.26,), (0.25, 0.75), (0.17, 0.5, 0.83))  # places from left to right


def tree(page: Page) -> str:
    """A root, two children, and up to three leaves."""
    shape, leaves = _shape(page), LEAVES[page.count(0, 3)]
    wide, high = page.canvas.width, page.canvas.height
    root, children = page.word(90), page.words(2, wide / 2 - 34)
    ends = page.words(len(leaves), wide / max(len(leaves), 2) - 24)
    rows = (15, high / 2, high - 15) if leaves else (high * 0.25, high * 0.75, high)
    places = [(wide / 2, rows[0]), (wide * 0.26, rows[1]), (wide * 0.74, rows[1])]
    parents = [0, 0] + [1 if x < 0.5 or (x == 0.5 and page.chance(0.5)) else 2 for x in leaves]
    places += [(wide * x, rows[2]) for x in leaves]
    for parent, place in zip(parents, places[1:], strict=True):
        _line(page, places[parent], place, color=page.style.ink, linewidth=0.9)
    _nodes(page, places, [root, *children, *ends], shape)
    below = f" and leaves {listed(ends)}" if ends else ""
    return f"A tree of {root} with children {listed(children)}{below}."


def graph(page: Page) -> str:
    """Four or five nodes on a ring, some joined by arrows or lines."""
    number, shape = page.count(4, 5), _shape(page)
    wide, high = page.canvas.width, page.canvas.height
    names = page.words(number, 44)
    places: list[Point] = [(wide * 0.24, 20), (wide * 0.74, 22), (wide * 0.76, high - 20), (wide * 0.25, high - 18)]
    places += [(wide * 0.5, high / 2)]
    pairs = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (2, 4), (1, 4)][: 4 if number == 4 else 7]
    for i, j in [pair for pair in pairs if page.chance(0.8)] or pairs[:2]:
        _line(page, places[i], places[j], color=page.style.ink, linewidth=0.9)
    _nodes(page, places[:number], names, shape)
    return f"A graph with nodes {listed(names)}."


def venn_diagram(page: Page) -> str:
    """Two overlapping sets, named above, with a name in each part."""
    wide, high = page.canvas.width, page.canvas.height
    title = page.title(2)
    names = page.words(3, 34)
    across, down, y = wide * 0.56, high - 34, high / 2 + 11
    for x, colour in zip((wide * 0.33, wide * 0.67), page.style.palette, strict=False):
        page.canvas.ellipse(x, y, across, down, facecolor=blend(colour, "white", 0.6), linewidth=0, alpha=0.6)
    for x, name in zip((0.19, 0.5, 0.81), names, strict=True):
        page.write(wide * x, y, name)
    return f"A Venn diagram of {title}: {listed(names)}."
