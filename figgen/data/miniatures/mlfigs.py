"""The miniature of ML-Figs: drawn textbook figures in the dataset's original format on disk.

ml-figs/Book_k/image/FigureN.png    the figures of book k
ml-figs/Book_k/Book_k.json          their entries, in the style of pdffigures2
ml-figs/mlfigs_{train,test}.json    the entries of a split; renderURL starts at the folder that holds ml-figs/
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figgen.data.workers import Progress, cores, in_order
from figgen.runs.files import whole_folder

if TYPE_CHECKING:
    from figgen.data.miniatures.figures import Drawing
    from figgen.ocr.boxes import TextBox

VERSION = "1"  # change it whenever a drawn pixel, a word or a caption changes
BOOKS = 43  # as many as the original has
DPI, POINTS = 100, 72  # figures are drawn at 100 pixels an inch; pages are measured in points

Entry = dict[str, Any]


def draw(split: str, index: int, seed: int = 0) -> Drawing:
    """Figure `index` of a split: see figures.draw. It is imported here, for a fingerprint must not wait for it."""
    from figgen.data.miniatures import figures

    return figures.draw(split, index, seed)


@dataclass(frozen=True)
class Miniature:
    """num_train and num_test figures; `fingerprint` names exactly these."""

    num_train: int = 1600
    num_test: int = 64
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        drawn_by = version("matplotlib")  # its pixels change between releases
        return f"mlfigs-miniature-v{VERSION}-{self.num_train}-{self.num_test}-s{self.seed}-matplotlib-{drawn_by}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder`, which appears only when all is there."""
        write(folder, self.num_train, self.num_test, self.seed, workers, on_progress)


def write(
    folder: Path,
    num_train: int = 1600,
    num_test: int = 64,
    seed: int = 0,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> None:
    """Draw the figures of both splits with `workers` processes (None: every core) into `folder`/ml-figs."""
    figures = [("train", i, i) for i in range(num_train)] + [("test", i, num_train + i) for i in range(num_test)]
    with whole_folder(folder) as root:
        for book in range(1, BOOKS + 1):
            (root / f"ml-figs/Book_{book}/image").mkdir(parents=True)
        entries = list(in_order(partial(_write_figure, root, seed), figures, workers or cores(), on_progress))
        _write_lists(root / "ml-figs", entries, num_train)


def _write_figure(root: Path, seed: int, figure: tuple[str, int, int]) -> Entry:
    """Draw (split, index), save it as the figure of that number, and say what the original says about it."""
    from PIL import Image

    split, index, number = figure
    drawing = draw(split, index, seed)
    url = f"ml-figs/Book_{number % BOOKS + 1}/image/Figure{number // BOOKS + 1}.png"
    Image.fromarray(drawing.pixels).save(root / url, compress_level=1)
    return entry_of(drawing, url, page=7 + 11 * (number // BOOKS))


def entry_of(drawing: Drawing, url: str, page: int) -> Entry:
    """One figure in the style of pdffigures2, with the words that ML-Figs adds."""
    height, width = (size * POINTS / DPI for size in drawing.pixels.shape[:2])
    left, top = 72.0, 90.0
    return {
        "caption": drawing.caption,
        "captionBoundary": _boundary(left, top + height + 8, 360.0, 12.0),
        "figType": "Figure",
        "imageText": [box.text for box in drawing.boxes],
        "name": drawing.caption.split()[1].rstrip(":"),
        "ocr": ocr_of(drawing.boxes),
        "page": page,
        "regionBoundary": _boundary(left, top, width, height),
        "renderDpi": DPI,
        "renderURL": url,
    }


def _boundary(left: float, top: float, width: float, height: float) -> dict[str, float]:
    return {"x1": left, "x2": left + width, "y1": top, "y2": top + height}


def ocr_of(boxes: Sequence[TextBox]) -> dict[str, list[Any]]:
    """The words as parallel lists, the way pytesseract gives them."""
    columns: dict[str, list[Any]] = {key: [] for key in ("text", "left", "top", "width", "height", "conf")}
    for box in boxes:
        left, top, right, bottom = (int(value) for value in box.bounds)
        for key, value in zip(columns, (box.text, left, top, right - left, bottom - top, 100), strict=True):
            columns[key].append(value)
    return columns


def _write_lists(root: Path, entries: list[Entry], num_train: int) -> None:
    """The JSON file of each split and of each book."""
    books: dict[str, list[Entry]] = {f"Book_{book}": [] for book in range(1, BOOKS + 1)}
    for entry in entries:
        books[entry["renderURL"].split("/")[1]].append(entry)
    lists = {f"{book}/{book}.json": of_book for book, of_book in books.items()}
    lists |= {"mlfigs_train.json": entries[:num_train], "mlfigs_test.json": entries[num_train:]}
    for name, of_list in lists.items():
        (root / name).write_text(json.dumps(of_list))
