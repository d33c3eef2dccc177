"""Planes in space as a camera sees them: 3 x 3 matrices (homographies) that take flat points to points of a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Points = np.ndarray | Sequence[tuple[float, float]]  # (n, 2)


def shift(x: float, y: float) -> np.ndarray:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def scale(x: float, y: float) -> np.ndarray:
    return np.diag([x, y, 1.0])


def turn(degrees: float) -> np.ndarray:
    """Clockwise, as y runs down."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def lean(share: float) -> np.ndarray:
    """Tops pushed to the right by `share` of their height, as in italics."""
    return np.array([[1.0, -share, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


def about(x: float, y: float, matrix: np.ndarray) -> np.ndarray:
    """The same movement with (x, y) as the point that stays."""
    return shift(x, y) @ matrix @ shift(-x, -y)


def moved(points: Points, matrix: np.ndarray) -> np.ndarray:
    """(n, 2) flat points => (n, 2) points of the picture."""
    flat = np.asarray(points, float)
    x, y, depth = (flat @ matrix[:, :2].T + matrix[:, 2]).T
    return np.stack([x / depth, y / depth], 1)


def rectangle(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """(4, 2): the corners, clockwise from the top left."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)


def seen(
    width: float, height: float, yaw: float, pitch: float, roll: float, box: tuple[float, float, float, float]
) -> np.ndarray:
    """A width x height sheet turned in space by three angles in degrees, as large as fits into the middle of `box`."""
    far = 2.2 * max(width, height)  # a camera about as far away as people stand from what they read
    placed = _turned(yaw, pitch) @ shift(-width / 2, -height / 2)
    placed[2] = placed[2] / far + (0.0, 0.0, 1.0)
    placed = turn(roll) @ placed
    corners = moved(rectangle(0, 0, width, height), placed)
    low, high = corners.min(0), corners.max(0)
    left, top, right, bottom = box
    zoom = min((right - left) / (high[0] - low[0]), (bottom - top) / (high[1] - low[1]))
    middle = (low + high) / 2
    return shift((left + right) / 2, (top + bottom) / 2) @ scale(zoom, zoom) @ shift(-middle[0], -middle[1]) @ placed


def _turned(yaw: float, pitch: float) -> np.ndarray:
    """(x, y, 1) of a flat point => x, y and depth after a turn about the upright and then the level axis."""
    a, b = math.radians(yaw), math.radians(pitch)
    return np.array(
        [
            [math.cos(a), 0.0, 0.0],
            [math.sin(a) * math.sin(b), math.cos(b), 0.0],
            [math.sin(a) * math.cos(b), -math.sin(b), 0.0],
        ]
    )
