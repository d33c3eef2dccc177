"""What every kind of textbook figure shares: a style, a supply of fresh words, a title and a panel to plot in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from matplotlib.colors import to_rgb

from figgen.data.miniatures.base import Dice, LayoutError
from figgen.data.miniatures.canvas import Canvas, Colour, Font, height_of, width_of

# Each palette: colours strong enough to be told apart on white.
PALETTES = (
    ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"),
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"),
    ("#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51", "#6d597a"),
    ("#003f5c", "#58508d", "#bc5090", "#ff6361", "#ffa600", "#7a9e3f"),
    ("#222222", "#666666", "#999999", "#444444", "#bbbbbb", "#808080"),
    ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"),
    ("#b22222", "#00008b", "#006400", "#daa520", "#8b008b", "#2f4f4f"),
)
TINTS = ("#ffffff", "#ffffff", "#ffffff", "#ffffff", "#f2f2f2", "#eef3fa", "#faf5ea", "#eaeaf2")
# Typefaces that come with matplotlib, with the sizes in points at which 100 dpi still shows every letter.
FACES = (
    ("DejaVu Sans", 7.5, 9.0),
    ("DejaVu Sans", 7.5, 9.0),
    ("DejaVu Serif", 7.8, 9.0),
    ("DejaVu Sans Mono", 7.5, 8.5),
    ("STIXGeneral", 9.0, 9.5),
)
INKS = ("black", "black", "black", "#1a1a2e", "#222222", "#14213d")

Share = TypeVar("Share", float, np.ndarray)


@dataclass(frozen=True)
class Style:
    """Everything about a figure's looks that its kind leaves open."""

    font: Font
    ink: Colour
    palette: tuple[str, ...]
    tint: str  # of the panel
    grid: str  # none, rows or both
    frame: str  # box, open or floor
    stroke: float  # width of curves in points
    case: str  # lower, capital or upper

    @classmethod
    def sample(cls, dice: Dice) -> Style:
        (family, small, large), palette, rng = dice.pick(FACES), dice.pick(PALETTES), dice.rng
        turn = int(rng.integers(len(palette)))
        return cls(
            font=Font(family, round(float(rng.uniform(small, large)), 1)),
            ink=dice.pick(INKS),
            palette=palette[turn:] + palette[:turn],
            tint=dice.pick(TINTS),
            grid=str(rng.choice(["none", "none", "rows", "both"])),
            frame=str(rng.choice(["box", "box", "open", "floor"])),
            stroke=float(rng.uniform(0.9, 2.0)),
            case=str(rng.choice(["lower", "capital", "upper"], p=(0.5, 0.43, 0.07))),
        )


