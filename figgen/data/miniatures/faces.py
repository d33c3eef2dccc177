"""Faces painted from their traits, back to front.

Lengths are in pixels of CelebA's aligned pictures. The head has its own place: its origin lies between the eyes, which
are EYE to the left and right of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from PIL import Image

from figgen.data.miniatures import face_hair, face_parts, face_worn
from figgen.data.miniatures.brush import Painting, ellipse, lighter, mixed
from figgen.data.miniatures.face_sample import Dice, sample
from figgen.data.miniatures.face_traits import Face

WIDTH, HEIGHT = 178, 218
EYES = (89.0, 112.0)  # where CelebA's alignment puts the middle between the eyes


@dataclass(frozen=True)
class Portrait:
    """A painted face, who it is, and where things are in pixels."""

    picture: Image.Image
    face: Face
    landmarks: dict[str, tuple[int, int]]  # x, y by the names that CelebA uses
    bounds: tuple[int, int, int, int]  # left, top, width, height of the head


def draw(split: str, index: int, seed: int = 0) -> Portrait:
    """Face `index` of a split; it depends on these three alone."""
    rng = np.random.default_rng([seed, crc32(split.encode()), index])
    return paint(sample(rng), rng)


def paint(face: Face, rng: np.random.Generator) -> Portrait:
    """`rng` places what traits leave open: strands of hair, lights behind the head."""
    painting = Painting(WIDTH, HEIGHT, *face.grounds)
    _paint_ground(painting, face, Dice(rng))
    with painting.placed(*EYES, face.size, face.tilt):
        face_hair.paint_back(painting, face, rng)
    with painting.placed(*EYES, face.size, face.tilt / 3):
        face_worn.paint_body(painting, face)
    with painting.placed(*EYES, face.size, face.tilt):
        face_parts.paint_head(painting, face)
        face_hair.paint_beard(painting, face, rng)
        face_parts.paint_features(painting, face)
        face_hair.paint_front(painting, face, rng)
        face_worn.paint_on_head(painting, face)
        landmarks = {name: painting.spot(*place) for name, place in _landmarks(face).items()}
        corners = np.array([painting.spot(x, y) for x in (-46, 46) for y in (-64, 70)])
    left, top = np.maximum(corners.min(0), 0).round().astype(int).tolist()
    right, bottom = np.minimum(corners.max(0), (WIDTH, HEIGHT)).round().astype(int).tolist()
    return Portrait(
        painting.finish(1.9 if face.is_blurry else 0.0),
        face,
        {name: (round(x), round(y)) for name, (x, y) in landmarks.items()},
        (left, top, right - left, bottom - top),
    )


def _paint_ground(painting: Painting, face: Face, dice: Dice) -> None:
    """What is behind the head, out of focus."""
    if face.ground_kind == "lights":
        for _ in range(14):
            colour = mixed(lighter(face.grounds[0], dice.between(0.1, 0.6)), (255, 214, 150), dice.between(0, 0.5))
            spot = ellipse(dice.between(0, WIDTH), dice.between(0, HEIGHT), dice.between(10, 44))
            painting.fill(spot, colour, opacity=dice.between(0.15, 0.45), blur=2)
    if face.ground_kind == "split":
        edge = dice.between(20, WIDTH - 20)
        colour = lighter(face.grounds[1], dice.between(0.2, 0.5))
        painting.fill([(edge, 0), (WIDTH, 0), (WIDTH, HEIGHT), (edge + 12, HEIGHT)], colour, 0.7, blur=5)
    painting.fill(ellipse(89 + 40 * face.light, 90, 170, 200), lighter(face.grounds[0], 0.5), 0.4, blur=30)


def _landmarks(face: Face) -> dict[str, tuple[float, float]]:
    """Where CelebA's five points are on the head; left is where the viewer sees it."""
    x, y = face_parts.mouth_corner(face)
    eye, mouth = face_parts.EYE, face_parts.MOUTH + y
    return {
        "lefteye": (-eye, 0),
        "righteye": (eye, 0),
        "nose": (0, face_parts.NOSE),
        "leftmouth": (-x, mouth),
        "rightmouth": (x, mouth),
    }
