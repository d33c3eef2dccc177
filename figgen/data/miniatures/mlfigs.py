"""The miniature of ML-Figs: drawn textbook figures in the dataset's original format on disk.

ml-figs/Book_k/image/FigureN.png    the figures of book k
ml-figs/Book_k/Book_k.json          their entries, in the style of pdffigures2
ml-figs/mlfigs_{train,test}.json    the entries of a split; renderURL starts at the folder that holds ml-figs/
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from figgen.data.miniatures.base import Miniature, Slot, encoded
from figgen.ocr.boxes import TextBox, normalise

if TYPE_CHECKING:
    from figgen.data.miniatures.figures import Figure

BOOKS = 43  # as many as the original has
DPI, POINTS = 100, 72  # figures are drawn at 100 pixels an inch; pages are measured in points

Entry = dict[str, Any]


@dataclass(frozen=True)
class MlFigsMiniature(Miniature[Entry]):
    """num_train and num_test figures."""

    num_train: int = 1600
    num_test: int = 64

    name: ClassVar[str] = "mlfigs"
    version: ClassVar[int] = 2
    drawn_by: ClassVar[tuple[str, ...]] = ("matplotlib",)
    drawings: ClassVar[str] = "figgen.data.miniatures.figures"

    def folders(self) -> list[str]:
        return [f"ml-figs/Book_{book}/image" for book in range(1, BOOKS + 1)]

    def draw(self, root: Path, slot: Slot) -> Entry:
        figure = self.pen.draw(slot.split, slot.place, self.seed)
        url = f"ml-figs/Book_{slot.number % BOOKS + 1}/image/Figure{slot.number // BOOKS + 1}.png"
        (root / url).write_bytes(encoded(figure.pixels, compress_level=1))
        return entry_of(figure, url, page=7 + 11 * (slot.number // BOOKS))

    def finish(self, root: Path, listed: Sequence[Entry]) -> None:
        books: dict[str, list[Entry]] = {f"Book_{book}": [] for book in range(1, BOOKS + 1)}
        for entry in listed:
            books[entry["renderURL"].split("/")[1]].append(entry)
        lists: dict[str, Sequence[Entry]] = {f"{book}/{book}.json": of_book for book, of_book in books.items()}
        lists |= {"mlfigs_train.json": listed[: self.num_train], "mlfigs_test.json": listed[self.num_train :]}
        for name, of_list in lists.items():
            (root / "ml-figs" / name).write_text(json.dumps(of_list))


def entry_of(figure: Figure, url: str, page: int) -> Entry:
    """One figure in the style of pdffigures2, with the words that ML-Figs adds."""
    height, width = (size * POINTS / DPI for size in figure.pixels.shape[:2])
    left, top = 72.0, 90.0
    return {
        "caption": figure.caption,
        "captionBoundary": _boundary(left, top + height + 8, 360.0, 12.0),
        "figType": "Figure",
        "imageText": [box.text for box in figure.boxes],
        "name": figure.caption.split()[1].rstrip(":"),
        "ocr": ocr_of(figure.boxes),
        "page": page,
        "regionBoundary": _boundary(left, top, width, height),
        "renderDpi": DPI,
        "renderURL": url,
    }


def _boundary(left: float, top: float, width: float, height: float) -> dict[str, float]:
    return {"x1": left, "x2": left + width, "y1": top, "y2": top + height}


def ocr_of(boxes: Sequence[TextBox]) -> dict[str, list[Any]]:
    """The words as parallel lists, the way ML-Figs' tool leaves them: filtered, lower-cased, without punctuation."""
    from figgen.ocr.tesseract import filter_words

    columns: dict[str, list[Any]] = {key: [] for key in ("text", "left", "top", "width", "height", "conf")}
    for box in filter_words(boxes, min_confidence=0):
        left, top, right, bottom = (int(value) for value in box.bounds)
        values = (normalise(box.text), left, top, right - left, bottom - top, 100)
        for key, value in zip(columns, values, strict=True):
            columns[key].append(value)
    return columns
