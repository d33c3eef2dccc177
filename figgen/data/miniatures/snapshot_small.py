"""Things that stand on a table or hang on the wall behind it, in centimetres from the middle of their foot."""

from __future__ import annotations

import math

import numpy as np

from figgen.data.miniatures.brush import (
    Colour,
    Painting,
    box,
    curve,
    darker,
    ellipse,
    lighter,
    mirrored,
    mixed,
    shifted,
    smooth,
)
from figgen.data.miniatures.snapshot_paint import COLOURS, body, shine


def cup(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    handle = curve([(4, -7.6), (7.2, -7.6), (7.4, -3.4), (3.6, -2.4)])
    painting.stroke(handle, 1.3, darker(colour, 0.18))
    painting.stroke(shifted(handle, -0.1, -0.2), 0.5, lighter(colour, 0.35), 0.7)
    body(painting, mirrored([(4.8, -9), (4.6, -4), (3.9, -0.8), (2.8, 0.4)]), colour)
    painting.fill(ellipse(0, -9, 9.6, 2.6), lighter(colour, 0.3))
    painting.fill(ellipse(0, -8.9, 8.7, 2.1), darker(colour, 0.35))
    painting.fill(ellipse(0, -8.6, 7.8, 1.5), (74, 44, 24))


def bowl(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    for x, name in ((-3.6, "orange"), (3.4, "green"), (0.2, "red")):
        body(painting, ellipse(x, -8, 5.6), COLOURS[name])
    body(painting, mirrored([(9, -7), (8, -3.4), (5, -0.6), (3.4, 0.4)]), colour)
    painting.stroke(curve([(-9, -7), (-5, -6), (0, -5.7), (5, -6), (9, -7)]), 0.7, lighter(colour, 0.4))


def vase(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    petals = COLOURS[str(rng.choice(["pink", "yellow", "white", "purple"]))]
    for x, y in ((-7, -30), (6.5, -31), (0.5, -35), (-3, -27), (4, -26)):
        painting.stroke(curve([(0, -16), (x * 0.4, (y - 16) / 2), (x, y)]), 0.5, (52, 104, 50))
        painting.fill(ellipse(x * 0.7, y + 5, 4.6, 1.6, 30 if x > 0 else -30), (62, 122, 58))
        for turn in range(0, 360, 60):
            away = math.radians(turn)
            painting.fill(ellipse(x + 1.5 * math.cos(away), y + 1.5 * math.sin(away), 3, 2.2, turn), petals)
            painting.fill(ellipse(x + math.cos(away), y + math.sin(away), 1.6, 1.2, turn), darker(petals, 0.2), 0.5)
        painting.fill(ellipse(x, y, 1.7), (214, 160, 40))
    half = smooth([(2.6, -18), (2.2, -14.5), (5.6, -8), (4.6, -2), (3.2, 0.4)], closed=False)
    body(painting, mirrored(half), colour)
    painting.fill(ellipse(0, -18, 5.2, 1.3), darker(colour, 0.4))
    shine(painting, -2.8, -9, 0.9, 4, 12)


def bottle(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    half = [(1.3, -27), (1.3, -20), (1.9, -18), (3.6, -15.5), (3.8, -13), (3.8, -1), (3.2, 0.4)]
    body(painting, mirrored(half), colour)
    painting.fill(box(-1.5, -28, 3, 2.2), darker(colour, 0.5))
    body(painting, box(-3.75, -11.5, 7.5, 7), mixed((240, 232, 208), colour, 0.1), 0.6)
    painting.fill(box(-2.4, -9, 4.8, 2.2), darker(colour, 0.1), 0.8)
    shine(painting, -2.2, -15.2, 0.7, 5, 20)


def apple(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    right = smooth([(0, -7.2), (2.2, -8.2), (4.2, -5.6), (3.2, -1.4), (1.2, 0.2), (0, -0.1)], closed=False)
    painting.stroke(curve([(0, -7), (0.3, -8.6), (1, -9.8)]), 0.5, (84, 56, 30))
    body(painting, mirrored(right), colour)
    painting.fill(ellipse(0, -7.3, 2.6, 0.8), darker(colour, 0.5), 0.6, 0.25)
    painting.fill(smooth([(0.5, -8.6), (2, -10), (4, -9.4), (2.4, -8.2)]), (72, 138, 52))
    shine(painting, -1.8, -5.8, 1.1, 1.7, 25)


def parcel(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    front, lid = box(-8, -13, 14, 13.4), [(-8, -13), (-5, -16), (9, -16), (6, -13)]
    painting.fill([(6, -13), (9, -16), (9, -2.4), (6, 0.4)], darker(colour, 0.45))
    painting.fill(front, darker(colour, 0.08))
    painting.fill(lid, lighter(colour, 0.3))
    painting.fill(box(-8, -5, 14, 5.4), darker(colour, 0.4), 0.25, 1.5, painting.stencil(front))
    tie = lighter(colour, 0.55) if sum(colour) < 560 else (190, 60, 60)
    painting.fill(box(-2, -13, 2, 13.4), tie)
    painting.fill([(-2, -13), (1, -16), (3, -16), (0, -13)], lighter(tie, 0.3))
    for side in (-1, 1):
        painting.fill(smooth([(0.6, -14.6), (side * 3.2 + 0.6, -18), (side * 4.4 + 0.6, -15.6)]), tie)


def books(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    y = 0.4
    for name in rng.permutation(["red", "blue", "green", "brown", "yellow", "black"])[:4]:
        x, width, thick = rng.uniform(-1.6, 1.6), rng.uniform(17, 21), rng.uniform(2.4, 3.6)
        cover = COLOURS[str(name)]
        painting.fill(box(x - width / 2, y - thick, width, thick), darker(cover, 0.1))
        painting.fill(box(x - width / 2 + 0.8, y - thick + 0.5, width - 0.8, thick - 1), (232, 224, 204))
        painting.fill(box(x - width / 2, y - thick, 2.2, thick), darker(cover, 0.3))
        painting.fill(box(x - width / 2, y - thick, width, 0.5), lighter(cover, 0.25))
        y -= thick


def candle(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.fill(ellipse(0, -20.5, 16), (255, 208, 110), 0.35, 3)
    painting.fill(ellipse(0, 0, 10, 2.2), (176, 158, 112))
    painting.fill(ellipse(0, -0.4, 8.6, 1.6), (206, 190, 146))
    body(painting, box(-2.4, -16, 4.8, 16), colour)
    painting.fill(ellipse(0, -16, 4.8, 1.2), lighter(colour, 0.5))
    painting.fill(smooth([(0, -23.5), (1.3, -19.6), (0, -17.6), (-1.3, -19.6)]), (255, 170, 40), 0.95, 0.2)
    painting.fill(smooth([(0, -21.6), (0.6, -19.4), (0, -18.2), (-0.6, -19.4)]), (255, 244, 200))


def teapot(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.stroke(curve([(-6, -10), (-11.5, -11), (-11, -4.5), (-6.5, -3.4)]), 1.3, darker(colour, 0.2))
    painting.fill(smooth([(5.6, -6), (9.4, -8), (11, -12.4), (12.4, -12), (11.4, -6.6), (6, -2.6)]), colour)
    half = smooth([(2.8, -12.4), (6.4, -9.4), (7.4, -5.6), (5, -0.8), (3.4, 0.4)], closed=False)
    body(painting, mirrored(half), colour)
    painting.fill(ellipse(0, -12.2, 7, 2), darker(colour, 0.3))
    body(painting, mirrored([(0.4, -14.4), (2.4, -13.4), (3.1, -12)]), lighter(colour, 0.1))
    painting.fill(ellipse(0, -14.9, 1.9), darker(colour, 0.15))
    shine(painting, -3.4, -8.8, 1.2, 2.8, 30)


def clock(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.fill(ellipse(1.2, -11, 25), (20, 20, 24), 0.35, 1)
    body(painting, ellipse(0, -12, 24), colour, 0.6)
    painting.fill(ellipse(0, -12, 20), (246, 244, 236))
    for hour in range(12):
        away = hour * math.pi / 6
        painting.fill(ellipse(8.4 * math.sin(away), -12 - 8.4 * math.cos(away), 1.1), (40, 40, 44))
    for length, turn in ((5.2, rng.uniform(0, 6.28)), (7.8, rng.uniform(0, 6.28))):
        painting.stroke([(0, -12), (length * math.sin(turn), -12 - length * math.cos(turn))], 0.7, (30, 30, 34))


def lamp(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.stroke([(0, -15), (0, -300)], 0.6, (40, 38, 36))
    painting.fill(ellipse(0, 6, 60, 40), (255, 230, 160), 0.28, 9)
    painting.fill(ellipse(0, -0.4, 9, 6), (255, 246, 212))
    body(painting, mirrored([(1.6, -16), (3, -14), (9, -3), (13, 0)]), colour)
    painting.fill(ellipse(0, 0, 26, 2.4), mixed(colour, (255, 240, 190), 0.7))


def picture(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.fill(box(-15, -24, 32, 26), (20, 20, 24), 0.35, 1)
    painting.fill(box(-16, -26, 32, 26), darker(colour, 0.15))
    painting.fill(box(-15.2, -25.2, 30.4, 24.4), lighter(colour, 0.2))
    painting.fill(box(-13.6, -23.6, 27.2, 21.2), (238, 234, 224))
    painting.fill(box(-11, -21, 22, 16), (150, 190, 220))
    view = painting.stencil(box(-11, -21, 22, 16))
    painting.fill(ellipse(-5, -3, 26, 16), (92, 136, 84), within=view)
    painting.fill(ellipse(8, -2, 24, 12), (66, 110, 70), within=view)
    painting.fill(ellipse(5, -17, 3.4), (250, 236, 170))
