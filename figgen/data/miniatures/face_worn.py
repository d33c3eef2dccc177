"""What a person wears: clothes, tie, necklace, hat, glasses, earrings. And the neck, which clothes leave bare."""

from __future__ import annotations

import numpy as np

from figgen.data.miniatures.brush import (
    Colour,
    Painting,
    curve,
    darker,
    ellipse,
    lighter,
    mirrored,
    mixed,
    shifted,
    smooth,
)
from figgen.data.miniatures.face_parts import EYE, SIDES, shade
from figgen.data.miniatures.face_traits import Face

GOLD = (214, 172, 84)
BOTTOM = 130.0  # below the edge of the picture


def paint_body(painting: Painting, face: Face) -> None:
    """Neck, shoulders and clothes."""
    neck = (24.0 if face.is_male else 18.5) + (5 if face.is_chubby else 0)  # half its width
    shoulders = [(70, 94), (98, 112), (104, BOTTOM)] if face.neckline == "strap" else [(40, 94), (44, BOTTOM)]
    bare = smooth(mirrored([(0, 40), (neck, 44), (neck, 72), (neck + 5, 82), *shoulders, (0, BOTTOM)]))
    painting.fill(bare, mixed(face.skin, shade(face), 0.18))
    stencil = painting.stencil(bare)
    painting.fill(ellipse(-4 * face.light, 62, 64, 40), shade(face), 0.7, 5, stencil)
    for side in SIDES:
        painting.stroke([(side * 7, 98), (side * 30, 93)], (2.5, 0.8), shade(face), 0.5, 0.9, stencil)
    _paint_cloth(painting, face, neck)
    if face.neckline in ("shirt", "suit"):
        _paint_shirt_front(painting, face)
        for side in SIDES:
            _paint_collar(painting, face, neck, side)
    if face.necklace != "none":
        _paint_necklace(painting, face, neck)


def cloth_colour(face: Face) -> Colour:
    """Of the shirt; a suit goes over a white one."""
    return (240, 240, 242) if face.neckline == "suit" else face.cloth


def _paint_cloth(painting: Painting, face: Face, neck: float) -> None:
    colour, broad = cloth_colour(face), 1.12 if face.is_male else 0.96
    hole = {
        "round": [(0, 93), (neck * 0.8, 89), (neck + 6, 80)],
        "v": [(0, 108), (neck * 0.55, 94), (neck + 6, 80)],
        "shirt": [(0, 90), (neck * 0.5, 84), (neck + 3, 74)],
        "suit": [(0, 90), (neck * 0.5, 84), (neck + 3, 74)],
        "strap": [(0, 112), (neck + 14, 106), (neck + 20, 92)],
    }[face.neckline]
    shoulder = (
        [(60 * broad, 90), (84 * broad, 102), (104, BOTTOM)] if face.neckline != "suit" else [(40, 98), (44, BOTTOM)]
    )
    outline = mirrored([*hole, *curve([hole[-1], *shoulder]), (0, BOTTOM)])
    painting.fill(outline, colour)
    stencil = painting.stencil(outline)
    for side in SIDES:
        crease = [(side * 58, 92), (side * 46, 112), (side * 50, BOTTOM)]
        painting.stroke(crease, (1, 4, 3), darker(colour, 0.3), 0.5, 2, stencil)
    painting.fill(ellipse(-60 * face.light, 116, 70, 60), darker(colour, 0.4), 0.45, 9, stencil)
    if face.neckline in ("round", "v"):
        left = [(-x, y) for x, y in reversed(hole)]
        painting.stroke(curve([*left, *hole[1:]]), 3.2, darker(colour, 0.18))


def _paint_shirt_front(painting: Painting, face: Face) -> None:
    """A striped tie, or the edge that is buttoned."""
    if not face.has_tie:
        painting.stroke([(0, 92), (0, BOTTOM)], 1.4, darker(cloth_colour(face), 0.3), 0.8)
        return
    tie = [(-6, 90), (6, 90), (9, BOTTOM), (-9, BOTTOM)]
    painting.fill(tie, face.tie_colour)
    stencil = painting.stencil(tie)
    for y in range(100, 130, 8):
        painting.stroke([(-9, y + 5), (9, y)], 2.0, lighter(face.tie_colour, 0.45), 0.8, within=stencil)
    painting.fill([(-6.5, 86), (6.5, 86), (4.5, 96), (-4.5, 96)], darker(face.tie_colour, 0.25))


