"""What photographs have behind their words: walls, wood, cloth, sky, leaves, lights. float32 (SIDE, SIDE, 3)."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from figgen.data.miniatures.painting import SIDE, Colour, mixed, rgb
from figgen.data.miniatures.perspective import moved

Random = np.random.Generator


def noise(rng: Random, cells: float, octaves: int = 4, stretch: float = 1.0) -> np.ndarray:
    """(SIDE, SIDE, 1) from 0 to 1: clouds with about `cells` of the largest ones across, `stretch` times as wide."""
    total = np.zeros((SIDE, SIDE), np.float32)
    for octave in range(octaves):
        down = min(max(int(cells * 2**octave), 2), SIDE)
        across = min(max(int(down / stretch), 2), SIDE)
        grid = Image.fromarray(rng.random((down, across), np.float32))
        total += np.asarray(grid.resize((SIDE, SIDE), Image.Resampling.BICUBIC)) / 2**octave
    low, high = total.min(), total.max()
    return ((total - low) / (high - low))[..., None]


def grain(rng: Random, strength: float) -> np.ndarray:
    """(SIDE, SIDE, 1) around 0: the noise of a film."""
    return rng.standard_normal((SIDE, SIDE, 1), np.float32) * strength


def between(share: np.ndarray, low: Colour, high: Colour) -> np.ndarray:
    """(SIDE, SIDE, 1) from 0 to 1 => colours."""
    return np.asarray(low, np.float32) * (1 - share) + np.asarray(high, np.float32) * share


def grid(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The flat x and y (SIDE, SIDE) that each pixel shows of a plane seen through a 3 x 3 matrix."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    flat = moved(np.stack([x.ravel(), y.ravel()], 1), np.linalg.inv(plane))
    return flat[:, 0].reshape(SIDE, SIDE), flat[:, 1].reshape(SIDE, SIDE)


def gradient(first: Colour, second: Colour, degrees: float) -> np.ndarray:
    """From one colour to the other, clockwise from the right."""
    way = np.radians(degrees)
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j].astype(np.float32)
    along = x * np.cos(way) + y * np.sin(way)
    share = (along - along.min()) / np.ptp(along)
    return between(share[..., None], first, second)


def radial(inner: Colour, outer: Colour, x: float = 0.5, y: float = 0.5, reach: float = 0.75) -> np.ndarray:
    """From a middle (shares of the picture) outwards."""
    down, across = np.mgrid[0 : 1 : SIDE * 1j, 0 : 1 : SIDE * 1j].astype(np.float32)
    share = (np.hypot(across - x, down - y) / reach).clip(0, 1)
    return between(share[..., None], inner, outer)


def vignette(strength: float) -> np.ndarray:
    """(SIDE, SIDE, 1): light that falls off towards the corners."""
    return radial((1, 1, 1), (1 - strength,) * 3, reach=0.8)[..., :1]


def plaster(rng: Random, colour: Colour) -> np.ndarray:
    """A painted wall, paper or metal: one colour with stains."""
    stained = mixed(colour, (0.25, 0.22, 0.18), 0.28)
    return between(noise(rng, 5, 6) ** 2, colour, stained) + grain(rng, 0.012)


def bricks(rng: Random, plane: np.ndarray, colour: Colour, length: float) -> np.ndarray:
    """A wall of bricks `length` long on a plane."""
    x, y = grid(plane)
    height, joint = length * 0.36, 0.035 * length
    row = np.floor(y / height).astype(int)
    column = np.floor(x / length + 0.5 * (row % 2)).astype(int)
    along, up = (x + 0.5 * length * (row % 2)) % length, y % height
    tones = rng.normal(1, 0.13, (64, 64)).astype(np.float32)[row % 64, column % 64][..., None]
    faces = np.asarray(colour, np.float32) * tones * (0.75 + 0.4 * noise(rng, 24, 4))
    is_joint = ((along < joint) | (up < joint)).astype(np.float32)[..., None]
    edge = blurred(np.repeat(is_joint, 3, 2), 0.8)
    mortar = between(noise(rng, 40, 3), (0.55, 0.52, 0.48), (0.75, 0.72, 0.68))
    return faces * (1 - edge) + mortar * edge


def planks(rng: Random, plane: np.ndarray, colour: Colour, width: float) -> np.ndarray:
    """Boards `width` wide on a plane, their grain running to the right."""
    x, y = grid(plane)
    number = np.floor(y / width).astype(int)
    tones = rng.normal(1, 0.1, 64).astype(np.float32)[number % 64]
    shift = rng.random(64)[number % 64] * 40
    waves = np.sin((y + shift) * 0.55 + 5 * noise(rng, 3, 3, 6)[..., 0] + np.sin(x / 70 + shift) * 1.5)
    joint = 1 - 0.55 * np.exp(-(((y % width) / 2.2) ** 2))
    shade = tones * (0.93 + 0.07 * waves) * joint * (0.82 + 0.3 * noise(rng, 60, 2, 14)[..., 0])
    return np.asarray(colour, np.float32) * shade[..., None].astype(np.float32)


def cloth(rng: Random, colour: Colour) -> np.ndarray:
    """Woven threads, seen from near by."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    weave = 0.02 * np.sin(x * 2.1) + 0.02 * np.sin(y * 2.1)
    return np.asarray(colour, np.float32) * (1 + weave[..., None] + 0.06 * (noise(rng, 30, 3) - 0.5))


