"""The miniature of the SciCap challenge: drawn plots of papers in the dataset's original format on disk.

{train,train-acl,val,public-test}.json    annotation files in the style of COCO; a fifth of the training is ACL's
img-split.zip                             the pictures, img-split/<annotation file's name>/<figure>.png

words.jsonl beside them says where the words are.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from figgen.data.miniatures.papers import Job, acl_paper, arxiv_paper, file_stem, jobs, numbered, png_of
from figgen.data.readers.sidecar import write_words
from figgen.data.workers import Progress, cores, in_order
from figgen.runs.files import whole_folder

if TYPE_CHECKING:
    from figgen.data.miniatures.paper_plots import PaperPlot
    from figgen.ocr.boxes import TextBox

VERSION = "1"  # change it whenever a drawn pixel, a word or a caption changes
FILES = ("train", "train-acl", "val", "public-test")
FROM_ACL = 5  # every so manieth training figure
MENTIONS = (
    "As can be seen in Figure {n}, the two agree.",
    "Figure {n} gives an account of this.",
    "This is what we find in Figure {n}.",
    "We turn to these findings in Section {s} (see Figure {n}).",
)


class Figure(NamedTuple):
    """One drawn figure with what its annotation file says."""

    file: str  # one of FILES
    image: dict[str, Any]
    annotation: dict[str, Any]
    picture: bytes
    words: tuple[TextBox, ...]


@dataclass(frozen=True)
class Miniature:
    """num_train, num_val and num_test figures; `fingerprint` names exactly these."""

    num_train: int = 960
    num_val: int = 48
    num_test: int = 64
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        counts = f"{self.num_train}-{self.num_val}-{self.num_test}"
        return f"scicap_challenge-miniature-v{VERSION}-{counts}-s{self.seed}-matplotlib-{version('matplotlib')}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder`, which appears only when all is there."""
        todo = jobs({"train": self.num_train, "val": self.num_val, "test": self.num_test})
        with whole_folder(folder) as root:
            figures = list(in_order(partial(_drawn, self.seed), todo, workers or cores(), on_progress))
            for file in FILES:
                _write_annotations(root / f"{file}.json", [figure for figure in figures if figure.file == file])
            _write_pictures(root / "img-split.zip", figures)
            write_words(root, {figure.image["file_name"]: figure.words for figure in figures})


def _drawn(seed: int, job: Job) -> Figure:
    """One figure, every third with subfigures."""
    from figgen.data.miniatures import paper_plots

    plot = (paper_plots.draw_panels if job.place % 3 == 2 else paper_plots.draw)(job.split, job.place, seed)
    file = _file_of(job)
    name = f"{file_stem((acl_paper if file == 'train-acl' else arxiv_paper)(job), job)}.png"
    return Figure(file, _image(plot, name, job), _annotation(plot, job), png_of(plot.pixels), plot.boxes)


def _file_of(job: Job) -> str:
    """The annotation file that a figure is in."""
    is_acl = job.split == "train" and job.place % FROM_ACL == FROM_ACL - 1
    return "train-acl" if is_acl else {"train": "train", "val": "val", "test": "public-test"}[job.split]


def _image(plot: PaperPlot, name: str, job: Job) -> dict[str, Any]:
    texts = [box.text for box in plot.boxes]
    return {"id": job.position, "file_name": name, "figure_type": plot.figure_type, "ocr": texts}


def _annotation(plot: PaperPlot, job: Job) -> dict[str, Any]:
    """The caption, and the sentences and paragraphs of the paper that speak of the figure."""
    told = [text.format(n=job.number, s=2 + job.place % 4) for text in MENTIONS]
    first = told[job.place % len(told)]
    return {
        "id": job.position,
        "image_id": job.position,
        "caption": numbered(plot.caption, job),
        "caption_no_index": plot.caption,
        "paragraph": [f"{plot.caption} {first}"],
        "mention": [[first]],
    }


def _write_annotations(path: Path, figures: Iterable[Figure]) -> None:
    content = {
        "images": [figure.image for figure in figures],
        "annotations": [figure.annotation for figure in figures],
    }
    path.write_text(json.dumps(content))


def _write_pictures(path: Path, figures: Iterable[Figure]) -> None:
    """A zip in which all files have the same time of change, so that it is always the same."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for figure in figures:
            member = zipfile.ZipInfo(f"img-split/{figure.file}/{figure.image['file_name']}")
            archive.writestr(member, figure.picture)
