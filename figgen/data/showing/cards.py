"""A contact sheet as one picture: cards in rows, on each the picture with its boxes, words, caption and key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from figgen.data.showing.contact_samples import Sample
from figgen.ocr.boxes import TextBox

COLOURS = ("#d62728", "#1f77b4", "#2a9d2a", "#9467bd", "#e07000", "#0f9fb0", "#d6449f", "#8c564b")  # of words, in turn
PAGE = 1600  # pixels of width, about
GAP, PADDING, HEAD = 16, 10, 56
TALLEST = 1.6  # a picture may be that many times as high as its column is wide
GROUND, CARD, EDGE, INK, FAINT = "#eef0f3", "#ffffff", "#d5d9df", "#1c1f24", "#7a828c"
WORD_LINES, CAPTION_LINES = 3, 5

Line = list[tuple[str, str]]  # pieces of text, each with its colour


@dataclass(frozen=True)
class Style:
    """Letters of a size in pixels, and from line to line."""

    size: int
    step: int
    bold: bool = False

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return _font("DejaVuSans-Bold.ttf" if self.bold else "DejaVuSans.ttf", self.size)

    def width(self, text: str) -> float:
        return self.font.getlength(text)


TITLE, NOTE, WORDS, CAPTION, KEY = Style(22, 26, True), Style(14, 18), Style(12, 16, True), Style(13, 18), Style(11, 15)


@cache
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf" / file), size)


def png_page(title: str, note: str, samples: Sequence[Sample], column: int) -> Image.Image:
    """All samples on one sheet whose columns are about `column` pixels wide."""
    number = max(round((PAGE - GAP) / (column + GAP)), 1)
    column = (PAGE - GAP) // number - GAP
    number = min(number, len(samples))
    cards = [card(sample, column) for sample in samples]
    rows = [cards[start : start + number] for start in range(0, len(cards), number)]
    heights = [max(card.height for card in row) for row in rows]
    width = max(number * (column + GAP) + GAP, round(TITLE.width(title) + NOTE.width(note)) + 4 * GAP)
    sheet = Image.new("RGB", (width, HEAD + sum(heights) + GAP * len(rows)), GROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, HEAD / 2), title, INK, TITLE.font, anchor="lm")
    draw.text((2 * GAP + TITLE.width(title), HEAD / 2 + 2), note, FAINT, NOTE.font, anchor="lm")
    top = HEAD
    for row, height in zip(rows, heights, strict=True):
        for place, each in enumerate(row):
            left = GAP + place * (column + GAP)
            draw.rounded_rectangle((left, top, left + column - 1, top + height - 1), 6, CARD, EDGE)
            sheet.paste(each.crop((1, 1, column - 1, each.height - 1)), (left + 1, top + 1))
        top += height + GAP
    return sheet


def card(sample: Sample, column: int) -> Image.Image:
    """One sample, `column` pixels wide and as high as it needs."""
    inside = column - 2 * PADDING
    picture = with_quads(sample.picture, sample.record.boxes, inside, round(inside * TALLEST))
    text = [
        (WORDS, word_lines([box.text for box in sample.record.boxes], inside)),
        (CAPTION, caption_lines(sample.record.caption, inside)),
        (KEY, [[(end_of(sample.record.key, KEY, inside), FAINT)]]),
    ]
    height = 2 * PADDING + picture.height + sum(style.step * len(lines) + 6 for style, lines in text if lines)
    drawn = Image.new("RGB", (column, height), CARD)
    drawn.paste(picture, ((column - picture.width) // 2, PADDING))
    draw, top = ImageDraw.Draw(drawn), PADDING + picture.height
    for style, lines in text:
        top += 6 if lines else 0
        for line in lines:
            _write(draw, line, style, top)
            top += style.step
    return drawn


def _write(draw: ImageDraw.ImageDraw, line: Line, style: Style, top: int) -> None:
    left = float(PADDING)
    for text, colour in line:
        draw.text((left, top), text, colour, style.font)
        left += style.width(f"{text} ")


def with_quads(picture: Image.Image, boxes: Sequence[TextBox], width: int, height: int) -> Image.Image:
    """The picture scaled into width x height, with each word's quad and a dot where its text begins."""
    scale = min(width / picture.width, height / picture.height)
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    drawn = picture.resize(size, Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(drawn)
    for number, box in enumerate(boxes):
        corners = [(x * scale, y * scale) for x, y in box.quad]
        draw.line([*corners, corners[0]], colour(number), 1)
        draw.circle(corners[0], 2, colour(number))
    return drawn


def colour(number: int) -> str:
    """The colour of a picture's word."""
    return COLOURS[number % len(COLOURS)]


def word_lines(words: Sequence[str], width: float) -> list[Line]:
    """Words in the colours of their quads, as many as there is room for."""
    lines: list[Line] = [[]]
    room = width
    for number, word in enumerate(words):
        rest = f"+{len(words) - number} more"
        is_last_line = len(lines) == WORD_LINES
        needed = WORDS.width(f"{word} ") + (WORDS.width(rest) if is_last_line else 0)
        if lines[-1] and needed > room:
            if is_last_line:
                return [*lines[:-1], [*lines[-1], (rest, FAINT)]]
            lines, room = [*lines, []], width
        shown = start_of(word, WORDS, width)
        lines[-1].append((shown, colour(number)))
        room -= WORDS.width(f"{shown} ")
    return lines if words else []


def caption_lines(caption: str, width: float) -> list[Line]:
    """A caption in a few lines, an ellipsis for what they do not hold."""
    lines: list[str] = []
    line = ""
    for word in caption.split():
        longer = f"{line} {word}".strip()
        if line and CAPTION.width(longer) > width:
            lines, line = [*lines, line], word
            if len(lines) == CAPTION_LINES:
                break
        else:
            line = longer
    else:
        lines.append(line or "(no caption)")
        line = ""
    if line:
        lines[-1] = f"{lines[-1]} …"
    return [[(start_of(text, CAPTION, width), INK)] for text in lines]


def start_of(text: str, style: Style, width: float) -> str:
    """As much of the beginning as fits."""
    if style.width(text) <= width:
        return text
    text = text.removesuffix("…").rstrip()
    while text and style.width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def end_of(text: str, style: Style, width: float) -> str:
    """As much of the end as fits."""
    if style.width(text) <= width:
        return text
    while text and style.width(f"…{text}") > width:
        text = text[1:]
    return f"…{text}"
