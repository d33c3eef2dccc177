"""The miniature of ML-Figs with SciCap's ACL figures: drawn figures of books and papers, in the original format.

dataset/ml-scicap-figs/ml-figs/Book_k/image/FigureN.png   every fourth figure, as ML-Figs has them
dataset/ml-scicap-figs/acl/<paper>-FigureN-1.png          all others, plots of papers
dataset/ml-scicap-figs/{train,test}.json                  the entries; renderURL starts at the folder dataset/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from figgen.data.miniatures.mlfigs import BOOKS, Entry, entry_of, ocr_of
from figgen.data.miniatures.papers import Job, acl_paper, file_stem, jobs, numbered, png_of
from figgen.data.workers import Progress, cores, in_order
from figgen.runs.files import whole_folder

if TYPE_CHECKING:
    from figgen.ocr.boxes import TextBox

VERSION = "2"  # change it whenever a drawn pixel, a word or a caption changes
HOME = "dataset/ml-scicap-figs"
FROM_BOOKS = 4  # every so manieth figure, as in the original


@dataclass(frozen=True)
class Miniature:
    """num_train and num_test figures; `fingerprint` names exactly these."""

    num_train: int = 1600
    num_test: int = 64
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        drawn_by = version("matplotlib")  # its pixels change between releases
        return f"mlfigs_scicap-miniature-v{VERSION}-{self.num_train}-{self.num_test}-s{self.seed}-matplotlib-{drawn_by}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder`, which appears only when all is there."""
        figures = jobs({"train": self.num_train, "test": self.num_test})
        with whole_folder(folder) as root:
            for home in ("acl", *(f"ml-figs/Book_{book}/image" for book in range(1, BOOKS + 1))):
                (root / HOME / home).mkdir(parents=True)
            drawn = in_order(partial(_write_figure, root, self.seed), figures, workers or cores(), on_progress)
            entries = list(drawn)
            lists = {"train": entries[: self.num_train], "test": entries[self.num_train :]}
            for split, of_list in lists.items():
                (root / HOME / f"{split}.json").write_text(json.dumps(of_list))


def _write_figure(root: Path, seed: int, job: Job) -> Entry:
    """Draw one figure, save it, and say what the original says about it."""
    return (_book_figure if job.position % FROM_BOOKS == 0 else _paper_figure)(root, seed, job)


def _book_figure(root: Path, seed: int, job: Job) -> Entry:
    from figgen.data.miniatures import figures

    drawing = figures.draw(job.split, job.place, seed)
    book, page = job.position // FROM_BOOKS % BOOKS + 1, job.position // FROM_BOOKS // BOOKS + 1
    url = f"ml-scicap-figs/ml-figs/Book_{book}/image/Figure{page}.png"
    (root / "dataset" / url).write_bytes(png_of(drawing.pixels))
    return entry_of(drawing, url, page=7 + 11 * page)


def _paper_figure(root: Path, seed: int, job: Job) -> Entry:
    from figgen.data.miniatures import paper_plots

    plot = (paper_plots.draw_panels if job.place % 3 == 2 else paper_plots.draw)(job.split, job.place, seed)
    url = f"ml-scicap-figs/acl/{file_stem(acl_paper(job), job)}.png"
    (root / "dataset" / url).write_bytes(png_of(plot.pixels))
    return {
        "caption": numbered(plot.caption, job),
        "figure_type": plot.figure_type,
        "ocr": ocr_of([box for box in plot.boxes if _is_level(box)]),
        "renderURL": url,
    }


def _is_level(box: TextBox) -> bool:
    """Left, top, width and height cannot say which way a word runs: Tesseract, too, finds none that runs upwards."""
    return box.quad[0][1] == box.quad[1][1]
