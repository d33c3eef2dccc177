"""One picture of words in the wild, from the first chance to the last pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from PIL import Image, ImageDraw

from figgen.data.miniatures import graphics, places, textures, things
from figgen.data.miniatures.lettering import Placed
from figgen.data.miniatures.painting import BLACK, SIDE, Ink, Picture
from figgen.data.miniatures.scene import NoRoom, Scene
from figgen.data.readers.mario_files import CHARACTERS, SEGMENTS
from figgen.data.words import word_maker
from figgen.ocr.boxes import TextBox

LAYOUTS = {
    "poster": graphics.poster,
    "advertisement": graphics.advertisement,
    "quotation": graphics.quotation,
    "emblem": graphics.emblem,
    "tin sign": graphics.tin_sign,
    "shop sign": places.shop_sign,
    "street plate": places.street_plate,
    "neon sign": places.neon_sign,
    "banner": places.hanging_banner,
    "blackboard": places.blackboard,
    "book cover": things.book_cover,
    "shirt": things.shirt,
    "bottle": things.bottle,
    "gift tag": things.gift_tag,
    "crate": things.crate,
}
ATTEMPTS = 200


@dataclass(frozen=True)
class Print:
    """A picture, the layout it has, and its words in the order of reading."""

    layout: str  # one of LAYOUTS
    pixels: np.ndarray  # uint8 (SIDE, SIDE, 3)
    words: tuple[Placed, ...]
    rng: np.random.Generator  # for what is said about the picture

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]

    @property
    def boxes(self) -> tuple[TextBox, ...]:
        """One per word, in whole pixels."""
        return tuple(TextBox(word.quad, word.text) for word in self.words)


def draw(layouts: Sequence[str], split: str, index: int, seed: int = 0) -> Print:
    """Picture `index` of a split, in one of `layouts`. Where words do not fit, it is laid out anew, always alike."""
    layout = layouts[index % len(layouts)]
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, crc32(split.encode()), index, attempt])
        scene = Scene(rng, word_maker(split))
        try:
            LAYOUTS[layout](scene)
            scene.check()
        except NoRoom:
            continue
        return Print(layout, _photographed(scene), tuple(word for word, _ in scene.picture.words), rng)
    raise RuntimeError(f"picture {index} of {split} (seed {seed}) found no layout in {ATTEMPTS} attempts")


def _photographed(scene: Scene) -> np.ndarray:
    """The picture with the grain of its camera."""
    scene.picture.grain = textures.grain(scene.rng, scene.between(0, 0.015))
    return scene.picture.developed()


def layout_of(words: Sequence[Placed]) -> np.ndarray:
    """uint8 (SIDE, SIDE, 3): nothing but the words, black on white, where they stand."""
    return Picture(words=[(word, Ink(BLACK)) for word in words]).developed()


def segments_of(words: Sequence[Placed]) -> np.ndarray:
    """int64 (256, 256): for each pixel the number of the character that it lies on, as charseg.npy has it."""
    height, width = SEGMENTS
    sheet = Image.new("L", (width, height))
    for word in words:
        for character, cell in zip(word.text, word.cells(), strict=True):
            corners = [tuple(point) for point in (cell * (width / SIDE, height / SIDE) - 0.5).tolist()]
            ImageDraw.Draw(sheet).polygon(corners, CHARACTERS.index(character) + 1)
    return np.asarray(sheet, np.int64)
