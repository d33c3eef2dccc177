"""Snapshots: one or two kinds of things somewhere, in a relation that captions can name.

What captions speak of lies in the square in the middle of the picture, so that they stay true where pictures are
cropped to it. Places and lengths are hundredths of this square.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from PIL import Image, ImageFilter

from figgen.data.miniatures.brush import Painting
from figgen.data.miniatures.snapshot_captions import pair_captions, row_captions
from figgen.data.miniatures.snapshot_paint import shade_of, shadow
from figgen.data.miniatures.snapshot_settings import SETTINGS, Setting
from figgen.data.miniatures.snapshot_things import THINGS, Thing

SIZES = ((640, 480),) * 5 + ((640, 427),) * 4 + ((480, 640),) * 3 + ((427, 640), (500, 375), (640, 640))
RELATIONS = ("left of", "left of", "in front of", "in front of", "above", "row")
SHORE = 9.5  # below the horizon
FINER = 2  # shapes are painted this much larger


@dataclass(frozen=True)
class Placed:
    """A thing in its colour; x is its middle, foot its lowest point, scale is in hundredths per centimetre."""

    thing: Thing
    colour: str
    x: float
    foot: float
    scale: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        half, high = self.thing.width * self.scale / 2, self.thing.height * self.scale
        return self.x - half, self.foot - high, self.x + half, self.foot


@dataclass(frozen=True)
class Scene:
    """What is where, and what five people say about it."""

    setting: Setting
    horizon: float
    relation: str
    things: tuple[Placed, ...]  # as the relation names them: the first is left of, in front of or above the second
    captions: list[str]


@dataclass(frozen=True)
class Snapshot:
    """A picture and what it shows."""

    picture: Image.Image
    scene: Scene


def draw(split: str, index: int, seed: int = 0) -> Snapshot:
    """Snapshot `index` of a split; it depends on these three alone."""
    rng = np.random.default_rng([seed, crc32(split.encode()), index])
    scene = compose(rng)
    return Snapshot(_paint(scene, rng), scene)


def compose(rng: np.random.Generator) -> Scene:
    """Any scene whose things have their place in the square."""
    while True:
        setting = SETTINGS[str(rng.choice(list(SETTINGS), p=_shares()))]
        relation, horizon = RELATIONS[rng.integers(len(RELATIONS))], float(rng.uniform(*setting.horizon))
        things = LAYOUTS[relation](setting, horizon, rng)
        if things and all(_is_inside(placed) for placed in things):
            return Scene(setting, horizon, relation, things, _captions(relation, things, setting.where, rng))


def _captions(relation: str, things: tuple[Placed, ...], where: str, rng: np.random.Generator) -> list[str]:
    first, second = ((placed.thing, placed.colour) for placed in things[:2])
    if relation == "row":
        return row_captions(*first, len(things), where, rng)
    return pair_captions(relation, first, second, where, rng)


def _shares() -> list[float]:
    """A third of the snapshots is taken at a table."""
    return [1 / 3 if name == "table" else 2 / 3 / (len(SETTINGS) - 1) for name in SETTINGS]


# ---- Layout: things in a relation, or nothing where they do not fit --------------------------------------------------


def _beside(setting: Setting, horizon: float, rng: np.random.Generator) -> tuple[Placed, ...]:
    """One thing left of another, with some room between them."""
    first, second = (_standing(setting, horizon, thing, rng) for thing in _two(setting, rng))
    (left, _, right, _), (other_left, _, other_right, _) = first.bounds, second.bounds
    room = 96 - (right - left) - (other_right - other_left)
    if room < 6:
        return ()
    gap = float(rng.uniform(4, min(room, 34)))
    start = 2 + float(rng.uniform(0, 1)) * (room - gap)
    return _at(first, start + (right - left) / 2), _at(
        second, 98 - room + gap + start - 2 - (other_right - other_left) / 2
    )


def _before(setting: Setting, horizon: float, rng: np.random.Generator) -> tuple[Placed, ...]:
    """One thing nearer than another, of which it hides a part."""
    pair = (_standing(setting, horizon, thing, rng) for thing in _two(setting, rng))
    back, front = sorted(pair, key=lambda placed: placed.foot)
    (left, top, right, _), (front_left, front_top, front_right, _) = back.bounds, front.bounds
    narrow = min(right - left, front_right - front_left)
    side = 1 if rng.random() < 0.5 else -1
    apart = (right - left + front_right - front_left) / 2 - narrow * float(rng.uniform(0.25, 0.6))
    x = float(rng.uniform(35, 65)) - side * apart / 2
    back, front = _at(back, x), _at(front, x + side * apart)
    hides = front_top < back.foot - 2  # their outlines overlap
    return (front, back) if front.foot > back.foot + 3 and front_top > top + 4 and hides else ()


def _over(setting: Setting, horizon: float, rng: np.random.Generator) -> tuple[Placed, ...]:
    """One thing in the air or on the wall, another under it."""
    flying = [thing for thing in THINGS if setting.name in thing.settings and thing.aloft]
    upper, (lower, _) = flying[rng.integers(len(flying))], _two(setting, rng)
    below = _at(_standing(setting, horizon, lower, rng), float(rng.uniform(36, 64)))
    scale = upper.shown * float(rng.uniform(0.8, 1.2)) / upper.height
    lowest = min(below.bounds[1] - 4, horizon - setting.backdrop)
    high = scale * upper.height + 3
    if lowest < high:
        return ()
    foot = float(rng.uniform(high, lowest))
    return Placed(upper, _colour(upper, rng, below.colour), below.x + float(rng.uniform(-9, 9)), foot, scale), below


def _row(setting: Setting, horizon: float, rng: np.random.Generator) -> tuple[Placed, ...]:
    """Two to four of a kind, about as far away as each other."""
    thing, number = _two(setting, rng)[0], int(rng.integers(2, 5))
    one = _standing(setting, horizon, thing, rng)
    wide = one.bounds[2] - one.bounds[0]
    step = wide + float(rng.uniform(3, 9))
    if step * (number - 1) + wide > 94:
        return ()
    start = 50 - step * (number - 1) / 2
    return tuple(_at(one, start + step * i + float(rng.uniform(-1, 1))) for i in range(number))


LAYOUTS: dict[str, Callable[[Setting, float, np.random.Generator], tuple[Placed, ...]]] = {
    "left of": _beside,
    "in front of": _before,
    "above": _over,
    "row": _row,
}


def _two(setting: Setting, rng: np.random.Generator) -> tuple[Thing, Thing]:
    """Two different things that stand in such places."""
    standing = [thing for thing in THINGS if setting.name in thing.settings and not thing.aloft]
    first, second = rng.choice(len(standing), 2, replace=False)
    return standing[first], standing[second]


def _standing(setting: Setting, horizon: float, thing: Thing, rng: np.random.Generator) -> Placed:
    """A thing as far away as makes it about as high as it is to be shown."""
    wanted = thing.shown * float(rng.uniform(0.85, 1.5)) / thing.height
    foot = setting.foot(wanted, horizon)
    if setting.name == "beach":
        foot = min(foot, horizon + SHORE - 3) if thing.at_sea else max(foot, horizon + SHORE + 2)
    return Placed(thing, _colour(thing, rng), 50.0, foot, setting.scale(foot, horizon))


def _colour(thing: Thing, rng: np.random.Generator, other: str = "") -> str:
    """One of the thing's colours, not the `other` one if that can be."""
    choice = [colour for colour in thing.colours if colour != other] or list(thing.colours)
    return choice[rng.integers(len(choice))]


