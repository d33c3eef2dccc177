"""A contact sheet as one picture: cards in rows, on each the picture with its boxes, words, caption and key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from figgen.data.decoding import decode
from figgen.data.record import Record
from figgen.reporting.pictures import colour, mosaic, outlined

PAGE = 1600  # pixels of width, about
GAP, PADDING = 16, 10
TALLEST = 1.6  # a picture may be that many times as high as its column is wide
GROUND, CARD, EDGE, INK, FAINT = "#eef0f3", "#ffffff", "#d5d9df", "#1c1f24", "#7a828c"
WORD_LINES, CAPTION_LINES = 3, 5


@dataclass(frozen=True)
class Style:
    """Letters of a size in pixels, and from line to line."""

    size: int
    step: int
    file: str = "DejaVuSans.ttf"

    @cached_property
    def font(self) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf" / self.file), self.size)

    def width(self, text: str) -> float:
        return self.font.getlength(text)


TITLE, WORDS = Style(22, 26, "DejaVuSans-Bold.ttf"), Style(12, 16, "DejaVuSans-Bold.ttf")
NOTE, CAPTION, KEY = Style(14, 18), Style(13, 18), Style(11, 15)


@dataclass(frozen=True)
class Sample:
    """A record and its decoded picture."""

    record: Record

    @cached_property
    def picture(self) -> Image.Image:
        return Image.fromarray(decode(self.record.image))


def png_page(title: str, note: str, samples: Sequence[Sample], column: int) -> Image.Image:
    """All samples on one sheet whose columns are about `column` pixels wide."""
    number = max(round((PAGE - GAP) / (column + GAP)), 1)
    column = (PAGE - GAP) // number - GAP
    cards = [card(sample, column) for sample in samples]
    rows = [cards[start : start + number] for start in range(0, len(cards), number)]
    return mosaic([[heading(title, note)], *rows], gap=GAP, ground=GROUND)


def heading(title: str, note: str) -> Image.Image:
    strip = Image.new("RGB", (round(TITLE.width(title) + NOTE.width(note)) + GAP, TITLE.step), GROUND)
    draw, baseline = ImageDraw.Draw(strip), TITLE.size
    draw.text((0, baseline), title, INK, TITLE.font, anchor="ls")
    draw.text((GAP + TITLE.width(title), baseline), note, FAINT, NOTE.font, anchor="ls")
    return strip


def card(sample: Sample, column: int) -> Image.Image:
    """One sample, `column` pixels wide and as high as it needs."""
    inside, record = column - 2 * PADDING, sample.record
    scale = min(inside / sample.picture.width, inside * TALLEST / sample.picture.height)
    picture = outlined(sample.picture, record.boxes, scale)
    words = wrapped([box.text for box in record.boxes], WORDS, inside, WORD_LINES, "+{} more")
    caption = wrapped(record.caption.split() or ["(no caption)"], CAPTION, inside, CAPTION_LINES, "…")
    key = shortened(record.key[::-1], KEY, inside)[::-1]  # its end tells more than its beginning
    blocks = [(style, lines) for style, lines in ((WORDS, words), (CAPTION, caption), (KEY, [[key]])) if lines]
    height = 2 * PADDING + picture.height + sum(style.step * len(lines) + 6 for style, lines in blocks)
    drawn = Image.new("RGB", (column, height), GROUND)
    draw, top = ImageDraw.Draw(drawn), PADDING + picture.height
    draw.rounded_rectangle((0, 0, column - 1, height - 1), 6, CARD, EDGE)
    drawn.paste(picture, ((column - picture.width) // 2, PADDING))
    inks = {WORDS: colour, CAPTION: lambda number: INK, KEY: lambda number: FAINT}
    for style, lines in blocks:
        _write(draw, lines, style, top + 6, inks[style])
        top += style.step * len(lines) + 6
    return drawn


def _write(
    draw: ImageDraw.ImageDraw, lines: list[list[str]], style: Style, top: int, ink: Callable[[int], str]
) -> None:
    """Lines of words, each in the ink of its number."""
    number = 0
    for line in lines:
        left = float(PADDING)
        for word in line:
            draw.text((left, top), word, ink(number), style.font)
            left += style.width(f"{word} ")
            number += 1
        top += style.step


def wrapped(words: Sequence[str], style: Style, width: float, most: int, rest: str) -> list[list[str]]:
    """Words in at most `most` lines; `rest`, which may name their number, stands for those that have no room."""
    lines: list[list[str]] = []
    for number, word in enumerate(words):
        left_out = rest.format(len(words) - number)
        kept_free = 0 if number == len(words) - 1 else style.width(f" {left_out}")  # on the last line
        if lines and style.width(" ".join([*lines[-1], word])) <= width - (kept_free if len(lines) == most else 0):
            lines[-1].append(word)
        elif len(lines) < most:
            lines.append([shortened(word, style, width - (kept_free if len(lines) == most - 1 else 0))])
        else:
            lines[-1].append(left_out)
            break
    return lines


def shortened(text: str, style: Style, width: float) -> str:
    """As much of the beginning as fits."""
    if style.width(text) <= width:
        return text
    text = text.removesuffix("…")
    while text and style.width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"