@dataclass(frozen=True)
class Panel:
    """A rectangle of the sheet that data are plotted in."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def x(self, share: Share) -> Share:
        """Share of the way from left to right => pixels."""
        return self.left + share * self.width

    def y(self, share: Share) -> Share:
        """Share of the way from bottom to top => pixels."""
        return self.bottom - share * self.height


@dataclass
class Page:
    """One figure while it is drawn."""

    canvas: Canvas
    style: Style
    dice: Dice

    def __post_init__(self) -> None:
        self.rng, self.pick, self.count = self.dice.rng, self.dice.pick, self.dice.count

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def word(self, room: float) -> str:
        """A word not used in this figure yet that takes at most `room` pixels."""
        case = {"lower": str.lower, "capital": str.capitalize, "upper": str.upper}[self.style.case]
        for _ in range(200):
            word = self.dice.make_word(self.rng)
            if word not in self.dice.used and width_of(case(word), self.style.font) <= room:
                self.dice.used.add(word)
                return case(word)
        raise LayoutError(f"no word fits into {room:.0f} pixels")

    def words(self, number: int, room: float) -> list[str]:
        return [self.word(room) for _ in range(number)]

    def phrase(self, most: int, room: float, font: Font | None = None) -> str:
        """One to `most` words that together take at most `room` pixels."""
        phrase = self.word(room / 1.2)
        for _ in range(self.count(1, most) - 1):
            word = self.word(room)
            if width_of(f"{phrase} {word}", font or self.style.font) > room:
                self.dice.used.discard(word.casefold())
                break
            phrase = f"{phrase} {word}"
        return phrase

    def write(self, x: float, y: float, text: str, anchor: str = "center") -> None:
        """A string in the figure's own font and ink."""
        self.canvas.text(x, y, text, self.style.font, self.style.ink, anchor=anchor)

    def title(self, most: int = 3) -> str:
        """A line of words at the top."""
        font = replace(self.style.font, weight="bold" if self.chance(0.3) else "normal")
        text = self.phrase(most, self.canvas.width - 16, font)
        self.canvas.text(self.canvas.width / 2, 11, text, font, self.style.ink)
        return text

    def axis_name(self) -> str:
        """What the y axis shows, written above it."""
        text = self.phrase(2, self.canvas.width / 2)
        self.write(6, 11, text, "left")
        return text

    def panel(self, left: float, top: float, right: float, bottom: float) -> Panel:
        """A tinted panel with its grid, `left` ... `bottom` pixels from the edges of the sheet."""
        panel = Panel(left, top, self.canvas.width - right, self.canvas.height - bottom)
        self.canvas.rectangle(panel.left, panel.top, panel.width, panel.height, facecolor=self.style.tint, linewidth=0)
        faint = {"color": "#d0d0d0" if self.style.tint == "#ffffff" else "white", "linewidth": 0.6}
        for share in np.arange(0.2, 0.99, 0.2).tolist():
            if self.style.grid != "none":
                self.canvas.line((panel.left, panel.right), (panel.y(share),) * 2, **faint)
            if self.style.grid == "both":
                self.canvas.line((panel.x(share),) * 2, (panel.top, panel.bottom), **faint)
        return panel

    def frame(self, panel: Panel) -> None:
        """The axes of a panel, drawn after its data."""
        left, top, right, bottom = panel.left, panel.top, panel.right, panel.bottom
        corners = {
            "box": [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)],
            "open": [(left, top), (left, bottom), (right, bottom)],
            "floor": [(left, bottom), (right, bottom)],
        }[self.style.frame]
        xs, ys = zip(*((round(x) + 0.5, round(y) + 0.5) for x, y in corners), strict=True)
        self.canvas.line(xs, ys, color=self.style.ink, linewidth=0.72)

    def ticks(self, panel: Panel, count: int) -> None:
        """Short strokes below and to the left of a panel."""
        for share in np.linspace(0, 1, count):
            x, y = round(panel.x(share)) + 0.5, round(panel.y(share)) + 0.5
            self.canvas.line((x, x), (panel.bottom, panel.bottom + 3), color=self.style.ink, linewidth=0.72)
            if self.style.frame != "floor":
                self.canvas.line((panel.left - 3, panel.left), (y, y), color=self.style.ink, linewidth=0.72)

    def legend(self, left: float, top: float, names: Sequence[str], marks: Sequence[str]) -> None:
        """Names below one another behind swatches in the palette's order: marks are line, box or names of markers."""
        ys = [top + self.legend_height(1) * (i + 0.5) for i in range(len(names))]
        for name, mark, colour, y in zip(names, marks, self.style.palette, ys, strict=False):
            if mark == "line":
                self.canvas.line((left, left + 10), (y, y), color=colour, linewidth=1.6)
            elif mark == "box":
                self.canvas.rectangle(left, y - 2, 10, 4, facecolor=colour, linewidth=0)
            else:
                self.canvas.line((left + 5,), (y,), color=colour, marker=mark, markersize=4, linestyle="none")
            self.write(left + 17, y, name, "left")

    def legend_height(self, number: int) -> float:
        return (height_of(self.style.font) + 3) * number

    def legend_width(self, names: Sequence[str]) -> float:
        return 19 + max(width_of(name, self.style.font) for name in names)


def blend(low: Colour, high: Colour, share: float) -> tuple[float, float, float]:
    """The colour that lies `share` of the way from low to high."""
    red, green, blue = (a + (b - a) * share for a, b in zip(to_rgb(low), to_rgb(high), strict=True))
    return red, green, blue