def _paint_collar(painting: Painting, face: Face, neck: float, side: int) -> None:
    """One flap of the collar and, of a suit, one half of the jacket with its lapel."""
    flap = np.array([(neck + 3, 72), (neck + 8, 84), (15, 102), (1.5, 88)]) * (side, 1)
    painting.fill(shifted(flap, 0, 1.5), (20, 20, 30), 0.3, 1.2)
    painting.fill(flap, lighter(cloth_colour(face), 0.25))
    if face.neckline == "suit":
        coat = darker(face.cloth, 0.25)
        half = [(neck + 8, 78), (66, 92), (96, 104), (116, BOTTOM + 4), (14, BOTTOM + 4), (20, 108)]
        lapel = np.array([(neck + 9, 80), (40, 104), (34, 110), (13, BOTTOM), (20, 108)]) * (side, 1)
        painting.fill(smooth(half) * (side, 1), coat)
        painting.fill(lapel, lighter(coat, 0.12))
        painting.stroke(lapel[[0, 4, 3]], 0.9, darker(coat, 0.5), 0.8)


def _paint_necklace(painting: Painting, face: Face, neck: float) -> None:
    path = curve([(-neck - 4, 80), (-neck * 0.6, 93), (0, 99), (neck * 0.6, 93), (neck + 4, 80)], steps=5)
    if face.necklace == "chain":
        painting.stroke(shifted(path, 0, 0.8), 1.6, darker(face.skin, 0.4), 0.6, 0.6)
        painting.stroke(path, 1.5, GOLD)
        painting.fill(smooth([(0, 98), (4, 103), (0, 109), (-4, 103)]), darker(GOLD, 0.12))
        painting.fill(ellipse(0, 103, 3.6), (186, 40, 60))
        return
    for x, y in path:
        painting.fill(ellipse(x, y + 0.8, 5), darker(face.skin, 0.5), 0.5, 0.5)
        painting.fill(ellipse(x, y, 4.6), (238, 234, 228))
        painting.fill(ellipse(x - 0.8, y - 0.9, 1.6), (255, 255, 255))


def paint_on_head(painting: Painting, face: Face) -> None:
    if face.earrings != "none":
        for side in SIDES:
            _paint_earring(painting, face, side)
    if face.glasses != "none":
        _paint_glasses(painting, face)
    if face.hat != "none":
        {"cap": _paint_cap, "beanie": _paint_beanie, "brim": _paint_brim}[face.hat](painting, face)


def _paint_earring(painting: Painting, face: Face, side: int) -> None:
    x = side * 45.5 * face.width
    painting.fill(ellipse(x, 17, 4), GOLD)
    if face.earrings == "drops":
        painting.stroke([(x, 17), (x, 27)], 1.2, GOLD)
        painting.fill(smooth([(x, 24), (x + 4, 32), (x, 37), (x - 4, 32)]), mixed(face.cloth, (60, 170, 190), 0.5))
        painting.fill(ellipse(x - 1, 31, 1.8), (255, 255, 255), 0.9)
    if face.earrings == "hoops":
        ring = ellipse(x, 27, 15, 20)
        painting.stroke(np.concatenate([ring, ring[:1]]), 2.2, GOLD)
    if face.earrings == "studs":
        painting.fill(ellipse(x, 18, 6.4), (236, 232, 226))
        painting.fill(ellipse(x - 1, 17, 2.4), (255, 255, 255))


def _paint_glasses(painting: Painting, face: Face) -> None:
    frame = (88, 40, 34) if face.glasses == "half" else (28, 26, 30)
    for side in SIDES:
        _paint_lens(painting, face, side * (EYE + 0.5), frame)
        painting.stroke([(side * (EYE + 14.5), -3), (side * 44 * face.width, -1)], 2.4, frame)
    painting.stroke(curve([(-5.5, 0), (0, -2.5), (5.5, 0)]), 2.4, frame)


