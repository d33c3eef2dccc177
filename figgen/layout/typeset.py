"""The trivial picture of a layout: its words, set with one font into their boxes, on white."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

LETTER = 40  # pixels of the font that words are drawn with before they are put into their boxes


def typeset(boxes: BoxBatch, size: tuple[int, int]) -> np.ndarray:
    """Layouts of B pictures of `size` => uint8 (B, 3, H, W)."""
    font = ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", LETTER)
    pictures = [Image.new("RGB", size[::-1], "white") for _ in range(boxes.num_images)]
    for picture, words in zip(pictures, boxes.words(), strict=True):
        for box in words:
            set_word(picture, box, font)
    return np.stack([np.asarray(picture).transpose(2, 0, 1) for picture in pictures])


def set_word(picture: Image.Image, box: TextBox, font: ImageFont.FreeTypeFont) -> None:
    """Stretch the ink of a word over its box; where the text runs up or down, so does the word."""
    sheet = Image.new("L", (2 * LETTER + round(font.getlength(box.text)), 2 * LETTER))
    ImageDraw.Draw(sheet).text((LETTER, 0), box.text, fill=255, font=font)
    word = sheet.crop(sheet.getbbox())
    (x0, y0), (x1, y1), *_ = box.quad
    turns = round(np.arctan2(y1 - y0, x1 - x0) / (np.pi / 2)) % 4  # quarters, clockwise
    word = word.rotate(-90 * turns, expand=True)
    left, top, right, bottom = (round(edge) for edge in box.bounds)
    mask = word.resize((max(1, right - left), max(1, bottom - top)), Image.Resampling.LANCZOS)
    picture.paste("black", (left, top), mask)
