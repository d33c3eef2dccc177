"""Palettes, hands and the shapes that posters are made of."""

from __future__ import annotations

import math

import numpy as np

from figgen.data.miniatures.lettering import Hand
from figgen.data.miniatures.painting import SIDE, Colour, Picture, rgb
from figgen.data.miniatures.perspective import moved, rectangle

# Ground, second, accent, light, dark.
PALETTES = (
    ("#c0392b", "#e67e22", "#f1c40f", "#fbf3e0", "#2c1a1a"),
    ("#1f4e79", "#3aa0c9", "#f2b134", "#f4f7fa", "#101d2c"),
    ("#2d6a4f", "#74a57f", "#f4a259", "#f8f4e3", "#132a20"),
    ("#5b2a86", "#9d4edd", "#ffba49", "#f7f0fb", "#1c0f2b"),
    ("#e4572e", "#17bebb", "#ffc914", "#fffaf0", "#2e282a"),
    ("#e8c547", "#30323d", "#c1292e", "#fdf7e3", "#1c1d24"),
    ("#264653", "#2a9d8f", "#e9c46a", "#fdf6ec", "#14232a"),
    ("#d88c9a", "#8e7dbe", "#99c1b9", "#fdf4f5", "#3a2a3d"),
    ("#222222", "#8a8a8a", "#d7263d", "#f5f5f5", "#0d0d0d"),
    ("#8d5a2b", "#c99b5b", "#3d5a45", "#f6ecd9", "#2a1a0d"),
    ("#0f7173", "#e7ecef", "#f05d5e", "#fdfdfb", "#272932"),
    ("#f26ca7", "#33ccff", "#ffe45e", "#fff6fb", "#2b1b3d"),
)
DISPLAY = (
    ("Lato Black", 0.72),
    ("Lato Black", 0.9),
    ("Lato Bold", 1.0),
    ("Lato Black Italic", 0.85),
    ("Caladea Bold", 0.95),
    ("Caladea Bold Italic", 0.95),
    ("Fredoka One", 0.9),
    ("Amatic SC Bold", 1.25),
    ("DejaVu Sans Bold", 0.62),
    ("DejaVu Serif Bold", 0.72),
    ("STIX Bold", 1.0),
)
SMALL = (
    ("Lato Bold", 0.85),
    ("Lato Black", 0.8),
    ("Caladea Bold", 0.85),
    ("DejaVu Sans Bold", 0.7),
    ("Fredoka One", 0.8),
    ("STIX Bold", 0.9),
)


def palette(rng: np.random.Generator) -> list[Colour]:
    """Ground, second, accent, light and dark."""
    return [rgb(code) for code in PALETTES[rng.integers(len(PALETTES))]]


def hand(rng: np.random.Generator, small: bool = False) -> Hand:
    """A way of setting type, its letters a little wider or closer each time; `small` ones are plain and narrow."""
    faces = SMALL if small else DISPLAY
    face, squeeze = faces[rng.integers(len(faces))]
    tracking = float(rng.choice((0, 0, 0.04, 0.1)))
    return Hand(face, squeeze * float(rng.uniform(0.9, 1.1)), tracking, float(rng.choice((0, 0, 0, 0, 0.14))))


def disc(x: float, y: float, radius: float, high: float | None = None) -> np.ndarray:
    """(72, 2): a circle, or an ellipse `high` from its middle to its top."""
    angles = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    return np.stack([x + radius * np.cos(angles), y + (high or radius) * np.sin(angles)], 1)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> np.ndarray:
    """(48, 2): a rectangle with round corners."""
    points = []
    middles = ((right, bottom, -1, -1), (left, bottom, 1, -1), (left, top, 1, 1), (right, top, -1, 1))
    for quarter, (x, y, to_x, to_y) in enumerate(middles):
        angles = np.linspace(0, math.pi / 2, 12) + quarter * math.pi / 2
        points += [(x + radius * (to_x + math.cos(a)), y + radius * (to_y + math.sin(a))) for a in angles]
    return np.array(points)


