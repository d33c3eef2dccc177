"""A contact sheet as one picture: cards in rows, on each the picture with its boxes, words, caption and key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle

from PIL import Image, ImageDraw

from figgen.data.decoding import decode
from figgen.data.record import Record
from figgen.reporting.lettering import Font, letters, shortened, wrapped
from figgen.reporting.pictures import COLOURS, mosaic, outlined

PAGE = 1600  # pixels of width, about
GAP, PADDING, BLOCK, LINE = 16, 10, 6, 4  # pixels: between cards, inside of them, above a block, between lines
TALLEST = 1.6  # a picture may be that many times as high as its column is wide
GROUND, CARD, EDGE, INK, FAINT = "#eef0f3", "#ffffff", "#d5d9df", "#1c1f24", "#7a828c"
WORD_LINES, CAPTION_LINES = 3, 5

TITLE, WORDS = letters(22, "DejaVuSans-Bold.ttf"), letters(12, "DejaVuSans-Bold.ttf")
NOTE, CAPTION, KEY = letters(14), letters(13), letters(11)


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
