"""Things that stand in the open or fly above it, in centimetres from the middle of their foot."""

from __future__ import annotations

import math
from itertools import pairwise

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
    rounded,
    smooth,
)
from figgen.data.miniatures.snapshot_paint import COLOURS, body, shine

GLASS, RUBBER, WOOD = (150, 180, 200), (30, 30, 34), (124, 88, 56)


def ball(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    round_ = ellipse(0, -15, 30)
    painting.fill(round_, colour)
    inside, stripe = painting.stencil(round_), (244, 242, 236) if sum(colour) < 640 else (60, 110, 190)
    turn = float(rng.uniform(-40, 40))
    painting.fill(ellipse(0, -15, 9, 31, turn), stripe, within=inside)
    painting.fill(ellipse(0, -15, 31, 7, turn), stripe, 0.9, within=inside)
    painting.fill(ellipse(12, -4, 26, 30), (10, 10, 20), 0.5, 4, inside)
    shine(painting, -6, -22, 6, 4, -30)


def bench(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    for x in (-66, 58):
        painting.fill(box(x, -84, 8, 85), (52, 52, 56))
        painting.fill(box(x + (14 if x < 0 else -14), -42, 7, 40), (40, 40, 44))
    for y in (-84, -72, -60):
        painting.fill(box(-80, y, 160, 9), colour)
        painting.fill(box(-80, y, 160, 2), lighter(colour, 0.35))
    painting.fill([(-80, -46), (80, -46), (88, -38), (-88, -38)], lighter(colour, 0.15))
    painting.fill(box(-88, -38, 176, 6), darker(colour, 0.35))


def tree(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.fill(mirrored([(14, -300), (20, -120), (24, -30), (42, 2)]), (92, 66, 44))
    painting.fill([(4, -300), (20, -120), (24, -30), (42, 2), (10, 2)], (62, 44, 30), 0.7)
    for layer, tone in enumerate((0.35, 0.15, 0.0, -0.2)):
        leaf = darker(colour, tone) if tone >= 0 else lighter(colour, -tone)
        for _ in range(13):
            away, far = rng.uniform(0, 2 * math.pi), math.sqrt(rng.uniform(0, 1)) * (1 - 0.12 * layer)
            x, y = 130 * far * math.cos(away) - 14 * layer, -400 + 140 * far * math.sin(away) - 18 * layer
            painting.fill(ellipse(x, y, rng.uniform(70, 130) - 14 * layer, rng.uniform(60, 100) - 12 * layer), leaf)


def house(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    roof = ((142, 62, 48), (86, 84, 92), (112, 78, 56))[int(rng.integers(3))]
    painting.fill(box(-270, -320, 540, 322), colour)
    painting.fill(box(60, -320, 210, 322), darker(colour, 0.25), 0.35)
    painting.fill(box(-270, -320, 540, 26), darker(colour, 0.5), 0.4, 6)
    painting.fill(box(150, -520, 54, 130), (128, 84, 70))
    painting.fill([(-310, -312), (-200, -500), (200, -500), (310, -312)], roof)
    for y in range(-490, -320, 22):
        half = 200 + (y + 500) * 110 / 188
        painting.stroke([(-half, y), (half, y)], 4, darker(roof, 0.25), 0.6)
    for x in (-220, 120):
        painting.fill(box(x - 8, -258, 116, 116), (240, 238, 230))
        painting.fill(box(x, -250, 100, 100), (96, 120, 140))
        painting.fill([(x, -250), (x + 60, -250), (x, -180)], GLASS, 0.7)
        painting.fill(box(x + 46, -250, 8, 100), (240, 238, 230))
        painting.fill(box(x, -204, 100, 8), (240, 238, 230))
    painting.fill(box(-52, -202, 104, 204), (240, 238, 230))
    painting.fill(box(-42, -192, 84, 194), (96, 58, 42))
    painting.fill(ellipse(28, -92, 10), (220, 190, 90))


def _wheel(painting: Painting, x: float, size: float) -> None:
    painting.fill(ellipse(x, -size / 2, size), RUBBER)
    painting.fill(ellipse(x, -size / 2, size * 0.6), (168, 172, 178))
    painting.fill(ellipse(x, -size / 2, size * 0.42), (96, 98, 104))
    painting.fill(ellipse(x, -size / 2, size * 0.14), (190, 192, 196))


def car(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    shape = [(-212, -30), (-214, -74), (-196, -88), (-122, -96), (-66, -144), (58, -148), (122, -98), (196, -90)]
    hull = smooth([*shape, (214, -70), (212, -30), (150, -22), (-150, -22)], steps=6)
    body(painting, hull, colour, 0.7)
    for glass in ([(-104, -97), (-58, -136), (-8, -139), (-8, -97)], [(4, -97), (4, -139), (52, -139), (100, -97)]):
        painting.fill(glass, (58, 74, 88))
        painting.fill([glass[0], glass[1], np.mean(glass, axis=0)], GLASS, 0.6)
    for x in (-2, -112, 96):
        painting.stroke([(x, -96), (x, -34)], 2, darker(colour, 0.45), 0.8)
    painting.stroke([(-205, -66), (205, -66)], 2.5, lighter(colour, 0.5), 0.7)
    for x in (-34, 74):
        painting.fill(rounded(x, -84, 20, 5, 2), darker(colour, 0.4))
    painting.fill(ellipse(-203, -72, 18, 16), (255, 244, 206))
    painting.fill(ellipse(206, -72, 12, 18), (206, 34, 30))
    for x in (-128, 130):
        painting.fill(ellipse(x, -34, 84), (22, 22, 26))
        _wheel(painting, x, 66)


def bus(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    hull = rounded(-400, -290, 800, 258, 34)
    painting.fill(hull, colour)
    inside = painting.stencil(hull)
    painting.fill(box(-400, -110, 800, 90), darker(colour, 0.4), 0.45, 16, inside)
    painting.fill(box(-400, -292, 800, 24), lighter(colour, 0.5), 0.7, 6, inside)
    for x in range(-370, 330, 116):
        painting.fill(rounded(x, -240, 100, 92, 12), (52, 68, 82))
        painting.fill([(x + 8, -232), (x + 64, -232), (x + 8, -166)], GLASS, 0.55)
    painting.fill(box(-400, -124, 800, 12), (244, 242, 236))
    painting.fill(box(212, -250, 88, 214), darker(colour, 0.3))
    painting.fill(box(220, -242, 72, 200), (70, 88, 102))
    painting.fill(ellipse(-388, -70, 22), (255, 244, 206))
    for x in (-250, 150):
        painting.fill(ellipse(x, -46, 116), (22, 22, 26))
        _wheel(painting, x, 92)


def hydrant(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    body(painting, rounded(-17, -8, 34, 9, 3), darker(colour, 0.2))
    body(painting, box(-12, -60, 24, 54), colour)
    for side in (-1, 1):
        body(painting, rounded(side * 15 - 6, -50, 12, 16, 4), darker(colour, 0.1))
    body(painting, rounded(-15, -64, 30, 7, 3), darker(colour, 0.05))
    body(painting, mirrored(smooth([(2, -80), (8, -77), (12, -70), (13, -63)], closed=False)), colour)
    painting.fill(ellipse(0, -42, 13), darker(colour, 0.35))
    painting.fill(ellipse(-1, -43, 8), lighter(colour, 0.2))


def parasol(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.fill(box(-3, -210, 6, 212), (214, 206, 190))
    top, edge = (0.0, -226.0), [(-130 + 260 * i / 6, -160 + 14 * math.cos(math.pi * (i / 3 - 1))) for i in range(7)]
    for number, (first, second) in enumerate(pairwise(edge)):
        cloth = colour if number % 2 == 0 else (244, 240, 230)
        bulge = [((x * 0.62), top[1] + 16 + abs(x) * 0.1) for x, _ in (second, first)]
        shade = darker(cloth, 0.06 * number)
        low = (first[0] + second[0]) / 2, (first[1] + second[1]) / 2 + 8
        painting.fill([top, bulge[0], second, low, first, bulge[1]], shade)
    painting.fill(ellipse(0, -228, 9), (214, 206, 190))


def surfboard(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    half = smooth([(0, -200), (18, -160), (27, -100), (24, -30), (18, 2)], closed=False)
    body(painting, mirrored(half), colour, 0.7)
    painting.fill(box(-2, -196, 4, 198), lighter(colour, 0.6), within=painting.stencil(mirrored(half)))
    painting.fill(box(-40, -120, 80, 14), (244, 242, 236), 0.9, within=painting.stencil(mirrored(half)))


def bucket(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.stroke(curve([(-14, -28), (-12, -42), (0, -48), (12, -42), (14, -28)]), 2, (226, 226, 222))
    body(painting, mirrored([(15, -28), (11, 0), (9, 1)]), colour)
    painting.fill(ellipse(0, -28, 30, 7), lighter(colour, 0.25))
    painting.fill(ellipse(0, -27.4, 26, 5), darker(colour, 0.45))


def boat(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.fill(box(-4, -330, 8, 290), (120, 92, 66))
    painting.fill(smooth([(8, -326), (60, -200), (120, -66), (8, -60)], steps=5), (246, 244, 236))
    painting.fill([(8, -320), (30, -260), (8, -70)], (206, 208, 210), 0.6)
    painting.fill([(-10, -300), (-10, -66), (-96, -60)], (230, 228, 220))
    body(painting, smooth([(-160, -52), (0, -44), (172, -58), (120, 0), (-110, 0)], steps=6), colour, 0.8)
    painting.stroke(curve([(-158, -50), (0, -42), (170, -56)]), 8, (246, 244, 236))
    painting.fill(ellipse(0, 6, 300, 22), (236, 246, 250), 0.55, 4)


def _legs(painting: Painting, places: tuple[float, ...], top: float, width: float, colour: Colour) -> None:
    for number, x in enumerate(places):
        painting.fill(rounded(x, top, width, 1 - top, 3), darker(colour, 0.3 if number % 2 else 0.0))


def sheep(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    _legs(painting, (-38, -26, 24, 36), -34, 9, (66, 58, 54))
    wool = [(x, -62 + 26 * math.sin(i * 2.4)) for i, x in enumerate(np.linspace(-44, 44, 14))]
    for tone in (0.22, 0.1, 0.0):
        for x, y in wool:
            painting.fill(
                ellipse(x - 8 * (0.2 - tone), y - 40 * (0.2 - tone), 40 - 40 * (0.2 - tone)), darker(colour, tone)
            )
    body(painting, ellipse(-62, -82, 26, 38, 24), (74, 64, 60), 0.6)
    painting.fill(ellipse(-46, -92, 20, 9, 30), (60, 52, 48))
    painting.fill(ellipse(-52, -100, 26, 18), colour)
    painting.fill(ellipse(-66, -86, 5), (16, 16, 18))


def dog(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.stroke(curve([(34, -46), (48, -56), (54, -74)]), (9, 4), darker(colour, 0.1))
    _legs(painting, (-28, -18, 20, 29), -34, 9, colour)
    body(painting, smooth([(-34, -52), (0, -50), (34, -50), (40, -36), (30, -24), (0, -22), (-28, -24)]), colour, 0.8)
    painting.fill(smooth([(-24, -54), (-40, -66), (-48, -56), (-36, -34), (-22, -34)]), colour)
    body(painting, ellipse(-42, -64, 27, 24), colour, 0.6)
    body(painting, rounded(-66, -64, 22, 13, 6), lighter(colour, 0.12), 0.5)
    painting.fill(ellipse(-65, -62, 7, 6), (22, 20, 22))
    painting.fill(smooth([(-38, -74), (-28, -72), (-26, -52), (-34, -52)]), darker(colour, 0.4))
    painting.fill(ellipse(-47, -67, 4), (18, 16, 18))
    painting.stroke(curve([(-32, -48), (-27, -44), (-22, -46)]), 4, COLOURS["red"])


def kite(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.stroke(curve([(0, -126), (10, -96), (-14, -66), (8, -30), (0, 0)]), 1.6, (238, 238, 238))
    for x, y in ((5, -104), (-8, -74), (2, -40)):
        painting.fill([(x, y), (x - 12, y - 7), (x - 12, y + 7)], colour)
        painting.fill([(x, y), (x + 12, y - 7), (x + 12, y + 7)], colour)
    corners = [(0, -256), (46, -208), (0, -126), (-46, -208)]
    other = lighter(colour, 0.5)
    for number, (first, second) in enumerate(pairwise([*corners, corners[0]])):
        painting.fill([(0, -208), first, second], other if number % 2 else colour)


def balloon(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    for x in (-22, 22):
        painting.stroke([(x * 1.4, -90), (x * 0.7, -26)], 2, (90, 74, 58))
    body(painting, rounded(-18, -28, 36, 28, 5), WOOD)
    half = smooth([(0, -330), (70, -314), (118, -250), (104, -170), (36, -92), (0, -86)], closed=False)
    outline = mirrored(half)
    body(painting, outline, colour, 0.2)
    inside = painting.stencil(outline)
    for across in (160, 60):
        painting.fill(ellipse(0, -208, across, 250), mixed(colour, (250, 244, 226), 0.85), within=inside)
        painting.fill(ellipse(0, -208, across - 44, 250), colour, within=inside)
    painting.fill(ellipse(90, -150, 120, 260), (14, 14, 30), 0.35, 18, inside)
    painting.fill(ellipse(-50, -260, 60, 90), (255, 255, 255), 0.3, 14, inside)


def bird(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    for side, tone in ((1, 0.25), (-1, 0.0)):
        wing = [(0, -14), (side * 16, -34), (side * 44, -40), (side * 62, -26), (side * 34, -24), (side * 14, -8)]
        painting.fill(smooth(wing), darker(colour, tone))
    body(painting, ellipse(-2, -10, 40, 16, 8), colour, 0.6)
    painting.fill([(14, -12), (36, -8), (34, 0), (14, -6)], darker(colour, 0.2))
    painting.fill(ellipse(-22, -14, 14), colour)
    painting.fill([(-28, -16), (-37, -12), (-28, -11)], (230, 160, 50))
    painting.fill(ellipse(-24, -15, 2.6), (16, 16, 18))


def airplane(painting: Painting, colour: Colour, rng: np.random.Generator) -> None:
    painting.fill([(150, -44), (206, -104), (226, -104), (206, -38)], darker(colour, 0.1))
    painting.fill([(-6, -44), (60, -86), (80, -84), (54, -40)], darker(colour, 0.3))
    hull = smooth([(-214, -36), (-190, -54), (-120, -60), (140, -56), (216, -44), (130, -22), (-150, -16)], steps=6)
    body(painting, hull, (236, 238, 240), 0.7)
    painting.fill(box(-214, -36, 430, 8), colour, within=painting.stencil(hull))
    for x in range(-140, 140, 22):
        painting.fill(ellipse(x, -45, 9, 9), (66, 82, 100))
    painting.fill([(-200, -50), (-176, -56), (-172, -46), (-206, -44)], (66, 82, 100))
    painting.fill([(-30, -32), (60, 10), (92, 10), (50, -32)], mixed((200, 204, 208), colour, 0.15))
    body(painting, rounded(-4, -14, 46, 18, 8), (186, 190, 196))
