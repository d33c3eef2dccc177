"""Text on pictures: letters of a size, and as many words of a text as have room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
from PIL import ImageFont

Font = ImageFont.FreeTypeFont


def letters(size: int, file: str = "DejaVuSans.ttf") -> Font:
    """Letters of a size in pixels; they have Greek and the signs of formulas."""
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf" / file), size)


def wrapped(words: Sequence[str], font: Font, width: float, most: int, rest: str) -> list[list[str]]:
    """Words in at most `most` lines; `rest`, which may name their number, stands for those that have no room."""
    lines: list[list[str]] = []
    for number, word in enumerate(words):
        left_out = rest.format(len(words) - number)
        kept_free = 0 if number == len(words) - 1 else font.getlength(f" {left_out}")  # on the last line
        if lines and font.getlength(" ".join([*lines[-1], word])) <= width - (kept_free if len(lines) == most else 0):
            lines[-1].append(word)
        elif len(lines) < most:
            lines.append([shortened(word, font, width - (kept_free if len(lines) == most - 1 else 0))])
        else:
            lines[-1].append(left_out)
            break
    return lines


def shortened(text: str, font: Font, width: float) -> str:
    """As much of the beginning as fits."""
    if font.getlength(text) <= width:
        return text
    text = text.removesuffix("…")
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"