def _paint_lens(painting: Painting, face: Face, x: float, frame: Colour) -> None:
    square = [(-14, -8), (0, -9.5), (14, -8), (14.5, 4), (9, 13), (0, 14), (-9, 13), (-14.5, 4)]
    lens = ellipse(x, 1.5, 29, 27) if face.glasses == "round" else shifted(smooth(square), x, 0)
    painting.fill(lens, (220, 236, 246), 0.1)
    painting.stroke([(x - 7, 8), (x + 3, -6)], (1.5, 4.5), (255, 255, 255), 0.35, 0.5, painting.stencil(lens))
    painting.stroke(np.concatenate([lens, lens[:1]]), 2.4, frame)
    if face.glasses == "half":
        painting.stroke(curve([(x - 14, -8), (x, -9.5), (x + 14, -8)]), 4, frame)


def _paint_cap(painting: Painting, face: Face) -> None:
    colour = face.hat_colour
    dome = smooth(mirrored([(0, -84), (28, -79), (46, -60), (51, -32), (0, -36)]))
    painting.fill(dome, colour)
    stencil = painting.stencil(dome)
    painting.fill(ellipse(26 * face.light, -66, 40, 30), lighter(colour, 0.5), 0.4, 7, stencil)
    for x in (-24, 0, 24):
        painting.stroke(curve([(0, -84), (x, -62), (x * 1.2, -34)]), 0.9, darker(colour, 0.35), 0.8)
    visor = smooth([(-49, -36), (-28, -42), (0, -44), (28, -42), (49, -36), (36, -24), (0, -20), (-36, -24)])
    painting.fill(shifted(visor, 0, 4), (20, 10, 10), 0.4, 3)
    painting.fill(visor, darker(colour, 0.22))
    painting.fill(ellipse(0, -84, 6, 4), darker(colour, 0.2))


def _paint_beanie(painting: Painting, face: Face) -> None:
    colour = face.hat_colour
    dome = smooth(mirrored([(0, -90), (26, -85), (45, -66), (50, -38), (0, -38)]))
    painting.fill(ellipse(0, -91, 20), lighter(colour, 0.3))
    painting.fill(dome, colour)
    stencil = painting.stencil(dome)
    for x in np.linspace(-46, 46, 13):
        painting.stroke(curve([(x * 0.5, -90), (x, -40)]), 2.2, darker(colour, 0.2), 0.7, 0.4, stencil)
    cuff = smooth([(-51, -44), (0, -49), (51, -44), (52, -28), (0, -33), (-52, -28)], steps=6)
    painting.fill(shifted(cuff, 0, 3), (20, 10, 10), 0.35, 2)
    painting.fill(cuff, darker(colour, 0.12))
    for x in np.linspace(-48, 48, 17):
        painting.stroke([(x, -50), (x * 1.01, -27)], 1.2, darker(colour, 0.4), 0.6, within=painting.stencil(cuff))


def _paint_brim(painting: Painting, face: Face) -> None:
    colour = face.hat_colour
    crown = smooth(mirrored([(0, -88), (24, -92), (38, -80), (44, -42), (0, -38)]))
    brim = smooth([(-76, -38), (-40, -47), (0, -50), (40, -47), (76, -38), (44, -28), (0, -24), (-44, -28)])
    painting.fill(shifted(brim, 0, 5), (20, 10, 10), 0.4, 4)
    painting.fill(crown, colour)
    painting.fill(ellipse(20 * face.light, -74, 30, 30), lighter(colour, 0.5), 0.35, 6, painting.stencil(crown))
    band = np.concatenate([curve([(-43, -53), (0, -57), (43, -53)]), curve([(44, -42), (0, -45), (-44, -42)])])
    painting.fill(band, darker(colour, 0.5))
    painting.fill(brim, darker(colour, 0.12))
    painting.stroke(
        curve([(-70, -38), (-40, -44), (0, -47), (40, -44), (70, -38)]), (0.5, 2, 0.5), lighter(colour, 0.35), 0.6
    )
