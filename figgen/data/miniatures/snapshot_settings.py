"""Where snapshots are taken. Lengths are hundredths of the square in the picture's middle; a setting fills more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from figgen.data.miniatures.brush import Colour, Painting, box, curve, darker, ellipse, lighter, mixed
from figgen.data.miniatures.snapshot_paint import shade_of

LEFT, TOP, RIGHT, BOTTOM = -60.0, -60.0, 160.0, 160.0  # more than any picture shows around its square
SKIES = (((92, 148, 208), (206, 226, 240)), ((120, 150, 178), (222, 226, 226)), ((108, 132, 190), (250, 214, 178)))
GREENS = ((62, 102, 56), (48, 86, 60), (84, 116, 62))


@dataclass(frozen=True)
class Setting:
    """A place: what captions call it, and how large a thing is whose foot is at some height in the picture."""

    name: str
    where: str  # "a ball <where>"
    paint: Callable[[Painting, float, np.random.Generator], None]
    horizon: tuple[float, float]  # the edge of the ground is somewhere between these
    above: float  # how far above that edge things would be so far away that they vanish
    nearness: float  # hundredths per centimetre for each hundredth below that
    nearest: float = 92.0  # feet are not lower
    margin: float = 3.0  # and not nearer to the edge of the ground
    backdrop: float = 3.0  # how high above that edge things fly or hang at least

    def scale(self, foot: float, horizon: float) -> float:
        """Hundredths per centimetre of a thing that stands at `foot`."""
        return self.nearness * (foot - horizon + self.above)

    def foot(self, scale: float, horizon: float) -> float:
        """The other way round, where the ground allows it."""
        return float(np.clip(scale / self.nearness + horizon - self.above, horizon + self.margin, self.nearest))


def _strip(painting: Painting, top: float, bottom: float, first: Colour, second: Colour, steps: int = 40) -> None:
    """From side to side, one colour turning into another."""
    edges = np.linspace(top, bottom, steps + 1)
    for number in range(steps):
        colour = mixed(first, second, number / max(steps - 1, 1))
        painting.fill(box(LEFT, edges[number], RIGHT - LEFT, edges[number + 1] - edges[number] + 0.3), colour)


def _specks(
    painting: Painting,
    rng: np.random.Generator,
    horizon: float,
    number: int,
    colours: tuple[Colour, ...],
    size: float,
    opacity: float,
) -> None:
    """Flat spots on the ground, smaller and denser towards the horizon."""
    for near in np.sort(rng.uniform(0, 1, number)) ** 1.7:
        y, wide = horizon + 1 + near * (BOTTOM - 45 - horizon), size * (0.12 + near)
        spot = ellipse(rng.uniform(LEFT, RIGHT), y, wide * rng.uniform(1, 3), wide * rng.uniform(0.15, 0.4))
        painting.fill(spot, colours[int(rng.integers(len(colours)))], opacity)


def _sky(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    high, low = SKIES[int(rng.integers(len(SKIES)))]
    _strip(painting, TOP, horizon + 1, high, low)
    for _ in range(int(rng.integers(0, 5))):
        x, y, wide = rng.uniform(LEFT, RIGHT), rng.uniform(-25, horizon - 14), rng.uniform(16, 36)
        for _ in range(7):
            puff = ellipse(
                x + rng.normal(0, wide / 3), y + rng.normal(0, wide / 16), wide * rng.uniform(0.4, 0.8), wide * 0.24
            )
            painting.fill(puff, (252, 252, 252), 0.4, 1.6)


def _hills(painting: Painting, horizon: float, rng: np.random.Generator, colour: Colour, high: float) -> None:
    xs = np.linspace(LEFT, RIGHT, 12)
    ridge = [(float(x), horizon - float(rng.uniform(0.2, 1)) * high) for x in xs]
    painting.fill([*curve(ridge), (RIGHT, horizon + 2), (LEFT, horizon + 2)], colour)


def _far_trees(painting: Painting, horizon: float, rng: np.random.Generator, colour: Colour, number: int) -> None:
    for x in rng.uniform(LEFT, RIGHT, number):
        high, tone = rng.uniform(4, 9), rng.uniform(-0.2, 0.3)
        leaf = darker(colour, tone) if tone > 0 else lighter(colour, -tone)
        painting.fill(ellipse(float(x), horizon - high / 2.4, high * rng.uniform(0.7, 1.3), high), leaf)


def park(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    _sky(painting, horizon, rng)
    green = GREENS[int(rng.integers(len(GREENS)))]
    _far_trees(painting, horizon + 1, rng, darker(green, 0.15), 70)
    _strip(painting, horizon, BOTTOM, lighter(green, 0.22), green)
    _specks(painting, rng, horizon, 260, (lighter(green, 0.18), darker(green, 0.14), (120, 136, 70)), 5, 0.35)
    if rng.random() < 0.5:  # a path
        x, end = rng.uniform(10, 90), rng.uniform(-30, 130)
        path = [(x, horizon), (x + 2, horizon), (end + 45, BOTTOM), (end, BOTTOM)]
        painting.fill(path, (190, 174, 142), 0.9)


def field(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    _sky(painting, horizon, rng)
    _hills(painting, horizon, rng, (116, 142, 158), rng.uniform(8, 20))
    _hills(painting, horizon, rng, (92, 122, 92), rng.uniform(2, 7))
    green = (104, 138, 58) if rng.random() < 0.6 else (160, 150, 76)
    _strip(painting, horizon, BOTTOM, lighter(green, 0.2), darker(green, 0.12))
    _specks(painting, rng, horizon, 260, (lighter(green, 0.25), darker(green, 0.18)), 5, 0.35)
    _specks(painting, rng, horizon, 60, ((244, 234, 150), (246, 246, 240)), 0.8, 0.8)


def snow(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    _sky(painting, horizon, rng)
    _hills(painting, horizon, rng, (186, 198, 214), rng.uniform(10, 22))
    _far_trees(painting, horizon + 1, rng, (62, 80, 78), 50)
    _strip(painting, horizon, BOTTOM, (226, 232, 241), (248, 250, 252))
    _specks(painting, rng, horizon, 90, ((196, 208, 226), (252, 252, 254)), 9, 0.35)


def beach(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    _sky(painting, horizon, rng)
    sea = (30, 96, 132) if rng.random() < 0.5 else (48, 128, 140)
    shore = horizon + 8.5
    _strip(painting, horizon, shore, sea, lighter(sea, 0.3))
    for y in rng.uniform(horizon + 0.5, shore, 40):
        wide = (y - horizon) * rng.uniform(1, 4)
        painting.fill(ellipse(rng.uniform(LEFT, RIGHT), float(y), wide, 0.12 * (y - horizon)), (236, 246, 248), 0.5)
    _strip(painting, shore, BOTTOM, (204, 182, 138), (232, 214, 172))
    _specks(painting, rng, shore, 200, ((196, 172, 128), (244, 232, 200)), 6, 0.3)
    foam = [(float(x), shore + float(rng.normal(0, 0.4))) for x in np.linspace(LEFT, RIGHT, 40)]
    painting.stroke(curve(foam, 4), 2.6, (178, 158, 118), 0.7)
    painting.stroke(curve(foam, 4), 1.2, (250, 252, 252), 0.95)


def street(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    _sky(painting, horizon, rng)
    x = LEFT
    while x < RIGHT:
        wide, high, tone = rng.uniform(12, 26), rng.uniform(9, 22), int(rng.integers(110, 190))
        wall = mixed((tone, tone, tone), shade_of(str(rng.choice(["brown", "orange", "blue", "white"])), rng), 0.25)
        painting.fill(box(x, horizon - high, wide, high + 2), wall)
        for down in np.arange(horizon - high + 2, horizon - 3, 4.4):
            for across in np.arange(x + 1.6, x + wide - 2.4, 3.6):
                painting.fill(box(float(across), float(down), 1.8, 2.6), darker(wall, 0.4), 0.85)
        x += wide
    _strip(painting, horizon, horizon + 4, (170, 166, 160), (186, 182, 176))
    _strip(painting, horizon + 4, BOTTOM, (92, 94, 98), (70, 72, 76))
    painting.fill(box(LEFT, horizon + 3.7, RIGHT - LEFT, 0.6), (210, 206, 200))
    _specks(painting, rng, horizon + 4, 160, ((104, 106, 110), (60, 62, 66)), 4, 0.3)
    line = horizon + rng.uniform(26, 34)
    for x in np.arange(LEFT + rng.uniform(0, 20), RIGHT, 34):
        painting.fill([(x, line), (x + 16, line), (x + 18, line + 2.4), (x + 1, line + 2.4)], (226, 222, 206), 0.85)


def table(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    walls = ((196, 188, 172), (142, 160, 164), (212, 202, 178), (120, 134, 122), (178, 142, 122), (206, 210, 214))
    wall = walls[int(rng.integers(len(walls)))]
    _strip(painting, TOP, horizon, lighter(wall, 0.1), darker(wall, 0.16))
    pattern = rng.random()
    if pattern < 0.3:  # wallpaper
        for x in np.arange(LEFT, RIGHT, 9):
            painting.fill(box(float(x), TOP, 4.5, horizon - TOP), darker(wall, 0.12), 0.5)
    elif pattern < 0.55:  # tiles
        for x in np.arange(LEFT, RIGHT, 12):
            painting.fill(box(float(x), TOP, 0.5, horizon - TOP), lighter(wall, 0.4), 0.8)
        for y in np.arange(horizon, TOP, -12):
            painting.fill(box(LEFT, float(y), RIGHT - LEFT, 0.5), lighter(wall, 0.4), 0.8)
    painting.fill(ellipse(10, -10, 110, 120), (255, 246, 222), 0.3, 18)
    _wood(painting, horizon, rng)


def _wood(painting: Painting, horizon: float, rng: np.random.Generator) -> None:
    """Boards that run away from the viewer, with their grain."""
    woods = ((150, 104, 62), (112, 72, 44), (184, 142, 96), (98, 66, 48), (170, 116, 66))
    wood, vanish = woods[int(rng.integers(len(woods)))], (50.0, horizon - 90)
    _strip(painting, horizon, BOTTOM, lighter(wood, 0.12), darker(wood, 0.1))
    for x in np.arange(LEFT - 60, RIGHT + 60, 24):
        tone = float(rng.uniform(0, 0.22))
        corners = [_towards(vanish, x, horizon), _towards(vanish, x + 24, horizon)]
        corners += [_towards(vanish, x + 24, BOTTOM), _towards(vanish, x, BOTTOM)]
        painting.fill(corners, darker(wood, tone), 0.6)
        painting.stroke([corners[0], corners[3]], (0.3, 0.9), darker(wood, 0.5), 0.7)
        for _ in range(9):
            start = rng.uniform(horizon, BOTTOM - 60)
            across, wave = x + rng.uniform(1, 23), rng.normal(0, 0.7)
            ends = [_towards(vanish, across + wave * i, start + i * rng.uniform(6, 14)) for i in range(4)]
            painting.stroke(curve(ends, 4), (0.1, 0.5, 0.1), darker(wood, 0.4), 0.35)
    painting.fill(box(LEFT, horizon - 0.5, RIGHT - LEFT, 1.2), darker(wood, 0.45), 0.8)
    painting.fill(ellipse(20, horizon + 14, 110, 26), (255, 240, 210), 0.18, 4)


def _towards(vanish: tuple[float, float], x: float, y: float) -> tuple[float, float]:
    """Where a line to the vanishing point that would be at `x` in the height of 100 passes the height `y`."""
    share = (y - vanish[1]) / (100 - vanish[1])
    return vanish[0] + (x - vanish[0]) * share, y


OUTDOORS = {"above": 0.6, "nearness": 0.0155}
SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("table", "on a wooden table", table, (48, 58), 75, 0.0115, margin=8),
        Setting("park", "in a park", park, (38, 50), **OUTDOORS),
        Setting("field", "in a grassy field", field, (38, 52), **OUTDOORS),
        Setting("snow", "in the snow", snow, (38, 50), **OUTDOORS),
        Setting("beach", "at the beach", beach, (34, 44), **OUTDOORS),
        Setting("street", "on a city street", street, (38, 48), **OUTDOORS, margin=5.5, backdrop=22),
    )
}
