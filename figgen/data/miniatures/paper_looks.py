"""How the programs that papers are plotted with draw: their typefaces, frames, ticks, grids and colours."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from figgen.data.miniatures.canvas import Font, width_of
from figgen.data.miniatures.page import Page, Style

# Typefaces that come with matplotlib, with the sizes in points at which 100 dpi still shows every letter and digit.
SANS = ("DejaVu Sans", 7.5, 8.5)
SERIF = ("DejaVu Serif", 7.6, 8.4)
TIMES = ("STIXGeneral", 9.0, 9.6)
ROMAN = ("cmr10", 9.0, 9.8)  # what LaTeX sets papers in
LATEX_SANS = ("cmss10", 8.8, 9.6)
BLACKS = ("black", "black", "black", "#262626", "#4d4d4d")


@dataclass(frozen=True)
class Look:
    """One program's habits."""

    faces: tuple[tuple[str, float, float], ...]
    palettes: tuple[tuple[str, ...], ...]
    frame: str = "box"  # box, open or none
    tick: int = 3  # pixels that a tick sticks out of the frame; into it where negative
    mirrored: bool = False  # ticks on the upper and the right side too
    minor: bool = False
    grids: tuple[str, ...] = ("", "-")  # dashes of the grid, "" for none
    grid_colour: str = "#d0d0d0"
    tint: str = "white"
    legend_edge: str = "none"
    black: str = "black"


TAB = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b")
OLD_TAB = ("#0000ff", "#007f00", "#ff0000", "#00bfbf", "#bf00bf", "#8f8f00")
PARULA = ("#0072bd", "#d95319", "#c79a1b", "#7e2f8e", "#6a9a2c", "#3fa6d8")
PLAIN = ("#ff0000", "#0000ff", "#008000", "#000000", "#ff00ff", "#008b8b")
GNUPLOT = ("#9400d3", "#009e73", "#3a9ad9", "#e69f00", "#c8b400", "#0072b2")
DEEP = ("#4c72b0", "#dd8452", "#55a868", "#c44e52", "#8172b3", "#937860")
HUE = ("#f8766d", "#00ba38", "#619cff", "#b79f00", "#00bfc4", "#f564e3")
SET1 = ("#e41a1c", "#377eb8", "#4daf4a", "#984ea3", "#ff7f00", "#a65628")
GREYS = ("#000000", "#707070", "#a8a8a8", "#404040", "#8c8c8c", "#c0c0c0")

LOOKS = {
    "matplotlib": Look((SANS, SANS, SERIF, TIMES, ROMAN), (TAB, TAB, OLD_TAB, SET1), legend_edge="#cccccc"),
    "matlab": Look((LATEX_SANS, TIMES, SANS), (PARULA, PLAIN), tick=-3, mirrored=True, legend_edge="black"),
    "gnuplot": Look((TIMES, SANS), (GNUPLOT, PLAIN, GREYS), tick=-4, mirrored=True, minor=True, grids=("", ":")),
    "pgfplots": Look((ROMAN,), (PLAIN, SET1, GREYS), tick=-3, mirrored=True, grids=("", "-", ":"), legend_edge="black"),
    "r": Look((SANS, LATEX_SANS), (GREYS, PLAIN, SET1), tick=4, grids=("",), legend_edge="black"),
    "origin": Look((SANS, TIMES), (PLAIN, GREYS, SET1), tick=-4, minor=True, grids=("",)),
    "despined": Look((SANS, LATEX_SANS), (DEEP, TAB, GREYS), frame="open", grids=("", "-"), grid_colour="#e4e4e4"),
    "seaborn": Look((SANS,), (DEEP,), frame="none", tick=0, grids=("-",), grid_colour="white", tint="#eaeaf2"),
    "ggplot": Look((SANS,), (HUE, SET1), frame="none", grids=("-",), grid_colour="white", tint="#ebebeb"),
}


def style_of(look: Look, rng: np.random.Generator) -> Style:
    """What a look leaves open is drawn by lot."""
    palette = look.palettes[rng.integers(len(look.palettes))]
    turn = int(rng.choice([0, 0, 1, 2])) if palette != GREYS else 0
    family, small, large = look.faces[rng.integers(len(look.faces))]
    return Style(
        font=Font(family, round(float(rng.uniform(small, large)), 1)),
        ink=BLACKS[rng.integers(len(BLACKS))],
        palette=palette[turn:] + palette[:turn],
        tint=look.tint,
        grid=look.grids[rng.integers(len(look.grids))],
        frame=look.frame,
        stroke=float(rng.uniform(0.7, 1.6)),
        case=str(rng.choice(["lower", "capital", "upper"], p=(0.45, 0.47, 0.08))),
    )


@dataclass
class PaperPage(Page):
    """A Page in the look of one program."""

    look: Look = field(default_factory=lambda: LOOKS["matplotlib"])

    def widest(self, texts: tuple[str, ...]) -> float:
        """Pixels that the widest of some strings takes; 0 for none."""
        return max((width_of(text, self.style.font) for text in texts), default=0.0)

    def one_of(self, *choices: str) -> str:
        return choices[self.rng.integers(len(choices))]
