"""The words of a caption, and which of them a picture shows where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox, normalise, reading_order

AROUND = ".,;:!?\"'()[]{}“”‘’„«»…"  # what stands before or after a word and is no part of its spelling


@dataclass(frozen=True)
class Word:
    """A word of a caption as it is spelled there; `before` and `after` are the punctuation that touches it."""

    text: str
    before: str = ""
    after: str = ""


@lru_cache(maxsize=100_000)
def words_of(caption: str) -> tuple[Word, ...]:
    """The words between white space. One that is punctuation throughout keeps it as its text."""
    return tuple(map(_word, caption.split()))


def _word(piece: str) -> Word:
    text = piece.strip(AROUND)
    before, _, after = piece.partition(text) if text else ("", "", "")
    return Word(text or piece, before, after)


def pointed_at(words: Sequence[Word], boxes: Sequence[TextBox], most: int) -> list[list[TextBox]]:
    """For each word the boxes that show it, at most so many, in reading order.

    Case and punctuation do not count. A box goes to the first of the word's occurrences with the fewest boxes so
    far; a box whose text the caption lacks goes nowhere.
    """
    places: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        places.setdefault(normalise(word.text), []).append(i)
    shown: list[list[TextBox]] = [[] for _ in words]
    for box in reading_order(boxes):
        name = normalise(box.text)
        fewest = min(places.get(name, ()), key=lambda i: len(shown[i]), default=None)
        if name and fewest is not None and len(shown[fewest]) < most:
            shown[fewest].append(box)
    return shown


@lru_cache(maxsize=100_000)
def spellings_in(caption: str) -> dict[str, str]:
    """How a caption spells each of its words first, by what is left of it without case and punctuation."""
    return {normalise(word.text): word.text for word in reversed(words_of(caption))}


def respelled(boxes: BoxBatch, captions: Sequence[str]) -> BoxBatch:
    """Words whose annotation has lost case and punctuation, as the captions of their pictures spell them.

    A word that its caption lacks stays as it is.
    """
    spellings = list(map(spellings_in, captions))
    pairs = zip(boxes.image.tolist(), boxes.texts, strict=True)
    return replace(boxes, texts=tuple(spellings[image].get(normalise(text), text) for image, text in pairs))