def folds(rng: Random, strength: float, stretch: float = 0.35) -> np.ndarray:
    """(SIDE, SIDE, 1) around 1: the light on hanging cloth, or on crumpled paper."""
    return 1 + strength * (noise(rng, 4, 2, stretch) - 0.55)


def sky(rng: Random) -> np.ndarray:
    """Blue, or an evening, with clouds."""
    top, low = [("#3f7fc4", "#bcd9ee"), ("#5a93c9", "#e8eef2"), ("#34507f", "#f0b48a"), ("#7f8fa3", "#d5dade")][
        rng.integers(4)
    ]
    clear = gradient(rgb(top), rgb(low), 90)
    clouds = ((noise(rng, 3, 5, 1.8) - 0.55) * 2.6).clip(0, 0.85)
    return clear * (1 - clouds) + clouds


def leaves(rng: Random, blur: float = 3.0) -> np.ndarray:
    """Green out of focus."""
    colours = between(noise(rng, 14, 4), rgb("#1f3a17"), rgb("#86a84d"))
    return blurred(colours + 0.35 * (noise(rng, 40, 2) ** 4) * np.array([1, 1, 0.5], np.float32), blur)


def lights(rng: Random, dark: Colour, glows: list[Colour]) -> np.ndarray:
    """A street or a hall at night, its lamps out of focus."""
    pixels = between(noise(rng, 3, 3), mixed(dark, (0, 0, 0), 0.5), dark)
    for _ in range(int(rng.integers(16, 34))):
        spot = Image.new("L", (SIDE, SIDE))
        x, y, radius = rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(7, 38)
        ImageDraw.Draw(spot).ellipse((x - radius, y - radius, x + radius, y + radius), 255)
        alpha = np.asarray(spot.filter(ImageFilter.GaussianBlur(2)), np.float32)[..., None] / 255
        colour = np.asarray(glows[rng.integers(len(glows))], np.float32)
        pixels += alpha * rng.uniform(0.12, 0.5) * colour * (1 - 0.5 * pixels)
    return pixels


def hills(rng: Random) -> np.ndarray:
    """A landscape: ridges, one behind the other, under the sky."""
    pixels = blurred(sky(rng), 1.5)
    near, far = [("#1f3324", "#8fa9b8"), ("#3a2c1c", "#c9a98a"), ("#16324a", "#a9c3d4")][rng.integers(3)]
    y = np.arange(SIDE, dtype=np.float32)[:, None]
    for step in range(4):
        ridge = noise(rng, 3 + step, 5)[0, :, 0]
        top = SIDE * (0.42 + 0.15 * step - (0.24 - 0.03 * step) * ridge)
        alpha = (y - top).clip(0, 1)[..., None]
        tone = between(noise(rng, 30, 3), mixed(rgb(far), rgb(near), step / 3), mixed(rgb(far), rgb(near), step / 4))
        pixels = pixels * (1 - alpha) + tone * alpha
    return pixels


def streets(rng: Random) -> np.ndarray:
    """Houses with windows out of focus."""
    pixels = blurred(sky(rng), 2)
    sheet = Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8))
    pen, x = ImageDraw.Draw(sheet), -20.0
    while x < SIDE:
        width, top = rng.uniform(60, 150), rng.uniform(20, 240)
        wall = tuple(int(v) for v in rng.uniform(60, 200) * np.array([1, rng.uniform(0.8, 1), rng.uniform(0.65, 1)]))
        pen.rectangle((x, top, x + width, SIDE), wall)
        glass = tuple(int(v * 0.5) for v in wall) if rng.random() < 0.7 else (240, 220, 160)
        for left in np.arange(x + 8, x + width - 12, 24):
            for above in np.arange(top + 12, SIDE, 38):
                pen.rectangle((left, above, left + 12, above + 22), glass)
        x += width
    return blurred(np.asarray(sheet, np.float32) / 255, rng.uniform(3, 7))


def blurred(pixels: np.ndarray, radius: float) -> np.ndarray:
    image = Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(image, np.float32) / 255
