"""Colours that have a name, and bodies on which light falls from the upper left, for the things of snapshots."""

from __future__ import annotations

import numpy as np

from figgen.data.miniatures.brush import Colour, Painting, Points, darker, ellipse, lighter

COLOURS: dict[str, Colour] = {
    "red": (196, 38, 36),
    "blue": (36, 86, 178),
    "green": (44, 132, 68),
    "yellow": (240, 198, 44),
    "orange": (234, 120, 30),
    "white": (236, 235, 230),
    "black": (36, 36, 40),
    "brown": (118, 74, 42),
    "pink": (234, 136, 166),
    "purple": (112, 62, 148),
}
BRIGHT = ("red", "blue", "green", "yellow", "orange", "white", "pink", "purple")


def shade_of(name: str, rng: np.random.Generator) -> Colour:
    """One of the many colours that have this name."""
    red, green, blue = (int(np.clip(value + rng.integers(-12, 13), 0, 255)) for value in COLOURS[name])
    return red, green, blue


def body(painting: Painting, outline: Points, colour: Colour, depth: float = 1.0) -> None:
    """A round body: lit from the upper left, dark at the lower right. `depth`: how strong that is."""
    points = np.asarray(outline, float)
    left, top, right, bottom = (float(value) for value in (*points.min(0), *points.max(0)))
    width, height = right - left, bottom - top
    inside, soft = painting.stencil(points), 0.14 * min(width, height)
    painting.fill(points, colour)
    dark = darker(colour, 0.55)
    painting.fill(ellipse(right, bottom - 0.3 * height, 0.7 * width, 1.3 * height), dark, 0.55 * depth, soft, inside)
    painting.fill(ellipse(left + width / 2, bottom, width, 0.3 * height), dark, 0.4 * depth, soft, inside)
    bright = lighter(colour, 0.6)
    place = left + 0.3 * width, top + 0.3 * height
    painting.fill(ellipse(*place, 0.34 * width, 0.5 * height), bright, 0.5 * depth, soft, inside)


def shine(painting: Painting, x: float, y: float, width: float, height: float, turn: float = 0.0) -> None:
    """Where a polished thing mirrors the light."""
    painting.fill(ellipse(x, y, width, height, turn), (255, 255, 255), 0.75, 0.15 * min(width, height))


def shadow(painting: Painting, width: float, strength: float = 0.5) -> None:
    """What a thing of this width leaves on the ground around its foot."""
    painting.fill(ellipse(0.12 * width, 0, 1.25 * width, 0.2 * width), (12, 14, 20), 0.6 * strength, 0.05 * width)
    painting.fill(ellipse(0.02 * width, 0, 0.95 * width, 0.09 * width), (8, 8, 12), strength, 0.02 * width)
