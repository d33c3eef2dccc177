"""Pictures that one looks at: labelled grids, word boxes, animations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from figgen.ocr.boxes import TextBox

GAP, HEAD = 6, 18  # pixels between pictures, and of the line above a column


def as_image(chw: np.ndarray, zoom: int = 2) -> Image.Image:
    """uint8 (C, H, W) => a picture, `zoom` times as large."""
    picture = Image.fromarray(chw[0] if chw.shape[0] == 1 else chw.transpose(1, 2, 0)).convert("RGB")
    return picture.resize((picture.width * zoom, picture.height * zoom), Image.Resampling.LANCZOS)


def with_boxes(chw: np.ndarray, boxes: Sequence[TextBox], zoom: int = 2) -> Image.Image:
    """The picture with the words' quads drawn on it."""
    picture = as_image(chw, zoom)
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        corners = [(x * zoom, y * zoom) for x, y in box.quad]
        draw.line([*corners, corners[0]], fill=(220, 30, 30), width=1)
    return picture


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
    cells = list(columns.values())
    width, height = cells[0][0].size
    rows = max(len(column) for column in cells)
    sheet = Image.new("RGB", (len(cells) * (width + GAP) + GAP, rows * (height + GAP) + GAP + HEAD), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for i, (name, column) in enumerate(columns.items()):
        left = GAP + i * (width + GAP)
        draw.text((left, 2), name, fill="black", font=font)
        for j, picture in enumerate(column):
            sheet.paste(picture, (left, HEAD + GAP + j * (height + GAP)))
    return sheet


def save_gif(frames: Sequence[np.ndarray], path: Path, zoom: int = 1, milliseconds: int = 120) -> None:
    """Frames, each a row of uint8 (n, C, H, W) pictures => an animation that rests on its last frame."""
    sheets = [grid({f"{i}": [as_image(p, zoom)] for i, p in enumerate(row)}) for row in frames]
    durations = [milliseconds] * (len(sheets) - 1) + [2000]
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets[0].save(path, save_all=True, append_images=sheets[1:], duration=durations, loop=0)
