"""A painting made of soft and hard shapes in pixels, x to the right and y down, drawn larger and then made smooth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Outline = np.ndarray  # (n, 2): the corners of a shape, or the points of a path
Points = Sequence[tuple[float, float]] | np.ndarray


# ---- Shapes ----------------------------------------------------------------------------------------------------------


def smooth(points: Points, closed: bool = True, steps: int = 10) -> Outline:
    """A curve through the points (Catmull-Rom), `steps` pieces from one to the next."""
    given = np.asarray(points, float)
    around = [given[-1:], given, given[:2]] if closed else [given[:1], given, given[-1:]]
    p = np.concatenate(around)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None, :] for i in range(4))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return curve.reshape(-1, 2) if closed else np.concatenate([curve.reshape(-1, 2), given[-1:]])


def curve(points: Points, steps: int = 10) -> Outline:
    """The same, but open."""
    return smooth(points, closed=False, steps=steps)


def mirrored(right: Points, middle: float = 0.0) -> Outline:
    """A right half from top to bottom => the whole outline, symmetric about x = middle."""
    half = np.asarray(right, float)
    left = half[::-1] * (-1, 1) + (2 * middle, 0)
    return np.concatenate([half, left])


def ellipse(x: float, y: float, width: float, height: float | None = None, turn: float = 0.0) -> Outline:
    """Around (x, y), `width` and `height` (default: the same) across, turned clockwise by degrees."""
    angles = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    points = np.stack([np.cos(angles) * width / 2, np.sin(angles) * (width if height is None else height) / 2], 1)
    return shifted(turned(points, turn), x, y)


def box(left: float, top: float, width: float, height: float) -> Outline:
    return np.array([(left, top), (left + width, top), (left + width, top + height), (left, top + height)], float)


def rounded(left: float, top: float, width: float, height: float, radius: float) -> Outline:
    """A box with round corners."""
    radius = min(radius, width / 2, height / 2)
    corners = [(left + width - radius, top + height - radius), (left + radius, top + height - radius)]
    corners += [(left + radius, top + radius), (left + width - radius, top + radius)]
    angles = np.linspace(0, math.pi / 2, 7)
    arc = np.stack([np.cos(angles), np.sin(angles)], 1) * radius
    return np.concatenate([turned(arc, 90 * i) + corner for i, corner in enumerate(corners)])


def shifted(points: Points, x: float, y: float) -> Outline:
    return np.asarray(points, float) + np.array((x, y))


def turned(points: Points, degrees: float, about: tuple[float, float] = (0, 0)) -> Outline:
    """The points turned clockwise."""
    sin, cos = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return (np.asarray(points, float) - about) @ np.array([[cos, sin], [-sin, cos]]) + about


def ribbon(path: Points, widths: float | Sequence[float]) -> Outline:
    """The outline of a stroke along a path whose width runs evenly through `widths`."""
    line = np.asarray(path, float)
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    stops = np.atleast_1d(np.asarray(widths, float))
    half = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(stops)), stops)[:, None] / 2
    return np.concatenate([line + across * half, (line - across * half)[::-1]])


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the way from the first colour to the second."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(first, second, strict=True))
    return r, g, b


def darker(colour: Colour, share: float) -> Colour:
    return mixed(colour, (0, 0, 0), share)


def lighter(colour: Colour, share: float) -> Colour:
    return mixed(colour, (255, 255, 255), share)


# ---- Painting --------------------------------------------------------------------------------------------------------


class Painting:
    """width x height pixels, drawn `scale` times as large."""

    def __init__(self, width: int, height: int, top: Colour, bottom: Colour | None = None, scale: int = 3) -> None:
        """The ground runs from one colour at the top to another at the bottom."""
        self.width, self.height, self.scale = width, height, scale
        rows = np.linspace(top, bottom or top, height * scale).round().astype(np.uint8)
        self.picture = Image.fromarray(np.repeat(rows[:, None], width * scale, axis=1))
        self.matrix, self.shift = np.eye(2), np.zeros(2)

    @contextmanager
    def placed(self, x: float, y: float, size: float = 1.0, turn: float = 0.0, flip: bool = False) -> Iterator[None]:
        """Within: shapes are enlarged, turned clockwise by degrees, mirrored, and their origin is put to (x, y)."""
        before = self.matrix, self.shift
        here = turned(np.diag((-size if flip else size, size)), turn)
        self.matrix, self.shift = here @ before[0], np.array((x, y)) @ before[0] + before[1]
        try:
            yield
        finally:
            self.matrix, self.shift = before

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the present place lies in the picture."""
        across, down = np.array((x, y)) @ self.matrix + self.shift
        return float(across), float(down)

    def fill(
        self,
        outline: Points,
        colour: Colour,
        opacity: float = 1.0,
        blur: float = 0.0,
        within: Image.Image | None = None,
    ) -> None:
        """Paint a shape, its edge blurred over some pixels, only where the stencil `within` lets it."""
        soft = blur * self._zoom * self.scale
        corners = self._in_picture(outline)
        left, top, right, bottom = place = self._bounds(corners, math.ceil(3 * soft))
        if right <= left or bottom <= top:
            return
        mask = _mask(corners - (left, top), (right - left, bottom - top), round(255 * opacity), soft)
        if within is not None:
            mask = ImageChops.multiply(mask, within.crop(place))
        self.picture.paste(colour, (left, top), mask)

    def stroke(
        self,
        path: Points,
        widths: float | Sequence[float],
        colour: Colour,
        opacity: float = 1.0,
        blur: float = 0.0,
        within: Image.Image | None = None,
    ) -> None:
        """Paint along a path, as wide as `widths` says on the way."""
        self.fill(ribbon(path, widths), colour, opacity, blur, within)

    def stencil(self, *outlines: Points) -> Image.Image:
        """Where the shapes are, together, for `within`."""
        mask = Image.new("L", self.picture.size)
        for outline in outlines:
            ImageDraw.Draw(mask).polygon(self._in_picture(outline).ravel().tolist(), fill=255)
        return mask

    def finish(self, blur: float = 0.0) -> Image.Image:
        """The picture in its own size."""
        small = self.picture.resize((self.width, self.height), Image.Resampling.BOX)
        return small.filter(ImageFilter.GaussianBlur(blur)) if blur else small

    @property
    def _zoom(self) -> float:
        """How much the present place enlarges."""
        return math.sqrt(abs(float(np.linalg.det(self.matrix))))

    def _in_picture(self, outline: Points) -> Outline:
        """Corners in pixels of the large picture."""
        return (np.asarray(outline, float) @ self.matrix + self.shift) * self.scale

    def _bounds(self, corners: Outline, reach: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what a shape can touch within the picture."""
        width, height = self.picture.size
        left, top = np.maximum(np.floor(corners.min(0)) - reach, 0)
        right, bottom = np.minimum(np.ceil(corners.max(0)) + reach + 1, (width, height))
        return int(left), int(top), int(right), int(bottom)


def _mask(corners: Outline, size: tuple[int, int], value: int, soft: float) -> Image.Image:
    """A shape of `value` on 0; a soft one is drawn small, for what is blurred has no detail."""
    shrink = max(int(soft / 2), 1)
    small = (-(-size[0] // shrink), -(-size[1] // shrink))
    mask = Image.new("L", small)
    ImageDraw.Draw(mask).polygon((corners / shrink).ravel().tolist(), fill=value)
    if soft:
        mask = mask.filter(ImageFilter.GaussianBlur(soft / shrink))
    return mask if small == size else mask.resize(size, Image.Resampling.BILINEAR)
