"""Words that lie beside a dataset whose own format has no room for them: words.jsonl, a line per picture.

    {"key": "...", "quads": [[x0, y0, x1, y1, x2, y2, x3, y3], ...], "texts": [...], "confidences": [...]}

Quads run clockwise from the top left of the text, in pixels of the original picture. Confidences may be left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from figgen.data.record import BadSample
from figgen.ocr.boxes import TextBox
from figgen.runs.files import write_text

FILE = "words.jsonl"
Words = tuple[TextBox, ...]


def read_words(folder: Path) -> dict[str, Words]:
    """The words of every picture that `folder`/words.jsonl names well; none where there is no such file."""
    return dict(line for line in _lines(folder) if not isinstance(line, BadSample))


def bad_lines(folder: Path) -> list[BadSample]:
    """The lines of `folder`/words.jsonl that cannot be read: their pictures have no words."""
    return [line for line in _lines(folder) if isinstance(line, BadSample)]


def _lines(folder: Path) -> Iterator[tuple[str, Words] | BadSample]:
    path = folder / FILE
    if path.is_file():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield _words_of(line, f"{FILE}, line {number}")


def words_digest(folder: Path) -> str:
    """What stands for the content of `folder`/words.jsonl; nothing where there is no such file."""
    path = folder / FILE
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def write_words(folder: Path, words: Mapping[str, Sequence[TextBox]]) -> None:
    write_text(folder / FILE, "".join(f"{json.dumps(_line_of(key, boxes))}\n" for key, boxes in words.items()))


def _line_of(key: str, boxes: Sequence[TextBox]) -> dict[str, Any]:
    return {
        "key": key,
        "quads": [[value for point in box.quad for value in point] for box in boxes],
        "texts": [box.text for box in boxes],
        "confidences": [box.confidence for box in boxes],
    }


def _words_of(line: str, where: str) -> tuple[str, Words] | BadSample:
    try:
        row = json.loads(line)
        quads, texts = row["quads"], row["texts"]
        confidences = row.get("confidences") or [1.0] * len(texts)
        return str(row["key"]), tuple(_box(*word) for word in zip(quads, texts, confidences, strict=True))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        cause = f"{type(error).__name__}: {error}"
        return BadSample(where, f"no key, quads of 8 numbers and as many texts ({cause}); its picture has no words")


def _box(quad: Sequence[Any], text: Any, confidence: Any) -> TextBox:
    a, b, c, d, e, f, g, h = map(float, quad)
    return TextBox(((a, b), (c, d), (e, f), (g, h)), str(text), float(confidence))