def _at(placed: Placed, x: float) -> Placed:
    return Placed(placed.thing, placed.colour, x, placed.foot, placed.scale)


def _is_inside(placed: Placed) -> bool:
    left, top, right, bottom = placed.bounds
    return left >= 1 and right <= 99 and top >= 2 and bottom <= 98


# ---- Painting --------------------------------------------------------------------------------------------------------


def _paint(scene: Scene, rng: np.random.Generator) -> Image.Image:
    width, height = SIZES[rng.integers(len(SIZES))]
    painting, side = Painting(width, height, (0, 0, 0), scale=FINER), min(width, height)
    with painting.placed((width - side) / 2, (height - side) / 2, side / 100):
        scene.setting.paint(painting, scene.horizon, rng)
        painting.picture = _out_of_focus(painting.picture, float(rng.uniform(0.3, 1.5)))
        for placed in sorted(scene.things, key=lambda placed: (bool(placed.thing.aloft), placed.foot)):
            with painting.placed(placed.x, placed.foot, placed.scale):
                if not (placed.thing.aloft or placed.thing.at_sea):
                    shadow(painting, placed.thing.width)
                placed.thing.paint(painting, shade_of(placed.colour, rng), rng)
    return _photographed(painting.finish(), rng)


def _out_of_focus(picture: Image.Image, blur: float) -> Image.Image:
    """Blurred in its final size, for that is faster."""
    small = picture.reduce(FINER).filter(ImageFilter.GaussianBlur(blur))
    return small.resize(picture.size, Image.Resampling.BILINEAR)


def _photographed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The light, the tint, the dark corners and the grain that a camera adds."""
    pixels = np.asarray(picture, np.float32)
    height, width = pixels.shape[:2]
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)
    light = np.float32(rng.uniform(0.96, 1.08)) * (1 - np.float32(rng.uniform(0.025, 0.1)) * (x**2 + y**2))
    tint = rng.normal(1, 0.018, 3).astype(np.float32)
    grain = rng.standard_normal((height, width, 1), np.float32) * np.float32(rng.uniform(1.5, 5))
    return Image.fromarray((pixels * light[..., None] * tint + grain).clip(0, 255).astype(np.uint8))
