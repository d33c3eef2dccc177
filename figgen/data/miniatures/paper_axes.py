"""Axes as in papers: a panel with numbered ticks, linear or logarithmic, and names along both sides."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import height_of
from figgen.data.miniatures.page import Panel
from figgen.data.miniatures.paper_looks import PaperPage
from figgen.data.miniatures.sideways import SidewaysCanvas

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500)
LOG_STARTS = (-2, -1, 0, 0, 1)  # powers of ten


@dataclass(frozen=True)
class Ticks:
    """Where an axis is marked, as shares of the way along it, and what is written there."""

    major: tuple[float, ...]
    labels: tuple[str, ...]
    minor: tuple[float, ...] = ()
    is_log: bool = False

    def thinned(self, length: float, pitch: float) -> Ticks:
        """With only every n-th label, so that two of them are `pitch` pixels apart on an axis of `length` pixels."""
        steps = [(b - a) * length for a, b in pairwise(self.major)]
        every = max(1, math.ceil(pitch / max(min(steps, default=pitch), 1)))
        labels = tuple(label if i % every == 0 else "" for i, label in enumerate(self.labels))
        return Ticks(self.major, labels, self.minor, self.is_log)


def linear_ticks(rng: np.random.Generator, most: int = 5) -> Ticks:
    """Two to `most` steps between round numbers."""
    count, step = int(rng.integers(2, most + 1)), STEPS[rng.integers(len(STEPS))]
    first = int(rng.choice([0, 0, 0, 1, 2, -count // 2]))  # in steps
    low, high = float(rng.choice([0, 0.05, 0.05, 0.08])), float(rng.choice([1, 0.95, 0.9]))
    shares = np.linspace(low, high, count + 1)
    halves = tuple(float((a + b) / 2) for a, b in pairwise(shares))
    return Ticks(tuple(map(float, shares)), _written(first, count, step), halves)


def _written(first: int, count: int, step: float) -> tuple[str, ...]:
    """first * step ... (first + count) * step, all with the decimals that the step needs."""
    digits = 0 if step >= 1 else 2 if round(step * 100) % 10 else 1
    return tuple(f"{(first + i) * step:.{digits}f}" for i in range(count + 1))


def counting_ticks(rng: np.random.Generator, most: int = 4) -> Ticks:
    """Steps up from zero, which is the foot of the axis: what bars stand on."""
    count, step = int(rng.integers(2, most + 1)), STEPS[rng.integers(3, len(STEPS))]
    shares = np.linspace(0, float(rng.choice([1, 0.95, 0.88])), count + 1)
    return Ticks(tuple(map(float, shares)), _written(0, count, step))


def log_ticks(rng: np.random.Generator, most: int = 4) -> Ticks:
    """Two to `most` powers of ten, with a minor tick at each multiple of the smaller one."""
    count, start = int(rng.integers(2, most + 1)), int(rng.choice(LOG_STARTS))
    labels = tuple(f"{10**n}" if n >= 0 else f"{10.0**n:.{-n}f}" for n in range(start, start + count + 1))
    minor = tuple((decade + math.log10(k)) / count for decade in range(count) for k in range(2, 10))
    return Ticks(tuple(i / count for i in range(count + 1)), labels, minor, is_log=True)


def named_ticks(names: tuple[str, ...]) -> Ticks:
    """A tick in the middle of each of equally wide places."""
    return Ticks(tuple((i + 0.5) / len(names) for i in range(len(names))), names)


@dataclass(frozen=True)
class Axes:
    """A panel between two axes: `ground` is drawn before the data, `frame` after them."""

    page: PaperPage
    panel: Panel
    x: Ticks
    y: Ticks

    def ground(self) -> None:
        """Tint and grid."""
        canvas, panel, style, look = self.page.canvas, self.panel, self.page.style, self.page.look
        canvas.rectangle(panel.left, panel.top, panel.width, panel.height, facecolor=style.tint, linewidth=0)
        if not style.grid:
            return
        faint = {"color": look.grid_colour, "linewidth": 0.6, "linestyle": style.grid}
        for share in self.x.major if any(map(str.isdigit, "".join(self.x.labels))) else ():
            canvas.line((_crisp(panel.x(share)),) * 2, (panel.top, panel.bottom), **faint)
        for share in self.y.major:
            canvas.line((panel.left, panel.right), (_crisp(panel.y(share)),) * 2, **faint)

    def frame(self) -> None:
        """The frame, the ticks and what is written at them."""
        panel, page, look = self.panel, self.page, self.page.look
        left, top, right, bottom = (_crisp(v) for v in (panel.left, panel.top, panel.right, panel.bottom))
        ink = {"color": page.style.ink, "linewidth": 0.72}
        if look.frame != "none":
            page.canvas.line((left, left, right), (top, bottom, bottom), **ink)
        if look.frame == "box":
            page.canvas.line((left, right, right), (top, top, bottom), **ink)
        for share, length in self._strokes(self.x):
            x = _crisp(panel.x(share))
            page.canvas.line((x, x), (bottom, bottom + length), **ink)
            if look.mirrored:
                page.canvas.line((x, x), (top, top - length), **ink)
        for share, length in self._strokes(self.y):
            y = _crisp(panel.y(share))
            page.canvas.line((left, left - length), (y, y), **ink)
            if look.mirrored:
                page.canvas.line((right, right + length), (y, y), **ink)
        self._write_labels()

    def _strokes(self, ticks: Ticks) -> list[tuple[float, float]]:
        """Where the ticks are, and how far each sticks out."""
        length = self.page.look.tick
        minor = ticks.minor if self.page.look.minor or (ticks.is_log and length) else ()
        return [(share, length) for share in ticks.major] + [(share, length * 0.6) for share in minor]

    def _write_labels(self) -> None:
        page, panel, out = self.page, self.panel, max(self.page.look.tick, 0)
        for share, label in zip(self.x.major, self.x.labels, strict=True):
            if label:
                page.write(panel.x(share), panel.bottom + out + 2 + height_of(page.style.font) / 2, label)
        for share, label in zip(self.y.major, self.y.labels, strict=True):
            if label:
                page.write(panel.left - out - 3, panel.y(share), label, "right")


@dataclass(frozen=True)
class Names:
    """What is written around a panel; "" for nothing. `heading` is centred above it, `corner` starts at its left."""

    x: str = ""
    y: str = ""  # upwards along the left side
    heading: str = ""
    corner: str = ""


def lay_out(page: PaperPage, area: Panel, x: Ticks, y: Ticks, names: Names, least: tuple[int, int] = (72, 48)) -> Axes:
    """Axes that fill `area` together with their numbers and names, which are written.

    LayoutError where a panel of fewer than `least` pixels (width, height) is left.
    """
    line, out = height_of(page.style.font) + 3, max(page.look.tick, 0)
    overhang = page.widest(x.labels[-1:]) / 2 - (1 - max(x.major, default=0)) * area.width * 0.7
    panel = Panel(
        round(area.left + 5 + (line if names.y else 0) + (page.widest(y.labels) + 3 + out if any(y.labels) else 0)),
        round(area.top + (line + (11 if max(y.major) > 0.9 else 5) if names.heading or names.corner else 10)),
        round(area.right - 5 - max(overhang, 0)),
        round(area.bottom - 4 - (line if names.x else 0) - (line + out if any(x.labels) else 0)),
    )
    if panel.width < least[0] or panel.height < least[1]:
        raise LayoutError("the panel is too small")
    is_named = not any(map(str.isdigit, "".join(x.labels)))
    x = x if is_named else x.thinned(panel.width, page.widest(x.labels) + 7)
    y = y.thinned(panel.height, line + 1)
    if (
        panel.x(x.major[0]) - page.widest(x.labels[:1]) / 2 < panel.left - out
        and panel.y(y.major[0]) > panel.bottom - 9
    ):
        y = replace(y, labels=("", *y.labels[1:]))  # the first numbers of both axes would touch
    _write_names(page, area, panel, names)
    return Axes(page, panel, x, y)


def _write_names(page: PaperPage, area: Panel, panel: Panel, names: Names) -> None:
    half = height_of(page.style.font) / 2
    if names.x:
        page.write(panel.x(0.5), area.bottom - 4 - half, names.x)
    if names.heading:
        page.write(panel.x(0.5), area.top + 4 + half, names.heading)
    if names.corner:
        page.write(area.left + 4, area.top + 4 + half, names.corner, "left")
    if names.y:
        assert isinstance(page.canvas, SidewaysCanvas)
        page.canvas.text_upwards(area.left + 3 + half, panel.y(0.5), names.y, page.style.font, page.style.ink)


def _crisp(pixels: float) -> float:
    """The middle of a pixel: a thin line there is not smeared over two."""
    return math.floor(pixels) + 0.5
