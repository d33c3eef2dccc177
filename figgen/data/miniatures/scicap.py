"""The miniature of SciCap of 2021: drawn plots of papers in the dataset's original format on disk.

SciCap-Caption-All/{Train,Val,Test}/<figure>.json
SciCap-{No,Yes}-Subfig-Img/{Train,Val,Test}/<figure>.png
List-of-Files-for-Each-Experiments/<experiment>/{No,Yes}-Subfig/{Train,Val,Test}/file_idx.json

Only the arXiv's own list of papers is left out. words.jsonl beside them says where the words are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from figgen.data.miniatures import caption_forms as forms
from figgen.data.miniatures.papers import Job, arxiv_paper, file_stem, jobs, numbered, png_of
from figgen.data.readers.sidecar import write_words
from figgen.data.workers import Progress, cores, in_order
from figgen.runs.files import whole_folder

if TYPE_CHECKING:
    from figgen.data.miniatures.paper_plots import PaperPlot
    from figgen.ocr.boxes import TextBox

VERSION = "1"  # change it whenever a drawn pixel, a word or a caption changes
SPLITS, KINDS = ("Train", "Val", "Test"), ("No-Subfig", "Yes-Subfig")
LISTS, LONGEST = "List-of-Files-for-Each-Experiments", 100  # tokens


class Figure(NamedTuple):
    """What the lists need of a figure that is written."""

    name: str  # without an ending
    kind: str
    split: str
    sentences: int
    tokens: int
    words: tuple[TextBox, ...]


@dataclass(frozen=True)
class Miniature:
    """num_train, num_val and num_test figures without subfigures, and as many with; `fingerprint` names these."""

    num_train: int = 640
    num_val: int = 40
    num_test: int = 64
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        counts = f"{self.num_train}-{self.num_val}-{self.num_test}"
        return f"scicap-miniature-v{VERSION}-{counts}-s{self.seed}-matplotlib-{version('matplotlib')}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder`, which appears only when all is there."""
        counts = {"train": 2 * self.num_train, "val": 2 * self.num_val, "test": 2 * self.num_test}
        with whole_folder(folder) as root:
            for home, split in product(("Caption-All", *(f"{kind}-Img" for kind in KINDS)), SPLITS):
                (root / f"SciCap-{home}" / split).mkdir(parents=True)
            drawn = in_order(partial(_write_figure, root, self.seed), jobs(counts), workers or cores(), on_progress)
            figures = list(drawn)
            _write_lists(root / LISTS, figures)
            write_words(root, {figure.name: figure.words for figure in figures})


def _write_figure(root: Path, seed: int, job: Job) -> Figure:
    """Draw one figure, every other one with subfigures, and save it with what the original says about it."""
    from figgen.data.miniatures import paper_plots

    index, has_panels = job.place // 2, job.place % 2 == 1
    draw = paper_plots.draw_panels if has_panels else partial(paper_plots.draw, of=paper_plots.GRAPHS)
    plot = draw(job.split, index, seed)
    name, kind, split = file_stem(arxiv_paper(job), job), KINDS[has_panels], job.split.capitalize()
    entry = _entry(plot, job, has_panels)
    (root / f"SciCap-{kind}-Img/{split}/{name}.png").write_bytes(png_of(plot.pixels))
    (root / f"SciCap-Caption-All/{split}/{name}.json").write_text(json.dumps(entry))
    text = forms.lowercase(plot.caption)
    return Figure(name, kind, split, len(forms.sentences(text)), len(text.split()), plot.boxes)


def _entry(plot: PaperPlot, job: Job, has_panels: bool) -> dict[str, Any]:
    """The file of one figure, its mis-spelled key and its tokens under two names included."""
    text = forms.lowercase(plot.caption)
    return {
        "contains-subfigure": has_panels,
        "Img-text": [box.text for box in plot.boxes],
        "paper-ID": arxiv_paper(job),
        "figure-ID": f"{file_stem(arxiv_paper(job), job)}.png",
        "figure-type": plot.figure_type,
        "0-originally-extracted": numbered(plot.caption, job),
        "1-lowercase-and-token-and-remove-figure-index": forms.block(text),
        "2-normalized": {
            "2-1-basic-num": forms.block(forms.without_numbers(text)),
            "2-2-advanced-euqation-bracket": forms.block(forms.without_equations_and_brackets(text), "tokens"),
        },
    }


def _write_lists(root: Path, figures: Sequence[Figure]) -> None:
    """Which figures each experiment uses."""
    experiments = {
        "Single-Sentence-Caption": [figure for figure in figures if figure.sentences == 1],
        "First-Sentence": figures,
        "Caption-No-More-Than-100-Tokens": [figure for figure in figures if figure.tokens <= LONGEST],
    }
    for (experiment, used), kind, split in product(experiments.items(), KINDS, SPLITS):
        names = _names(figure for figure in used if (figure.kind, figure.split) == (kind, split))
        (root / experiment / kind / split).mkdir(parents=True)
        (root / experiment / kind / split / "file_idx.json").write_text(json.dumps(names))


def _names(figures: Iterable[Figure]) -> list[str]:
    return [f"{figure.name}.png" for figure in figures]
