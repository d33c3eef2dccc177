"""The miniature of SciCap of 2021: drawn plots of papers in the dataset's original format on disk.

SciCap-Caption-All/{Train,Val,Test}/<figure>.json
SciCap-{No,Yes}-Subfig-Img/{Train,Val,Test}/<figure>.png
List-of-Files-for-Each-Experiments/<experiment>/{No,Yes}-Subfig/{Train,Val,Test}/file_idx.json

Only the arXiv's own list of papers is left out. words.jsonl beside them says where the words are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, get_args

from figgen.data.miniatures.base import Miniature, Slot, encoded
from figgen.data.options import Experiment
from figgen.data.readers.scicap import LISTS, LOWERCASE, NORMALISED, ORIGINAL
from figgen.data.readers.sidecar import write_words

if TYPE_CHECKING:
    from figgen.data.miniatures.figures import Figure
    from figgen.ocr.boxes import TextBox

SPLITS, KINDS = ("Train", "Val", "Test"), ("No-Subfig", "Yes-Subfig")
WITH_PANELS = 8  # beside every so manieth figure there is one with subfigures


class Place(NamedTuple):
    """Where a figure stands in the literature."""

    paper: str
    figure: int

    @property
    def stem(self) -> str:
        """What pdffigures2 calls its file."""
        return f"{self.paper}-Figure{self.figure}-1"


def in_arxiv(number: int) -> Place:
    """A place for figure `number` of a miniature."""
    return Place(f"1001.{number:04d}v1", 1 + number % 9)


class Written(NamedTuple):
    """What the lists need of a figure."""

    stem: str
    kind: str
    split: str
    is_single: bool  # sentence
    words: tuple[TextBox, ...]


@dataclass(frozen=True)
class ScicapMiniature(Miniature[Sequence[Written]]):
    """num_train, num_val and num_test figures without subfigures, and every WITH_PANELS-th time one with them."""

    num_train: int = 200
    num_val: int = 6
    num_test: int = 32

    name: ClassVar[str] = "scicap"
    version: ClassVar[int] = 5
    drawings: ClassVar[str] = "figgen.data.miniatures.paper_plots"

    def folders(self) -> list[str]:
        files = (f"SciCap-{home}/{split}" for home in ("Caption-All", *(f"{k}-Img" for k in KINDS)) for split in SPLITS)
        return [*files, *("/".join((LISTS, *place)) for place in product(get_args(Experiment), KINDS, SPLITS))]

    def draw(self, root: Path, slot: Slot) -> list[Written]:
        chosen = (self.pen.GRAPHS, self.pen.PANELS)[: 2 if slot.place % WITH_PANELS == 0 else 1]
        plots = [self.pen.draw(slot.split, 2 * slot.place + i, self.seed, of=kinds) for i, kinds in enumerate(chosen)]
        return [_write(root, plot, 2 * slot.number + i, KINDS[i], slot.split) for i, plot in enumerate(plots)]

    def finish(self, root: Path, listed: Sequence[Sequence[Written]]) -> None:
        figures = [figure for several in listed for figure in several]
        for experiment, kind, split in product(get_args(Experiment), KINDS, SPLITS):
            of_list = (figure for figure in figures if (figure.kind, figure.split) == (kind, split))
            names = [f"{figure.stem}.png" for figure in of_list if figure.is_single or "Single" not in experiment]
            (root / LISTS / experiment / kind / split / "file_idx.json").write_text(json.dumps(names))
        write_words(root, {figure.stem: figure.words for figure in figures})


def _write(root: Path, plot: Figure, number: int, kind: str, split: str) -> Written:
    """Save a figure, and what the original says about it, a mis-spelled key and two names of tokens included."""
    place, folder, (lowercase, no_numbers, no_equations) = in_arxiv(number), split.capitalize(), forms(plot.caption)
    entry = {
        "contains-subfigure": kind == "Yes-Subfig",
        "Img-text": [box.text for box in plot.boxes],
        "paper-ID": place.paper,
        "figure-ID": f"{place.stem}.png",
        "figure-type": plot.figure_type,
        ORIGINAL: f"Figure {place.figure}: {plot.caption}",
        LOWERCASE: block(lowercase),
        NORMALISED: {
            "2-1-basic-num": block(no_numbers),
            "2-2-advanced-euqation-bracket": block(no_equations, tokens="tokens"),
        },
    }
    (root / f"SciCap-{kind}-Img/{folder}/{place.stem}.png").write_bytes(encoded(plot.pixels, compress_level=1))
    (root / f"SciCap-Caption-All/{folder}/{place.stem}.json").write_text(json.dumps(entry))
    return Written(place.stem, kind, folder, len(block(lowercase)["sentence"]) == 1, plot.boxes)


def forms(caption: str) -> tuple[str, str, str]:
    """In lower case and split into tokens, then without numbers, then without equations and brackets either.

    Slope (n = 5). => slope ( n = 5 ) .   slope ( n = NUM-TK ) .   slope BRACKET-TK .
    """
    lowercase = " ".join(re.findall(r"\d+(?:\.\d+)?|\w+|[^\w\s]", caption.lower()))
    no_brackets = re.sub(r"\([^()]*\)", "BRACKET-TK", lowercase)
    no_equations = re.sub(r"\b\w+ = \w+(?:\.\d+)?(?: \w\b)*(?: [-+*/] \w+)*", "EQUAT-TK", no_brackets)
    number = re.compile(r"(?<!\S)\d+(?:\.\d+)?(?!\S)")
    return lowercase, number.sub("NUM-TK", lowercase), number.sub("NUM-TK", no_equations)


def block(text: str, tokens: str = "token") -> dict[str, Any]:
    """A caption in one form, whole, by sentence and by token; `tokens` is what the last one is called."""
    return {"caption": text, "sentence": re.split(r"(?<= \.) ", text), tokens: text.split()}