def frame(
    picture: Picture, plane: np.ndarray, area: tuple[float, float, float, float], width: float, colour: Colour
) -> None:
    """Four strips along the inside of an area."""
    left, top, right, bottom = area
    strips = (
        (left, top, right, top + width),
        (left, bottom - width, right, bottom),
        (left, top, left + width, bottom),
        (right - width, top, right, bottom),
    )
    for edges in strips:
        picture.paint(moved(rectangle(*edges), plane), colour)


def strip(picture: Picture, plane: np.ndarray, area: tuple[float, float, float, float], colour: Colour) -> None:
    """A strip of paper with its shadow."""
    points = moved(rectangle(*area), plane)
    picture.shade(points, (4, 5), 0.45, 5)
    picture.paint(points, colour)


def rays(picture: Picture, x: float, y: float, number: int, colour: Colour, alpha: float) -> None:
    """Wedges of light around a point."""
    for i in range(number):
        a, b = (2 * math.pi * (i + step) / number for step in (0, 0.5))
        far = 2 * SIDE
        edges = [(x, y), (x + far * math.cos(a), y + far * math.sin(a)), (x + far * math.cos(b), y + far * math.sin(b))]
        picture.paint(np.array(edges).clip(-SIDE, 2 * SIDE), colour, alpha)


def halftone(picture: Picture, rng: np.random.Generator, colour: Colour) -> None:
    """Dots that grow towards one side, as in cheap print."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    pitch = float(rng.uniform(12, 20))
    along = (x * rng.uniform(-1, 1) + y) / (1.6 * SIDE)
    dots = np.hypot(x % pitch - pitch / 2, (y % pitch) - pitch / 2)
    alpha = (pitch * 0.62 * along.clip(0, 1) - dots).clip(0, 1)[..., None]
    picture.pixels[:] = picture.pixels * (1 - alpha) + np.asarray(colour, np.float32) * alpha


def _star(points: int, inner: float) -> np.ndarray:
    angles = np.arange(2 * points) * math.pi / points - math.pi / 2
    radii = np.where(np.arange(2 * points) % 2, inner, 1.0)
    return np.stack([radii * np.cos(angles), radii * np.sin(angles)], 1)


def _heart() -> np.ndarray:
    t = np.linspace(0, 2 * math.pi, 60)
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([np.sin(t) ** 3, -y / 16], 1)


def _drop() -> np.ndarray:
    t = np.linspace(0, 2 * math.pi, 60)
    return np.stack([0.75 * np.sin(t) * np.sin(t / 2) ** 1.5, -np.cos(t)], 1)


# Shapes that fill a circle of radius 1 around (0, 0).
ICONS = (
    _star(5, 0.4),
    _star(12, 0.8),
    _star(24, 0.86),
    _star(4, 0.3),
    _heart(),
    _drop(),
    np.array([(-1, 0.75), (-0.45, -0.25), (-0.2, 0.1), (0.25, -0.85), (1, 0.75)]),  # mountains
    np.array([(0.15, -1), (-0.65, 0.15), (-0.05, 0.15), (-0.2, 1), (0.65, -0.25), (0.05, -0.25)]),  # lightning
    np.array([(-1, 0.7), (-1, -0.6), (-0.5, 0.05), (0, -0.8), (0.5, 0.05), (1, -0.6), (1, 0.7)]),  # crown
    np.array([(0, -1), (0.8, -0.1), (0.45, -0.1), (0.45, 0.8), (-0.45, 0.8), (-0.45, -0.1), (-0.8, -0.1)]),  # arrow
    disc(0, 0, 1),
)


def icon(picture: Picture, rng: np.random.Generator, at: tuple[float, float], size: float, colour: Colour) -> None:
    """A simple sign around a point."""
    picture.paint(ICONS[rng.integers(len(ICONS))] * size + at, colour)
