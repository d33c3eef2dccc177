"""What snapshots may show, where, how large and in which colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from figgen.data.miniatures import snapshot_large as large
from figgen.data.miniatures import snapshot_small as small
from figgen.data.miniatures.brush import Colour, Painting
from figgen.data.miniatures.snapshot_paint import BRIGHT

OPEN = ("park", "field", "snow", "beach", "street")
GRASS = ("park", "field", "snow")


@dataclass(frozen=True)
class Thing:
    """width and height are in centimetres, `shown` is about how high it appears, in hundredths of the square."""

    name: str
    paint: Callable[[Painting, Colour, np.random.Generator], None]
    width: float
    height: float
    shown: float
    settings: tuple[str, ...]
    colours: tuple[str, ...] = BRIGHT  # captions name them
    plural: str = ""  # "" where the name takes an s
    told: bool = True  # False where captions do not name the colour
    aloft: str = ""  # where a thing is that does not stand: "in the sky"
    at_sea: bool = False  # stands behind the shore

    @property
    def many(self) -> str:
        return self.plural or f"{self.name}s"


TABLE, ANIMAL = ("table",), ("white", "black", "brown")
SKY, WALL = "in the sky", "on the wall"
THINGS = (
    Thing("cup", small.cup, 11, 9.5, 17, TABLE),
    Thing("bowl of fruit", small.bowl, 18, 11, 17, TABLE, plural="bowls of fruit"),
    Thing("vase with flowers", small.vase, 17, 37, 46, TABLE, plural="vases with flowers"),
    Thing("bottle", small.bottle, 8, 28, 40, TABLE, ("green", "brown", "blue", "red")),
    Thing("apple", small.apple, 8.4, 9, 14, TABLE, ("red", "green", "yellow")),
    Thing("gift box", small.parcel, 17, 18, 24, TABLE, plural="gift boxes"),
    Thing("stack of books", small.books, 21, 12.5, 20, TABLE, ("brown",), "stacks of books", told=False),
    Thing("candle", small.candle, 10, 23, 26, TABLE, ("white", "red", "yellow", "pink")),
    Thing("teapot", small.teapot, 24, 16, 24, TABLE),
    Thing("clock", small.clock, 24, 24, 20, TABLE, aloft=WALL),
    Thing("hanging lamp", small.lamp, 26, 16, 14, TABLE, ("red", "green", "black", "blue"), aloft="overhead"),
    Thing("framed picture", small.picture, 32, 26, 24, TABLE, ("brown",), told=False, aloft=WALL),
    Thing("ball", large.ball, 30, 30, 17, OPEN),
    Thing("bench", large.bench, 176, 85, 20, ("park", "snow", "street"), ("brown", "green", "red", "white")),
    Thing("tree", large.tree, 300, 580, 48, GRASS, ("green", "orange", "yellow"), told=False),
    Thing("house", large.house, 600, 520, 38, GRASS, ("white", "yellow", "red", "blue")),
    Thing("car", large.car, 428, 150, 17, ("street", "snow", "field"), ("red", "blue", "green", "yellow", "black")),
    Thing("bus", large.bus, 800, 292, 22, ("street",), ("red", "blue", "green", "yellow"), "buses"),
    Thing("fire hydrant", large.hydrant, 44, 80, 24, ("street", "park"), ("red", "yellow")),
    Thing("beach umbrella", large.parasol, 264, 230, 44, ("beach",)),
    Thing("surfboard", large.surfboard, 54, 200, 42, ("beach",)),
    Thing("bucket", large.bucket, 32, 48, 22, ("beach",)),
    Thing("sailboat", large.boat, 330, 330, 26, ("beach",), ("red", "blue", "white", "black"), at_sea=True),
    Thing("sheep", large.sheep, 134, 112, 24, ("field", "snow"), ("white", "black", "brown"), "sheep"),
    Thing("dog", large.dog, 122, 78, 24, OPEN, ANIMAL),
    Thing("kite", large.kite, 92, 256, 32, ("park", "field", "beach"), aloft=SKY),
    Thing("hot air balloon", large.balloon, 220, 330, 26, ("field", "snow", "park"), aloft=SKY),
    Thing("bird", large.bird, 124, 42, 8, OPEN, ("white", "black", "brown"), aloft=SKY),
    Thing("airplane", large.airplane, 440, 110, 9, ("street", "snow", "beach"), ("red", "blue"), told=False, aloft=SKY),
)
