"""Hair behind the head, hair over the forehead, and beards."""

from __future__ import annotations

import numpy as np
from PIL import ImageChops

from figgen.data.miniatures.brush import (
    Outline,
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
from figgen.data.miniatures.face_parts import MOUTH, SIDES, head_outline
from figgen.data.miniatures.face_sample import Dice
from figgen.data.miniatures.face_traits import Face

LENGTHS = {"parted": 124.0, "centre": 86.0, "bangs": 112.0, "bob": 46.0}  # how far loose hair hangs below the eyes
WAVE = 3.6  # pixels that wavy hair swings to either side
CROWN = [(-20, -70), (2, -74), (24, -69)]
HAIRLINES = {  # from the right temple to the left one
    "parted": [(40, -8), (37, -26), (28, -38), (10, -46), (-12, -50), (-26, -36), (-38, -20), (-40, -6)],
    "centre": [(40, -6), (37, -22), (24, -38), (3, -53), (0, -54), (-3, -53), (-24, -38), (-37, -22), (-40, -6)],
    "bangs": [(40, -4), (36, -17), (24, -18), (9, -16), (-6, -17), (-22, -18), (-36, -17), (-40, -4)],
    "bob": [(40, -6), (36, -20), (22, -30), (4, -36), (-14, -46), (-28, -34), (-38, -18), (-40, -6)],
    "bun": [(41, -4), (38, -24), (26, -40), (0, -46), (-26, -40), (-38, -24), (-41, -4)],
    "tail": [(41, -4), (38, -24), (26, -39), (6, -45), (-18, -44), (-36, -26), (-41, -4)],
    "short": [(40, 0), (38, -22), (30, -35), (12, -39), (-12, -39), (-30, -35), (-38, -22), (-40, 0)],
    "side": [(40, 0), (38, -20), (31, -32), (10, -36), (-16, -45), (-29, -38), (-38, -22), (-40, 0)],
    "quiff": [(40, 0), (38, -24), (28, -38), (10, -43), (-10, -43), (-28, -38), (-38, -24), (-40, 0)],
    "fringe": [(40, 0), (38, -18), (28, -21), (12, -19), (-4, -21), (-20, -20), (-36, -20), (-40, 0)],
}
RECEDED = [(40, 0), (38, -24), (29, -42), (18, -51), (7, -45), (-7, -45), (-18, -51), (-29, -42), (-38, -24), (-40, 0)]

LOWER_FACE = mirrored([(0, 31), (18, 33), (30, 38), (41, 22), (48, 10), (50, 80)])


def paint_back(painting: Painting, face: Face, rng: np.random.Generator) -> None:
    """Loose hair, a bun or a tail, behind everything."""
    colour = darker(face.hair, 0.22)
    if face.style == "bun":
        painting.fill(smooth(ellipse(4, -78, 40, 32)), face.hair)
        painting.stroke(curve([(-12, -80), (4, -90), (20, -78)]), (0.5, 2, 0.5), lighter(face.hair, 0.3), 0.6, 0.5)
    if face.style == "tail":
        tail = [(-34, -52), (-62, -40), (-74, 0), (-70, 50), (-60, 78), (-52, 40), (-50, 0), (-40, -30)]
        _paint_locks(painting, smooth(tail), face, rng)
    if face.style in LENGTHS:
        length = LENGTHS[face.style]
        half = [(0, -70), (32, -64), (50, -40), (55, -5), (56, 0.4 * length), (57, 0.8 * length), (46, length)]
        outline = smooth(mirrored([*half, (0, length - 6)]))
        painting.fill(_waved(outline, face), colour)


def _waved(outline: Outline, face: Face) -> Outline:
    """Swing an outline sideways, the more the lower, where the hair is wavy."""
    if not face.is_wavy:
        return outline
    x, y = outline.T
    swing = WAVE * np.sin(y / 5.2) * np.sign(x) * np.clip((y + 60) / 60, 0.35, 1)
    return np.stack([x + swing, y], 1)


def paint_front(painting: Painting, face: Face, rng: np.random.Generator) -> None:
    if face.is_bald:
        _paint_bare_head(painting, face)
        return
    if face.style in LENGTHS:
        for side in SIDES:
            _paint_locks(painting, _waved(_side_lock(face, side), face), face, rng)
    cap = _cap(face)
    painting.fill(shifted(cap, 0, 2.5), (30, 16, 12), 0.3, 2.2, painting.stencil(head_outline(face)))
    _paint_locks(painting, cap, face, rng)
    if face.has_sideburns:
        for side in SIDES:
            burn = smooth([(side * 45, -8), (side * 37, -6), (side * 36, 16), (side * 39, 25), (side * 44, 20)])
            painting.fill(burn, mixed(face.hair, face.skin, 0.1), 0.95, 0.6)


def _side_lock(face: Face, side: int) -> Outline:
    """Hair that falls over an ear and the shoulder."""
    length = LENGTHS[face.style]
    bend = 4 if face.style == "bob" else 0
    outer = [(30, -62), (50, -38), (56, -4), (57, 0.42 * length), (58 - bend, 0.8 * length), (49 - 2 * bend, length)]
    inner = [(43 - bend, 0.9 * length), (41 - bend, 0.5 * length), (40, 6), (38, -22), (24, -46)]
    return smooth(np.array(outer + inner) * (side, 1), steps=14)


def _cap(face: Face) -> Outline:
    """The hair on top: its outer edge over the skull, then the hairline back across the forehead."""
    low, puff = 4.0 if face.is_male else 2.0, 3.0 if face.is_wavy else 0.0
    crown = [(-22, -74), (4, -84), (28, -76)] if face.style == "quiff" else CROWN
    left, right = [(-45, low), (-48, -26), (-39, -54)], [(41, -52), (48, -26), (45, low)]
    outer = np.array([*left, *crown, *right])
    outer[1:-1] += puff * np.sign(outer[1:-1])
    outline = smooth([*outer, *(RECEDED if face.is_receding else HAIRLINES[face.style])], steps=8)
    return _ruffled(outline) if face.is_wavy else outline


def _ruffled(outline: Outline) -> Outline:
    """Small bumps along an edge."""
    middle = np.array((0, -30))
    away = (outline - middle) / np.linalg.norm(outline - middle, axis=1, keepdims=True)
    steps = np.linalg.norm(np.diff(outline, axis=0, prepend=outline[:1]), axis=1).cumsum()
    return outline + away * (1.7 * np.sin(steps / 2.4 + 1.5 * np.sin(steps / 9)))[:, None]


def _paint_locks(painting: Painting, outline: Outline, face: Face, rng: np.random.Generator) -> None:
    """A mass of hair with light and dark strands that run down from the crown."""
    painting.fill(outline, face.hair)
    stencil, dice = painting.stencil(outline), Dice(rng)
    left, right = outline[:, 0].min(), outline[:, 0].max()
    painting.fill(ellipse(24 * face.light, -58, 46, 26), lighter(face.hair, 0.45), 0.4, 7, stencil)
    for _ in range(34):
        x = dice.between(left, right)
        tone = lighter(face.hair, 0.34) if dice.chance(0.5) else darker(face.hair, 0.34)
        painting.stroke(_strand(x, face, dice), (0.3, dice.between(0.8, 2.0), 0.3), tone, 0.55, within=stencil)


def _strand(x: float, face: Face, dice: Dice) -> Outline:
    """One line from the crown to below the shoulders, over x at the height of the ears."""
    ys = np.linspace(-82, 104, 40)
    crown = np.clip((ys + 80) / 70, 0, 1) ** 0.5
    swing = (WAVE if face.is_wavy else 0.7) * np.sin(ys / 5.2 + dice.between(0, 0.6))
    return np.stack([x * crown + swing * crown, ys], 1)


def _paint_bare_head(painting: Painting, face: Face) -> None:
    """The shine of a bald head, and, with age, what is left of the hair at its sides."""
    painting.fill(ellipse(14 * face.light, -46, 30, 13, turn=8), lighter(face.skin, 0.8), 0.6, 3.5)
    if face.is_young:
        return
    for side in SIDES:
        tuft = smooth(
            [(side * 43, 8), (side * 47, -6), (side * 45, -22), (side * 40, -30), (side * 38, -12), (side * 39, 4)]
        )
        painting.fill(tuft, face.hair, 0.95, 0.8)


def paint_beard(painting: Painting, face: Face, rng: np.random.Generator) -> None:
    if face.beard == "shadow":
        _paint_whiskers(painting, face, rng, smooth(LOWER_FACE), 160, opacity=0.42, blur=2.5)
    if face.beard == "full":
        _paint_whiskers(painting, face, rng, smooth(LOWER_FACE), 240, opacity=0.96, blur=1.2)
    if face.beard in ("mustache", "full"):
        half = [(0, 31.5), (8, 31), (17, 35), (21, MOUTH + 2), (15, MOUTH - 2), (0, MOUTH - 3)]
        _paint_whiskers(painting, face, rng, smooth(mirrored(half)), 120, opacity=0.96, blur=0.7)
    if face.beard == "goatee":
        half = [(0, 31.5), (9, 31.5), (18, 37), (21, 50), (17, 64), (0, 68)]
        _paint_whiskers(painting, face, rng, smooth(mirrored(half)), 120, opacity=0.96, blur=0.7)


def _paint_whiskers(
    painting: Painting,
    face: Face,
    rng: np.random.Generator,
    outline: Outline,
    number: int,
    opacity: float,
    blur: float,
) -> None:
    """A ground of hair on the face, and on it a number of short single hairs, longer in a dense beard."""
    colour, length, dice = mixed(darker(face.hair, 0.15), face.skin, 0.08), 3.0 * opacity, Dice(rng)
    head = painting.stencil(head_outline(face))
    painting.fill(outline, colour, opacity, blur, head)
    stencil = ImageChops.multiply(head, painting.stencil(outline))
    (left, top), (right, bottom) = outline.min(0), np.minimum(outline.max(0), (50, 74))
    for _ in range(number):
        x, y = dice.between(left, right), dice.between(top, bottom)
        tone = darker(colour, 0.35) if dice.chance(0.6) else lighter(colour, 0.25)
        painting.stroke([(x, y), (1.03 * x, y + length)], (0.8, 0.3), tone, 0.6, within=stencil)
