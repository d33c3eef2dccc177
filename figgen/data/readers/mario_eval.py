"""MARIO-Eval as the test split, and MARIO folders for training wherever they lie below the same folder.

    MARIOEval/TMDBEval500/TMDBEval500.txt            a prompt a line, its keywords in 'single quotes'
    MARIOEval/TMDBEval500/TMDBEval500_wo_quote.txt   the same prompts as people wrote them
    MARIOEval/TMDBEval500/images/0.jpg               ground truth; three of the six subsets have it
    MARIOEval/TMDBEval500/render/0.png               the keywords in a layout, black on white

Prompts and pictures are numbered from 0, as the published evaluation code does it; the numbers may have zeros before
them and either picture may be a JPEG or a PNG. MARIO-Eval is made for testing only: without MARIO folders beside it
there is no training split, and nothing can be trained on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, get_args

from figgen.data.options import Shown, Subset
from figgen.data.readers.files import Folder
from figgen.data.readers.mario import plain_folders, read_sample, samples_below
from figgen.data.record import BadSample, Item, Reader, Record
from figgen.runs.errors import DataError

WITH_GROUND_TRUTH: tuple[Subset, ...] = ("LAIONEval4000", "TMDBEval500", "OpenLibraryEval500")
SUBSETS: tuple[Subset, ...] = get_args(Subset)
PICTURE = re.compile(r"([0-9]+)\.(jpe?g|png)", re.IGNORECASE)
# A quote that is no apostrophe has no letter before it where it opens, and none behind it where it closes; a keyword
# holds no second quote that opens. Letters are those of Latin: Chinese puts no space before a quote.
LETTER = "0-9A-Za-zÀ-ɏ"
OPENS, CLOSES = rf"(?<![{LETTER}])'(?=\S)", rf"'(?![{LETTER}])"
QUOTED = re.compile(rf"{OPENS}((?:(?!(?<![{LETTER}])'[{LETTER}]).)+?){CLOSES}")


@dataclass(frozen=True)
class MarioEval(Reader):
    """subsets: which of SUBSETS are read, of those that are there. Where a prompt has no ground truth, the layout of
    its keywords takes the place of it, which no measure of likeness to real pictures may be given.
    picture: of the training pictures, see mario.Mario.
    """

    subsets: Sequence[Subset] = WITH_GROUND_TRUTH
    picture: Shown = "whole"
    name: ClassVar[str] = "mario_eval"
    splits: ClassVar[tuple[str, ...]] = ("train", "test")

    @property
    def identity(self) -> dict[str, Any]:
        return super().identity | {"subsets": list(self.subsets)}

    def items(self, folder: Path) -> list[Item | BadSample]:
        """The prompts of each subset that is there, then the training pictures."""
        found = {path.name: path for path in plain_folders(folder) if _prompts_file(path).is_file()}
        prompts = [sample for name in self.subsets if name in found for sample in _samples(found[name])]
        if not prompts:
            raise DataError(
                f"There is no {self.subsets[0]}/{self.subsets[0]}.txt in {folder} or below it, nor another one of the "
                f"asked subsets of MARIO-Eval ({', '.join(self.subsets)})."
            )
        return [*prompts, *samples_below(folder, test_fraction=0)]

    def record(self, folder: Path, item: Item) -> Record:
        if isinstance(item.where, Path):
            return read_sample(item, self.picture)
        picture, prompt, extras = item.where
        if picture is None:
            raise DataError(f"neither images/ nor render/ holds a picture {extras['number']}")
        return Record(item.key, "test", Folder(picture.parent).read(picture.name), prompt, extras=extras)


def keywords(prompt: str) -> list[str]:
    """The words that a prompt wants to be drawn: 'Don't panic' on a mug => Don't, panic."""
    return [word for quoted in QUOTED.findall(prompt) for word in quoted.split()]


def without_quotes(prompt: str) -> str:
    """A 'Sale' sign => A Sale sign."""
    return QUOTED.sub(r"\1", prompt)


def _prompts_file(subset: Path) -> Path:
    return subset / f"{subset.name}.txt"


def _samples(subset: Path) -> Iterator[Item | BadSample]:
    """The prompts of a subset. Where the list without quotes does not go with them line by line, it is made."""
    prompts = _lines(_prompts_file(subset))
    bare = _lines(subset / f"{subset.name}_wo_quote.txt")
    if len(bare) != len(prompts):
        bare = [without_quotes(prompt) for prompt in prompts]
    truths, renders = _numbered(subset / "images"), _numbered(subset / "render")
    for number, prompt in enumerate(prompts):
        key = f"{subset.name}/{number}"
        extras = {
            "subset": subset.name,
            "number": number,
            "keywords": keywords(prompt),
            "prompt_without_quotes": bare[number],
            "has_ground_truth": number in truths,
        }
        picture = truths.get(number) or renders.get(number)
        yield Item(key, "test", (picture, prompt, extras)) if prompt else BadSample(key, "the prompt is empty")


def _lines(path: Path) -> list[str]:
    """The lines of a file without space around them; blank ones count, but for those at the end."""
    text = path.read_text(encoding="utf-8-sig", errors="replace").rstrip() if path.is_file() else ""
    return [line.strip() for line in text.split("\n")] if text else []


def _numbered(folder: Path) -> dict[int, Path]:
    """Number => picture, for a folder that may not exist."""
    paths = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    return {int(parts[1]): path for path in paths if (parts := PICTURE.fullmatch(path.name))}
