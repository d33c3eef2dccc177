"""Pictures that one looks at: grids under their captions, word boxes, animations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from figgen.ocr.boxes import TextBox
from figgen.reporting.lettering import letters, wrapped

GAP, LINE = 6, 18  # pixels between pictures, and of a line of letters
LETTERS = letters(13)
MOST_LINES = 3  # of a caption above a row
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


def outlined(picture: Image.Image, boxes: Sequence[TextBox], scale: float) -> Image.Image:
    """The picture, scaled, with each word's quad in a colour of its own and a dot where its text begins."""
    drawn = scaled(picture, scale)
    draw = ImageDraw.Draw(drawn)
    for number, box in enumerate(boxes):
        corners = [(x * scale, y * scale) for x, y in box.quad]
        draw.line([*corners, corners[0]], colour(number), 1)
        draw.circle(corners[0], 2, colour(number))
    return drawn


def grid(columns: Mapping[str, Sequence[Image.Image]], titles: Sequence[str] = ()) -> Image.Image:
    """Columns of pictures, each under its name; rows under their titles, where they have some."""
    widest = max(picture.width for pictures in columns.values() for picture in pictures)
    widths = [max((picture.width for picture in pictures), default=widest) for pictures in columns.values()]
    names = [lettered(name, width) for name, width in zip(columns, widths, strict=True)]
    rows, whole = [names], sum(widths) + GAP * (len(widths) - 1)
    blanks = [Image.new("RGB", (width, 1), "white") for width in widths]  # where a column ends before the others
    for number, row in enumerate(zip_longest(*columns.values())):
        rows += [[lettered(titles[number], whole)]] if titles else []
        rows.append([picture or blank for picture, blank in zip(row, blanks, strict=True)])
    return mosaic(rows)


def lettered(text: str, width: int) -> Image.Image:
    """A white strip with as much of the text as three lines hold."""
    lines = wrapped(text.split(), LETTERS, width, MOST_LINES, "…") or [[]]
    strip = Image.new("RGB", (width, LINE * len(lines)), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(strip).text((0, 1 + number * LINE), " ".join(line), "black", LETTERS)
    return strip


def mosaic(rows: Sequence[Sequence[Image.Image]], *, gap: int = GAP, ground: str = "white") -> Image.Image:
    """Rows of pictures, each as high as its highest."""
    width = max(sum(picture.width + gap for picture in row) for row in rows) + gap
    heights = [max(picture.height for picture in row) + gap for row in rows]
    sheet, top = Image.new("RGB", (width, sum(heights) + gap), ground), gap
    for row, height in zip(rows, heights, strict=True):
        left = gap
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + gap
        top += height
    return sheet


def save_gif(frames: Mapping[int, np.ndarray], captions: Sequence[str], path: Path, milliseconds: int = 120) -> None:
    """{step: uint8 (n, C, H, W) pictures} => an animation under captions; it rests on its last frame."""
    last, sheets = max(frames), []
    for step, pictures in frames.items():
        cells = [_captioned(p, caption) for p, caption in zip(pictures, captions, strict=True)]
        pairs = [cells[i : i + 2] for i in range(0, len(cells), 2)]
        sheets.append(mosaic([[lettered(f"step {step} of {last}", 2 * cells[0].width)], *pairs]))
    path.parent.mkdir(parents=True, exist_ok=True)
    durations = [milliseconds] * (len(sheets) - 1) + [2000]
    sheets[0].save(path, save_all=True, append_images=sheets[1:], duration=durations, loop=0)


def _captioned(chw: np.ndarray, caption: str) -> Image.Image:
    picture = as_image(chw)
    return mosaic([[lettered(caption, picture.width)], [picture]], gap=2)
