"""The miniature of COCO: two coloured shapes and five captions a picture, in the format of COCO's captions of 2014.

train2014/COCO_train2014_000000000001.jpg    and val2014/, whose pictures are the test split
annotations/captions_{train,val}2014.json    {info, images, licenses, annotations}
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image, ImageDraw

from figgen.data.miniatures.base import Dice, Miniature, Slot, encoded, until_it_fits
from figgen.data.readers.coco import PARTS

SIZES = ((640, 480), (640, 427), (480, 640), (500, 375))
COLOURS = {"red": "#c8262c", "blue": "#2850b4", "purple": "#8a3cb4", "pink": "#f08cb4", "black": "#202024"}
SHAPES = {"circle": 60, "square": 4, "pentagon": 5, "hexagon": 6}  # corners
GROUNDS = {"on a gray floor": "#b4b4b8", "on a beige carpet": "#e0cc98", "on a green lawn": "#a8cc70"}
# A relation, and how it is called the other way round => where the first and the second shape stand, and their radii,
# in hundredths of the square in the middle of the picture, to which pictures are cropped.
RELATIONS = {
    ("to the left of", "to the right of"): ((27, 50, 20), (73, 50, 20)),
    ("above", "below"): ((50, 27, 20), (50, 73, 20)),
    ("in front of", "behind"): ((44, 56, 22), (58, 44, 26)),
    ("inside of", "around"): ((50, 50, 13), (50, 50, 36)),
}
WANDER = 4  # hundredths that a shape may stand elsewhere
TOLD = (
    "{a} {relation} {b} {ground}.",
    "{b} {reverse} {a}.",
    "A picture of {a} that is {relation} {b}.",
    "There is {b} {ground}, {reverse} {a}.",
    "One can see {a} {relation} {b} {ground}.",
)

Listed = tuple[dict[str, Any], list[str]]  # a picture's line in the list of images, and its captions


@dataclass(frozen=True)
class CocoMiniature(Miniature[Listed]):
    """num_train and num_test pictures."""

    name: ClassVar[str] = "coco"
    version: ClassVar[int] = 2
    drawn_by: ClassVar[tuple[str, ...]] = ("pillow",)

    def folders(self) -> list[str]:
        return ["annotations", *PARTS.values()]

    def draw(self, root: Path, slot: Slot) -> Listed:
        picture, captions = until_it_fits(drawn, slot.split, slot.place, self.seed)
        number, part = slot.number + 1, PARTS[slot.split]
        name = f"COCO_{part}_{number:012d}.jpg"
        (root / part / name).write_bytes(encoded(picture, "JPEG", quality=92))
        line = {"license": 1, "file_name": name, "height": picture.height, "width": picture.width, "id": number}
        return line, captions

    def finish(self, root: Path, listed: Sequence[Listed]) -> None:
        info = {"description": "Drawn shapes in the format of COCO 2014", "version": str(self.version), "year": 2014}
        for split, lines in (("train", listed[: self.num_train]), ("test", listed[self.num_train :])):
            told = [(line["id"], text) for line, captions in lines for text in captions]
            tables = {
                "info": info,
                "images": [line for line, _ in lines],
                "licenses": [{"url": "", "id": 1, "name": "that of figgen itself"}],
                "annotations": [{"image_id": image, "id": n, "caption": text} for n, (image, text) in enumerate(told)],
            }
            (root / f"annotations/captions_{PARTS[split]}.json").write_text(json.dumps(tables))


def drawn(dice: Dice) -> tuple[Image.Image, list[str]]:
    """Two shapes in two colours, in one of RELATIONS, and what five people say about them."""
    (relation, reverse), stands = dice.pick(list(RELATIONS.items()))
    colours = dice.rng.choice(list(COLOURS), 2, replace=False).tolist()
    shapes = dice.rng.choice(list(SHAPES), 2).tolist()
    ground, (width, height) = dice.pick(list(GROUNDS)), dice.pick(SIZES)
    picture, side = Image.new("RGB", (2 * width, 2 * height), GROUNDS[ground]), 2 * min(width, height)
    for stand, colour, shape in reversed(list(zip(stands, colours, shapes, strict=True))):
        x, y, radius = (dice.rng.uniform(-WANDER, WANDER, 3) * (1, 1, 0) + stand) * side / 100
        circle = (width - side / 2 + x, height - side / 2 + y, radius)
        ImageDraw.Draw(picture).regular_polygon(circle, SHAPES[shape], fill=COLOURS[colour])
    a, b = (f"a {colour} {shape}" for colour, shape in zip(colours, shapes, strict=True))
    told = (frame.format(a=a, b=b, relation=relation, reverse=reverse, ground=ground) for frame in TOLD)
    return picture.reduce(2), [caption[0].upper() + caption[1:] for caption in told]
