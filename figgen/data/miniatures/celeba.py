"""The miniature of CelebA: faces of simple shapes in the dataset's original format on disk, as Kaggle has it unpacked.

img_align_celeba/img_align_celeba/000001.jpg    178 x 218 pixels, numbered through train, val and test
list_attr_celeba.csv                            what is seen of each face: 40 attributes, 1 or -1
list_eval_partition.csv                         0 train, 1 val, 2 test
list_landmarks_align_celeba.csv                 where the eyes, the nose and the corners of the mouth are
list_bbox_celeba.csv                            where the head is; in the original, before its faces were aligned
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image, ImageDraw

from figgen.data.miniatures.base import Miniature, Slot, encoded, until_it_fits
from figgen.data.readers.celeba import ATTRIBUTE_LIST, PARTITION_LIST, PICTURES, PLACES, SPLIT_OF
from figgen.data.readers.face_captions import ATTRIBUTES

WIDTH, HEIGHT = 178, 218
EYES = (89, 112)  # where CelebA's alignment puts the middle between the eyes
FINER = 2  # faces are painted this much larger
CHANCE = 0.3  # that a face shows a trait; of the other attributes, only those that follow from these are ever said
TRAITS = ("Bangs", "Eyeglasses", "Pale_Skin", "Smiling", "Wearing_Hat")
OF_MEN = ("Bald", "Goatee", "Mustache", "Wearing_Necktie")
OF_WOMEN = ("Wearing_Lipstick", "Wearing_Earrings", "Wearing_Necklace")
HAIRS = {"Black_Hair": "#221e20", "Blond_Hair": "#e2be76", "Brown_Hair": "#7a4e2e", "Gray_Hair": "#b4b4b8"}
# Skin, and the darker lips and nose that go with it; the first is pale.
SKINS = (("#fff0e6", "#e0a8a0", "#e4bca8"), ("#ecba94", "#b86e5c", "#cc9068"), ("#c08a60", "#8c4c40", "#9a6440"))
FABRICS = ("#2c3a5c", "#962a36", "#466e60", "#d6a84e", "#704a7a", "#5c8ab4", "#a8bac6", "#e2d8ca")
SHAPES: dict[str, Callable[[ImageDraw.ImageDraw, list[int], str], None]] = {
    "oval": lambda pen, box, colour: pen.ellipse(box, colour),
    "block": lambda pen, box, colour: pen.rectangle(box, colour),
    "ring": lambda pen, box, colour: pen.ellipse(box, None, colour, 3 * FINER),
    "cap": lambda pen, box, colour: pen.chord(box, 205, 335, colour),
    "bowl": lambda pen, box, colour: pen.chord(box, 0, 180, colour),
}
# Back to front: the attributes that a part needs or (-) does not bear, its shape, its middle as seen from between the
# eyes, half its width, half its height, its colour. What is not in the middle of the face is there twice.
PARTS = (
    ("-Male", "oval", 0, 20, 58, 88, "hair"),
    ("", "oval", 0, 132, 84, 56, "cloth"),
    ("", "oval", 0, 76, 21, 34, "skin"),
    ("Wearing_Necklace", "ring", 0, 66, 30, 36, "#f0c828"),
    ("Wearing_Necktie", "block", 0, 100, 8, 14, "other"),
    ("", "oval", 44, 4, 7, 12, "skin"),
    ("Wearing_Earrings", "oval", 46, 21, 4, 7, "#f0c828"),
    ("", "oval", 0, 6, 44, 62, "skin"),
    ("-Bald -Wearing_Hat", "cap", 0, -6, 48, 60, "hair"),
    ("Bangs", "oval", 0, -36, 39, 17, "hair"),
    ("Wearing_Hat", "cap", 0, -8, 52, 64, "other"),
    ("Wearing_Hat", "block", 0, -32, 62, 4, "other"),
    ("", "oval", 19, 0, 8, 5, "#ffffff"),
    ("", "oval", 19, 0, 3.5, 3.5, "#241c1c"),
    ("", "block", 19, -13, 9, 1.5, "hair"),
    ("", "oval", 0, 20, 4, 8, "shade"),
    ("Smiling", "bowl", 0, 38, 18, 11, "lips"),
    ("Smiling", "bowl", 0, 37, 19, 6, "skin"),
    ("-Smiling", "oval", 0, 42, 15, 4, "lips"),
    ("Mustache", "oval", 0, 33, 17, 4, "hair"),
    ("Goatee", "oval", 0, 62, 12, 7, "hair"),
    ("Eyeglasses", "ring", 19, 0, 14, 12, "#241c1c"),
    ("Eyeglasses", "block", 0, -1, 5, 1.5, "#241c1c"),
)

Row = dict[str, list[int]]  # of each list


@dataclass(frozen=True)
class CelebAMiniature(Miniature[Row]):
    """num_train, num_val and num_test faces."""

    num_val: int = 32

    name: ClassVar[str] = "celeba"
    version: ClassVar[int] = 3
    drawn_by: ClassVar[tuple[str, ...]] = ("pillow",)

    def folders(self) -> Sequence[str]:
        return PICTURES[:1]

    def draw(self, root: Path, slot: Slot) -> Row:
        picture, row = until_it_fits(lambda dice: paint(sample(dice.rng), dice.rng), slot.split, slot.place, self.seed)
        (root / PICTURES[0] / f"{slot.number + 1:06d}.jpg").write_bytes(encoded(picture, "JPEG", quality=92))
        return row | {PARTITION_LIST: [list(SPLIT_OF.values()).index(slot.split)]}

    def finish(self, root: Path, listed: Sequence[Row]) -> None:
        columns = {ATTRIBUTE_LIST: ATTRIBUTES, PARTITION_LIST: ("partition",), **dict(PLACES.values())}
        for name, titles in columns.items():
            rows = ([f"{number:06d}.jpg", *row[name]] for number, row in enumerate(listed, 1))
            with (root / name).open("w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([["image_id", *titles], *rows])


def sample(rng: np.random.Generator) -> set[str]:
    """The attributes of a face; none contradicts another."""
    sex, own = ({"Male"}, OF_MEN) if rng.random() < 0.5 else (set[str](), OF_WOMEN)
    shown = sex | {trait for trait in (*TRAITS, *own) if rng.random() < CHANCE}
    shown -= {"Bangs", "Bald"} if "Wearing_Hat" in shown else {"Bangs"} if "Bald" in shown else set()
    if "Bald" not in shown and not {"Male", "Wearing_Hat"} <= shown:  # else no hair is seen
        shown.add(str(rng.choice(list(HAIRS))))
    shown |= set() if "Goatee" in shown else {"No_Beard"}
    return shown if {"Bald", "Gray_Hair"} & shown else shown | {"Young"}


def paint(shown: set[str], rng: np.random.Generator) -> tuple[Image.Image, Row]:
    """A face with these attributes, and its rows of the lists; `rng` decides what they leave open."""
    size, colours = float(rng.uniform(0.94, 1.04)), colours_of(shown, rng)
    picture = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), colours["ground"])
    pen = ImageDraw.Draw(picture)

    def places(*points: tuple[float, float], finer: int = 1) -> list[int]:
        return [round(finer * (middle + size * way)) for xy in points for middle, way in zip(EYES, xy, strict=True)]

    for needs, shape, x, y, wide, high, colour in PARTS:
        if all((name.strip("-") in shown) != name.startswith("-") for name in needs.split()):
            for side in {-x, x}:
                box = places((side - wide, y - high), (side + wide, y + high), finer=FINER)
                SHAPES[shape](pen, box, colours.get(colour, colour))
    x, y = (18, 38) if "Smiling" in shown else (15, 42)  # the right corner of the mouth
    marks = {"landmarks": places((-19, 0), (19, 0), (0, 24), (-x, y), (x, y))}
    marks["bbox"] = [*places((-44, -56)), round(88 * size), round(124 * size)]
    row = {PLACES[name][0]: numbers for name, numbers in marks.items()}
    return picture.reduce(FINER), row | {ATTRIBUTE_LIST: [1 if name in shown else -1 for name in ATTRIBUTES]}


def colours_of(shown: set[str], rng: np.random.Generator) -> dict[str, str]:
    """Those that PARTS name."""
    skin, lips, shade = SKINS[0 if "Pale_Skin" in shown else rng.integers(1, len(SKINS))]
    hair = next((colour for name, colour in HAIRS.items() if name in shown), "#4a3a30")
    ground, cloth, other = rng.choice(FABRICS, 3, replace=False).tolist()
    own = {"skin": skin, "lips": "#c8183c" if "Wearing_Lipstick" in shown else lips, "shade": shade, "hair": hair}
    return own | {"ground": ground, "cloth": cloth, "other": other}
