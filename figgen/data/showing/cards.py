"""A contact sheet as one picture: cards in rows, on each the picture with its boxes, words, caption and key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from figgen.data.decoding import decode
from figgen.data.record import Record
from figgen.reporting.pictures import COLOURS, mosaic, outlined

PAGE = 1600  # pixels of width, about
GAP, PADDING, BLOCK, LINE = 16, 10, 6, 4  # pixels: between cards, inside of them, above a block, between lines
TALLEST = 1.6  # a picture may be that many times as high as its column is wide
GROUND, CARD, EDGE, INK, FAINT = "#eef0f3", "#ffffff", "#d5d9df", "#1c1f24", "#7a828c"
WORD_LINES, CAPTION_LINES = 3, 5


Font = ImageFont.FreeTypeFont


def _font(size: int, file: str = "DejaVuSans.ttf") -> Font:
    """Letters of a size in pixels; they have Greek and the signs of formulas."""
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf" / file), size)


TITLE, WORDS = _font(22, "DejaVuSans-Bold.ttf"), _font(12, "DejaVuSans-Bold.ttf")
NOTE, CAPTION, KEY = _font(14), _font(13), _font(11)


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
    middle = TITLE.getlength(title) + GAP
    strip = Image.new("RGB", (round(middle + NOTE.getlength(note)), 26), GROUND)
    draw = ImageDraw.Draw(strip)
    draw.text((0, 20), title, INK, TITLE, anchor="ls")
    draw.text((middle, 20), note, FAINT, NOTE, anchor="ls")
    return strip


def card(sample: Sample, column: int) -> Image.Image:
    """One sample, `column` pixels wide and as high as it needs."""
    inside, record = column - 2 * PADDING, sample.record
    scale = min(inside / sample.picture.width, inside * TALLEST / sample.picture.height)
    picture = outlined(sample.picture, record.boxes, scale)
    words = wrapped([box.text for box in record.boxes], WORDS, inside, WORD_LINES, "+{} more")
    caption = wrapped(record.caption.split() or ["(no caption)"], CAPTION, inside, CAPTION_LINES, "…")
    key = shortened(record.key[::-1], KEY, inside)[::-1]  # its end tells more than its beginning
    blocks = [(words, WORDS, COLOURS), (caption, CAPTION, (INK,)), ([[key]], KEY, (FAINT,))]
    height = 2 * PADDING + picture.height + sum(height_of(lines, font) for lines, font, _ in blocks)
    drawn = Image.new("RGB", (column, height), GROUND)
    draw, top = ImageDraw.Draw(drawn), PADDING + picture.height
    draw.rounded_rectangle((0, 0, column - 1, height - 1), 6, CARD, EDGE)
    drawn.paste(picture, ((column - picture.width) // 2, PADDING))
    for lines, font, inks in blocks:
        _write(draw, lines, font, inks, top + BLOCK)
        top += height_of(lines, font)
    return drawn


def height_of(lines: list[list[str]], font: Font) -> int:
    return round(BLOCK + len(lines) * (font.size + LINE)) if lines else 0


def _write(draw: ImageDraw.ImageDraw, lines: list[list[str]], font: Font, inks: Sequence[str], top: float) -> None:
    """Lines of words, in the inks in turn."""
    ink = cycle(inks)
    for line in lines:
        left = float(PADDING)
        for word in line:
            draw.text((left, top), word, next(ink), font)
            left += font.getlength(f"{word} ")
        top += font.size + LINE


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
