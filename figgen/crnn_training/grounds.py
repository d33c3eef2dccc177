"""What words may stand on, in grey: paper, tints, gradients, clouds and grain, and an ink that can be told from it."""

from __future__ import annotations

import numpy as np
from PIL import Image

CONTRAST = 60  # of 255: ink is at least this far from all but the outermost twentieths of its ground
CLOUDS = (5, 4)  # lumps across and down a sheet

Pair = tuple[np.ndarray, float]  # a ground, float32 (h, w) of 0 .. 255, and the grey of its ink


def paper(rng: np.random.Generator, height: int, width: int) -> Pair:
    """A light sheet with dark ink."""
    return np.full((height, width), rng.uniform(225, 255), np.float32), rng.uniform(0, 70)


def tint(rng: np.random.Generator, height: int, width: int) -> Pair:
    """One grey, light or dark."""
    return _inked(rng, np.full((height, width), rng.uniform(0, 255), np.float32))


def gradient(rng: np.random.Generator, height: int, width: int) -> Pair:
    """From one grey to another, in any direction."""
    start, end = rng.uniform(0, 255) + rng.uniform(-70, 70, 2)
    angle = rng.uniform(0, 2 * np.pi)
    down, right = np.mgrid[:height, :width] / max(height, width)
    along = np.cos(angle) * right + np.sin(angle) * down
    return _inked(rng, start + (end - start) * (along - along.min()) / np.ptp(along))


def clouds(rng: np.random.Generator, height: int, width: int) -> Pair:
    """A grey in soft lumps, like a photograph out of focus, with grain."""
    lumps = Image.fromarray(rng.normal(0, 1, CLOUDS[::-1]).astype(np.float32))
    soft = np.asarray(lumps.resize((width, height), Image.Resampling.BICUBIC))
    grain = rng.normal(0, rng.uniform(2, 12), (height, width))
    return _inked(rng, rng.uniform(20, 235) + rng.uniform(10, 30) * soft + grain)


def _inked(rng: np.random.Generator, ground: np.ndarray) -> Pair:
    """The ground with an ink on its darker or its lighter side, whichever have room."""
    ground = np.clip(ground, 0, 255).astype(np.float32)
    low, high = np.percentile(ground, (5, 95))
    sides = [(0.0, low - CONTRAST), (high + CONTRAST, 255.0)]
    open_to = [(start, end) for start, end in sides if start <= end]
    if not open_to:
        return _inked(rng, ground.mean() + (ground - ground.mean()) / 2)
    start, end = open_to[rng.integers(len(open_to))]
    return ground, float(rng.uniform(start, end))
