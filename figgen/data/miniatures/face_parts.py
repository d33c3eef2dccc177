"""The head, the eyes, the nose and the mouth, around the point between the eyes."""

from __future__ import annotations

import numpy as np
from PIL import Image

from figgen.data.miniatures.brush import (
    Colour,
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
from figgen.data.miniatures.face_traits import Face

EYE, NOSE, MOUTH, MOUTH_WIDTH = 19.5, 24.0, 42.0, 15.0  # distances from the point between the eyes
SIDES = (-1, 1)
LASHES: Colour = (32, 22, 22)


def head_outline(face: Face) -> Outline:
    """The face from the top of the skull to the chin, without ears."""
    width = face.width * (0.96 if face.is_oval else 1.03 if face.is_chubby else 1.0)
    jaw = face.jaw + (0.7 if face.is_chubby else 0)
    chin = 5.0 if face.is_oval else 1.0 if face.is_chubby else 2.0
    bone = 1.5 if face.has_cheekbones else 0.0
    half = [
        *((0, -60), (23, -56), (37, -38), (43, -10), (42 + bone, 12), (37 + 3.5 * jaw - bone, 37)),
        *((24 + 6.5 * jaw, 56), (11 + 4 * jaw, 65 + chin), (0, 67 + chin)),
    ]
    return smooth(mirrored(half)) * (width, 1)


def shade(face: Face) -> Colour:
    """The skin where less light falls: redder, not only darker."""
    return mixed(darker(face.skin, 0.28), (150, 50, 30), 0.22)


def paint_head(painting: Painting, face: Face) -> None:
    outline, dark = head_outline(face), shade(face)
    for side in SIDES:
        _paint_ear(painting, face, side)
    painting.fill(outline, face.skin)
    stencil = painting.stencil(outline)
    turned_away = [(-70, -80), (-70, 0), (-70, 90), (-34, 80), (-46, 0), (-34, -70)]
    painting.fill(smooth(turned_away) * (face.light, 1), dark, 0.55, 7, stencil)
    painting.fill(ellipse(14 * face.light, -26, 46, 30), lighter(face.skin, 0.5), 0.35, 8, stencil)
    painting.fill(ellipse(0, 74, 60, 16), dark, 0.45, 4, stencil)
    _paint_cheeks(painting, face, stencil)
    if face.has_double_chin:
        painting.stroke(curve([(-22, 57), (0, 63), (22, 57)]), (0.5, 2.2, 0.5), dark, 0.75, 0.5)
    if not face.is_young:
        _paint_wrinkles(painting, face)


def _paint_ear(painting: Painting, face: Face, side: int) -> None:
    x = side * 43.5 * face.width
    painting.fill(ellipse(x, 5, 12, 25, turn=8 * side), mixed(face.skin, shade(face), 0.35))
    painting.fill(ellipse(x + side, 5, 6, 15, turn=8 * side), shade(face), 0.5, 1)


def _paint_cheeks(painting: Painting, face: Face, stencil: Image.Image) -> None:
    light = lighter(face.skin, 0.42)
    for side in SIDES:
        painting.fill(ellipse(side * 26, 25, 24, 17), (226, 96, 88), 0.14, 5, stencil)
        if face.has_rosy_cheeks:
            painting.fill(ellipse(side * 26, 24, 23, 17), (228, 78, 84), 0.3, 5, stencil)
        if face.has_cheekbones:
            painting.fill(ellipse(side * 27, 14, 20, 8, turn=-20 * side), light, 0.7, 2.5, stencil)
            hollow = curve([(side * 43, 22), (side * 32, 32), (side * 24, 42)])
            painting.stroke(hollow, (7, 8, 1), shade(face), 0.6, 2.5, stencil)


def _paint_wrinkles(painting: Painting, face: Face) -> None:
    dark = shade(face)
    for y in (-35, -30):
        painting.stroke(curve([(-17, y), (-6, y - 1.5), (6, y - 1.5), (17, y)]), (0.2, 1.1, 0.2), dark, 0.6)
    for side in SIDES:
        painting.stroke(curve([(side * 10, 24), (side * 17, 33), (side * 19, 42)]), (0.3, 1.5, 0.3), dark, 0.8)
        for up in (-3, 0.5, 4):
            painting.stroke([(side * 32, up * 0.6), (side * 37, up * 1.5)], (1.0, 0.3), dark, 0.7)


def paint_features(painting: Painting, face: Face) -> None:
    for side in SIDES:
        _paint_eye(painting, face, side)
        _paint_brow(painting, face, side)
    _paint_nose(painting, face)
    _paint_mouth(painting, face)


def _lids(face: Face, side: int) -> tuple[Outline, Outline]:
    """The upper and the lower lid of an eye, from its inner to its outer corner."""
    tall = 0.5 if face.has_narrow_eyes else 0.85 if face.is_smiling else 1.0
    upper = np.array([(-8.5, 1.6), (-4.5, -3.4 * tall), (0.5, -5 * tall), (5, -3.6 * tall), (9, -0.6)])
    lower = np.array([(-8.5, 1.6), (-4, 4 * tall), (1, 4.6 * tall), (5.5, 3.2 * tall), (9, -0.6)])
    place = (side * EYE, 0)
    return curve(upper * (side, 1) + place), curve(lower * (side, 1) + place)


def _paint_eye(painting: Painting, face: Face, side: int) -> None:
    upper, lower = _lids(face, side)
    dark, x = shade(face), side * EYE
    painting.fill(ellipse(x, -1, 25, 17), dark, 0.22, 3)
    if face.has_makeup:
        shadow = np.concatenate([upper, shifted(upper, side * 1.5, -6.5)[::-1]])[::3]
        painting.fill(smooth(shadow), (112, 62, 110), 0.75, 1.2)
    _paint_eyeball(painting, face, x, np.concatenate([upper, lower[::-1]]))
    painting.stroke(shifted(upper, 0, 1.4), 2.4, (60, 40, 40), 0.25, 0.6)
    lash = 0.9 if face.is_male else 2.6 if face.has_makeup else 1.7
    painting.stroke(upper, (0.6, lash, lash), LASHES)
    painting.stroke(lower, (0.2, 0.7, 0.4), darker(dark, 0.3), 0.7)
    painting.stroke(shifted(upper[4:-3], 0, -3.2), (0.2, 1.0, 0.2), dark, 0.8)
    if not face.is_male:
        _paint_lashes(painting, upper, side, 4.2 if face.has_makeup else 2.6)
    if face.has_bags:
        painting.fill(ellipse(x, 6.5, 17, 5), dark, 0.35, 1.2)
        painting.stroke(curve([(x - 8, 6), (x, 10), (x + 8, 6)]), (0.2, 1.5, 0.2), darker(dark, 0.12), 0.9)


def _paint_eyeball(painting: Painting, face: Face, x: float, almond: Outline) -> None:
    painting.fill(almond, (246, 243, 240))
    stencil = painting.stencil(almond)
    painting.fill(ellipse(x, -0.3, 9.6), darker(face.iris, 0.35), within=stencil)
    painting.fill(ellipse(x, -0.3, 7.8), face.iris, within=stencil)
    painting.fill(ellipse(x, 1.6, 6, 4), lighter(face.iris, 0.4), 0.6, 0.8, stencil)
    painting.fill(ellipse(x, -0.3, 4), (14, 12, 14), within=stencil)
    painting.fill(ellipse(x + 1.6, -2, 2), (255, 255, 255), within=stencil)


def _paint_lashes(painting: Painting, upper: Outline, side: int, length: float) -> None:
    for share in (0.55, 0.7, 0.84, 0.97):
        x, y = upper[int(share * (len(upper) - 1))]
        painting.stroke([(x, y), (x + side * length * share, y - length * 0.75)], (0.9, 0.3), LASHES)


def _paint_brow(painting: Painting, face: Face, side: int) -> None:
    hair = (120, 118, 118) if face.hair_name == "gray" else darker(face.hair, 0.25)
    colour, lift = mixed(hair, face.skin, 0.12), -2.0 if face.has_arched_brows else 0.0
    path = np.array([(-10, -11.8 + lift / 3), (-3, -14 + lift), (4.5, -15 + 1.9 * lift), (12, -10.5 + lift / 4)])
    line = curve(path * (side, 1) + (side * EYE, 0))
    widths = (3.4, 3.4, 2.6, 0.8) if face.is_male else (2.4, 2.6, 1.9, 0.6)
    painting.stroke(line, (5.6, 6.6, 5.4, 1.6) if face.has_bushy_brows else widths, colour, 0.92, 0.35)
    if face.has_bushy_brows:
        for x, y in line[1:-2:3]:
            painting.stroke([(x - side, y + 3), (x + side * 1.6, y - 4)], (0.9, 0.3), darker(colour, 0.2))


def _paint_nose(painting: Painting, face: Face) -> None:
    dark, away = shade(face), -1 if face.light > 0 else 1
    wide, tip = {"plain": (1.0, 0.0), "big": (1.5, 1.0), "pointy": (0.72, 2.5)}[face.nose]
    side_of_bridge = curve([(away * 5, -6), (away * 4.5, 8), (away * 7.5 * wide, 20)])
    painting.stroke(side_of_bridge, (1, 4, 4), dark, 0.42, 1.8)
    painting.stroke([(-away, -6), (-away, 16)], (2, 4), lighter(face.skin, 0.55), 0.55, 1.4)
    base = [(-9.5, 21), (-8, 26.5), (0, 28.5 + tip), (8, 26.5), (9.5, 21), (0, 25)]
    painting.fill(smooth(base) * (wide, 1), dark, 0.5, 1.3)
    for side in SIDES:
        wing = curve([(side * 8.2, 19), (side * 9.8, 23), (side * 7.4, 26.6)]) * (wide, 1)
        painting.stroke(wing, (0.3, 1.6, 0.6), darker(dark, 0.12), 0.8, 0.3)
        painting.fill(ellipse(side * 4.6 * wide, 26.2, 4.4 * wide, 2.4, turn=12 * side), darker(dark, 0.5), 0.85, 0.4)
    painting.fill(ellipse(1.5 * face.light, 21 + tip, 7 * wide, 6), lighter(face.skin, 0.7), 0.6, 1.6)
    if face.nose == "pointy":
        painting.stroke(curve([(-4.5, 25), (0, 31.5), (4.5, 25)]), (0.4, 1.5, 0.4), darker(dark, 0.15), 0.85, 0.2)


# ---- The mouth -------------------------------------------------------------------------------------------------------


def _paint_mouth(painting: Painting, face: Face) -> None:
    lips = face.lipstick or mixed(face.skin, (176, 64, 66), 0.5)
    full = 1.45 if face.has_big_lips else 0.82 if face.is_male else 1.0
    gap = (7.5 if face.is_smiling else 5.0) if face.is_mouth_open else 0.0
    seam, below = _lip_line(face, 0.2, 0.35, 0.6), MOUTH + gap
    lower = _lip_line(face, gap + 4.2 * full, 0.1, gap + 6.6 * full)
    painting.fill(ellipse(0, below + 10, 20, 6), shade(face), 0.4, 2.2)
    painting.fill(np.concatenate([lower, seam[::-1]]), lips)
    if gap:
        _paint_open_mouth(painting, face, seam, _lip_line(face, gap * 0.8, 0.2, gap + 0.6))
    painting.fill(np.concatenate([_upper_lip(face, full), seam[::-1]]), darker(lips, 0.14))
    painting.fill(ellipse(2 * face.light, below + 3.8 * full, 11, 2.4), lighter(lips, 0.55), 0.55, 0.8)
    if not gap:
        painting.stroke(seam, (0.5, 1.4, 0.5), darker(lips, 0.55), 0.95)
    if face.is_smiling:
        _paint_smile_lines(painting, face)


def mouth_corner(face: Face) -> tuple[float, float]:
    """How far the right corner of the mouth is from its middle: x, and y upwards below 0."""
    return (MOUTH_WIDTH + 3.5, -4.5) if face.is_smiling else (MOUTH_WIDTH, 0.3)


def _lip_line(face: Face, halfway: float, lift: float, middle: float) -> Outline:
    """From corner to corner, so far below the seam; `lift`: how much of the smile it takes on halfway."""
    x, y = mouth_corner(face)
    beside = halfway + lift * y
    points = [(-x, y), (-x / 2, beside), (0, middle), (x / 2, beside), (x, y)]
    return shifted(curve(points), 0, MOUTH)


def _upper_lip(face: Face, full: float) -> Outline:
    """The upper edge of the upper lip, with its bow."""
    x, y = mouth_corner(face)
    beside = (x / 2, -3.4 * full + 0.45 * y)
    right = [(3.2, -4.8 * full), beside, (x, y)]
    left = [(-a, b) for a, b in reversed(right)]
    return shifted(curve([*left, (0, -3.6 * full), *right]), 0, MOUTH)


def _paint_open_mouth(painting: Painting, face: Face, seam: Outline, below: Outline) -> None:
    inside = np.concatenate([seam, below[::-1]])
    painting.fill(inside, (84, 22, 26))
    stencil = painting.stencil(inside)
    teeth = np.concatenate([shifted(seam, 0, -1), shifted(seam, 0, 4.6)[::-1]])
    painting.fill(teeth, (250, 247, 240), within=stencil)
    painting.fill(ellipse(0, below[:, 1].max() + 2, mouth_corner(face)[0], 5), (196, 84, 84), 0.9, 0.6, stencil)


def _paint_smile_lines(painting: Painting, face: Face) -> None:
    x = mouth_corner(face)[0]
    for side in SIDES:
        fold = curve([(side * (x + 1), MOUTH - 8), (side * (x + 4.2), MOUTH - 4), (side * (x + 2.5), MOUTH + 1.5)])
        painting.stroke(fold, (0.3, 1.7, 0.3), shade(face), 0.75, 0.3)
