"""The miniatures of ML-Figs, alone and with SciCap's ACL figures: drawn figures in the original formats on disk.

ml-figs/Book_k/image/FigureN.png    the figures of book k
ml-figs/Book_k/Book_k.json          their entries, in the style of pdffigures2
ml-figs/mlfigs_{train,test}.json    the entries of a split; renderURL starts at the folder that holds ml-figs/

With SciCap's ACL figures, where renderURL starts at the folder dataset/:

dataset/ml-scicap-figs/ml-figs/Book_k/image/FigureN.png   every fourth figure
dataset/ml-scicap-figs/acl/<paper>-FigureN-1.png          all others, plots of papers
dataset/ml-scicap-figs/{train,test}.json                  the entries of a split
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from figgen.data.miniatures.base import Miniature, Slot, encoded
from figgen.data.miniatures.scicap_challenge import in_acl
from figgen.ocr.boxes import TextBox, filter_words, normalise

if TYPE_CHECKING:
    from figgen.data.miniatures.figures import Figure

BOOKS = 43  # as many as the original has
FROM_BOOKS = 4  # every so manieth figure, where figures of papers are among them
BOOK_FOLDERS = [f"ml-figs/Book_{book}/image" for book in range(1, BOOKS + 1)]
DPI, POINTS = 100, 72  # figures are drawn at 100 pixels an inch; pages are measured in points

Entry = dict[str, Any]


@dataclass(frozen=True)
class MlFigsMiniature(Miniature[Entry]):
    """num_train and num_test figures."""

    num_train: int = 1600
    num_test: int = 64

    name: ClassVar[str] = "mlfigs"
    version: ClassVar[int] = 2
    drawings: ClassVar[str] = "figgen.data.miniatures.figures"

    def folders(self) -> list[str]:
        return BOOK_FOLDERS

    def draw(self, root: Path, slot: Slot) -> Entry:
        return of_book(root, "", self.pen.draw(slot.split, slot.place, self.seed), slot.number)

    def finish(self, root: Path, listed: Sequence[Entry]) -> None:
        books: dict[str, list[Entry]] = {f"Book_{book}": [] for book in range(1, BOOKS + 1)}
        for entry in listed:
            books[entry["renderURL"].split("/")[1]].append(entry)
        lists: dict[str, Sequence[Entry]] = {f"{book}/{book}.json": of_book for book, of_book in books.items()}
        lists |= {"mlfigs_train.json": listed[: self.num_train], "mlfigs_test.json": listed[self.num_train :]}
        for name, of_list in lists.items():
            (root / "ml-figs" / name).write_text(json.dumps(of_list))


@dataclass(frozen=True)
class MlFigsScicapMiniature(Miniature[Entry]):
    """num_train and num_test figures of books and papers."""

    num_train: int = 210
    num_test: int = 32

    name: ClassVar[str] = "mlfigs_scicap"
    version: ClassVar[int] = 4
    drawings: ClassVar[str] = "figgen.data.miniatures.figures"
    plots: ClassVar[str] = "figgen.data.miniatures.paper_plots"

    def folders(self) -> list[str]:
        return [f"dataset/ml-scicap-figs/{home}" for home in ("acl", *BOOK_FOLDERS)]

    def draw(self, root: Path, slot: Slot) -> Entry:
        if slot.number % FROM_BOOKS == 0:
            figure = self.pen.draw(slot.split, slot.place, self.seed)
            return of_book(root / "dataset", "ml-scicap-figs/", figure, slot.number // FROM_BOOKS)
        plot, place = import_module(self.plots).draw(slot.split, slot.place, self.seed), in_acl(slot.number)
        caption, url = f"Figure {place.figure}: {plot.caption}", f"ml-scicap-figs/acl/{place.stem}.png"
        (root / "dataset" / url).write_bytes(encoded(plot.pixels, compress_level=1))
        # Left, top, width and height cannot say which way a word runs: only level words are told, as by Tesseract.
        level = [box for box in plot.boxes if box.quad[0][1] == box.quad[1][1]]
        return {"caption": caption, "figure_type": plot.figure_type, "ocr": ocr_of(level), "renderURL": url}

    def finish(self, root: Path, listed: Sequence[Entry]) -> None:
        for split, of_list in (("train", listed[: self.num_train]), ("test", listed[self.num_train :])):
            (root / f"dataset/ml-scicap-figs/{split}.json").write_text(json.dumps(of_list))


def of_book(root: Path, home: str, figure: Figure, number: int) -> Entry:
    """Save a figure as `number` of all books; => its entry in the style of pdffigures2, with ML-Figs' own words."""
    row, book = divmod(number, BOOKS)
    url = f"{home}{BOOK_FOLDERS[book]}/Figure{row + 1}.png"
    (root / url).write_bytes(encoded(figure.pixels, compress_level=1))
    height, width = (size * POINTS / DPI for size in figure.pixels.shape[:2])
    left, top = 72.0, 90.0
    return {
        "caption": figure.caption,
        "captionBoundary": _boundary(left, top + height + 8, 360.0, 12.0),
        "figType": "Figure",
        "imageText": [box.text for box in figure.boxes],
        "name": figure.caption.split()[1].rstrip(":"),
        "ocr": ocr_of(figure.boxes),
        "page": 7 + 11 * row,
        "regionBoundary": _boundary(left, top, width, height),
        "renderDpi": DPI,
        "renderURL": url,
    }


def _boundary(left: float, top: float, width: float, height: float) -> dict[str, float]:
    return {"x1": left, "x2": left + width, "y1": top, "y2": top + height}


def ocr_of(boxes: Sequence[TextBox]) -> dict[str, list[Any]]:
    """The words as parallel lists, the way ML-Figs' tool leaves them: filtered, lower-cased, without punctuation."""
    columns: dict[str, list[Any]] = {key: [] for key in ("text", "left", "top", "width", "height", "conf")}
    for box in filter_words(boxes, min_confidence=0):
        left, top, right, bottom = (int(value) for value in box.bounds)
        values = (normalise(box.text), left, top, right - left, bottom - top, 100)
        for key, value in zip(columns, values, strict=True):
            columns[key].append(value)
    return columns
