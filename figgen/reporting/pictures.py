"""Pictures that one looks at: grids, word boxes, animations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from figgen.ocr.boxes import TextBox

GAP, HEAD = 6, 18  # pixels between pictures, and of the line above a column
COLOURS = ("#d62728", "#1f77b4", "#2a9d2a", "#9467bd", "#e07000", "#0f9fb0", "#d6449f", "#8c564b")  # of words, in turn


def colour(number: int) -> str:
    """The colour of a picture's word."""
    return COLOURS[number % len(COLOURS)]


def as_image(chw: np.ndarray, zoom: int = 2) -> Image.Image:
    """uint8 (C, H, W) => a picture, `zoom` times as large."""
    picture = Image.fromarray(chw[0] if chw.shape[0] == 1 else chw.transpose(1, 2, 0)).convert("RGB")
    return scaled(picture, zoom)


def scaled(picture: Image.Image, scale: float) -> Image.Image:
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    return picture.resize(size, Image.Resampling.LANCZOS)


def with_boxes(chw: np.ndarray, boxes: Sequence[TextBox], zoom: int = 2) -> Image.Image:
    """uint8 (C, H, W) => a picture with the words' quads on it, `zoom` times as large."""
    return outlined(as_image(chw, 1), boxes, zoom)


def outlined(picture: Image.Image, boxes: Sequence[TextBox], scale: float) -> Image.Image:
    """The picture, scaled, with each word's quad in a colour of its own and a dot where its text begins."""
    drawn = scaled(picture, scale)
    draw = ImageDraw.Draw(drawn)
    for number, box in enumerate(boxes):
        corners = [(x * scale, y * scale) for x, y in box.quad]
        draw.line([*corners, corners[0]], colour(number), 1)
        draw.circle(corners[0], 2, colour(number))
    return drawn


def columns(
    originals: np.ndarray, reconstructions: np.ndarray, words: Sequence[Sequence[TextBox]], rows: range
) -> dict[str, list[Image.Image]]:
    """Some of the pictures uint8 (N, C, H, W), what became of them, and where their words stand."""
    return {
        "original": [as_image(originals[i]) for i in rows],
        "reconstruction": [as_image(reconstructions[i]) for i in rows],
        "boxes": [with_boxes(originals[i], words[i]) for i in rows],
    }


def grid(columns: Mapping[str, Sequence[Image.Image]]) -> Image.Image:
    """Columns of equally large pictures, each under its name."""
    width, height = next(iter(columns.values()))[0].size
    blank = Image.new("RGB", (width, height), "white")  # below a column that ends before the others
    sheet = mosaic(list(zip_longest(*columns.values(), fillvalue=blank)), head=HEAD)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, name in enumerate(columns):
        draw.text((GAP + number * (width + GAP), 2), name, fill="black", font=font)
    return sheet


def mosaic(
    rows: Sequence[Sequence[Image.Image]], *, gap: int = GAP, head: int = 0, ground: str = "white"
) -> Image.Image:
    """Rows of pictures, each as high as its highest, below `head` empty pixels."""
    width = max(sum(picture.width + gap for picture in row) for row in rows) + gap
    heights = [max(picture.height for picture in row) + gap for row in rows]
    sheet, top = Image.new("RGB", (width, head + sum(heights) + gap), ground), head + gap
    for row, height in zip(rows, heights, strict=True):
        left = gap
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + gap
        top += height
    return sheet


def save_gif(frames: Sequence[np.ndarray], path: Path, zoom: int = 1, milliseconds: int = 120) -> None:
    """Frames, each a row of uint8 (n, C, H, W) pictures => an animation that rests on its last frame."""
    sheets = [grid({f"{i}": [as_image(p, zoom)] for i, p in enumerate(row)}) for row in frames]
    durations = [milliseconds] * (len(sheets) - 1) + [2000]
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets[0].save(path, save_all=True, append_images=sheets[1:], duration=durations, loop=0)
