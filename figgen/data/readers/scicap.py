"""SciCap of 2021 as it is published: a JSON file and a PNG per figure, and lists that say which an experiment uses.

    SciCap-Caption-All/{Train,Val,Test}/<figure>.json
    SciCap-{No,Yes}-Subfig-Img/{Train,Val,Test}/<figure>.png
    List-of-Files-for-Each-Experiments/<experiment>/{No,Yes}-Subfig/{Train,Val,Test}/file_idx.json

The card shows the folders of the lists, not what is in them. Taken here: file_idx.json, a JSON list of names, with or
without .png or .json behind them. Mis-spelled keys (euqation) are the original's. It has words without their places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from figgen.data.options import Experiment, Form
from figgen.data.readers.files import Folder, find
from figgen.data.readers.lists import Fields, fields_of, json_of, text_of
from figgen.data.record import BadSample, Item, Reader, Record

ORIGINAL, LOWERCASE, NORMALISED = (
    "0-originally-extracted",
    "1-lowercase-and-token-and-remove-figure-index",
    "2-normalized",
)
# Where an entry keeps each form of its caption. All but the original come with their sentences and their tokens.
FORMS: dict[Form, tuple[str, ...]] = {
    "original": (ORIGINAL,),
    "lowercase_and_token": (LOWERCASE,),
    "basic_num": (NORMALISED, "2-1-basic-num"),
    "advanced_equation_bracket": (NORMALISED, "2-2-advanced-euqation-bracket"),
}
LISTS = "List-of-Files-for-Each-Experiments"
FOLDERS = {"train": "Train", "val": "Val", "test": "Test"}


@dataclass(frozen=True)
class SciCap(Reader):
    """Figures of arXiv papers.

    experiment: which list of figures; First-Sentence also cuts captions behind their first sentence.
    subfigures: the list of figures that have subfigures, or the list of those that have none.
    form: the caption as it was extracted, or one of its normalised forms (FORMS).
    """

    experiment: Experiment = "First-Sentence"
    subfigures: bool = False
    form: Form = "original"
    name: ClassVar[str] = "scicap"
    splits: ClassVar[tuple[str, ...]] = tuple(FOLDERS)

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Test figures come first: one that two lists name stays a test figure."""
        root = Folder(find(folder, (LISTS,), "SciCap keeps there which figures an experiment uses").parent)
        lists = {split: f"{LISTS}/{self.experiment}/{self._kind}/{FOLDERS[split]}" for split in reversed(FOLDERS)}
        return [
            _item(root, name, split, position)
            for split, place in lists.items()
            for position, name in enumerate(json_of(root, f"{place}/file_idx.json", list))
        ]

    def record(self, folder: Path, item: Item) -> Record:
        root, place = item.where
        picture = root.read(f"SciCap-{self._kind}-Img/{place}/{item.key}.png")
        entry = json_of(root, f"SciCap-Caption-All/{place}/{item.key}.json", dict)
        extras = {name: value for name, value in entry.items() if name not in (ORIGINAL, LOWERCASE, NORMALISED)}
        block = fields_of(_at(entry, *FORMS[self.form]))
        tokens = block.get("tokens") or block.get("token")  # the last form keeps them under another name
        kept = extras | ({"tokens": tokens} if tokens else {})
        return Record(item.key, item.split, picture, self._caption(entry), extras=kept)

    @property
    def _kind(self) -> str:
        return "Yes-Subfig" if self.subfigures else "No-Subfig"

    def _caption(self, entry: Fields) -> str:
        """The original form has no sentences of its own: it is cut where the first tokenised one ends."""
        path, is_cut = FORMS[self.form], self.experiment == "First-Sentence"
        if self.form == "original":
            whole = _at(entry, *path)
            caption = _up_to(whole, _at(entry, LOWERCASE, "sentence", 0)) if is_cut else whole
        else:
            caption = _at(entry, *path, *(("sentence", 0) if is_cut else ("caption",)))
        return text_of(caption, f"the entry has no caption under {' / '.join(path)}")


def _item(root: Folder, name: Any, split: str, position: int) -> Item | BadSample:
    """A figure is known by its name without an ending: it has dots of its own."""
    if isinstance(name, str) and name:
        return Item(re.sub(r"\.(png|json)$", "", name), split, (root, FOLDERS[split]))
    return BadSample(f"{FOLDERS[split]}/file_idx.json[{position}]", "the list names no figure here")


def _at(value: Any, *path: str | int) -> Any:
    """What lies under a path of keys and positions; None where nothing does."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _up_to(caption: Any, sentence: Any) -> Any:
    """A caption up to where `sentence`, its tokenised first one, ends in it; the whole where it is not found in it."""
    if not isinstance(caption, str) or not isinstance(sentence, str):
        return caption
    letters = [(place, letter.lower()[0]) for place, letter in enumerate(caption) if letter.isalnum()]
    wanted = "".join(letter for letter in sentence.lower() if letter.isalnum())
    start = "".join(letter for _, letter in letters).find(wanted)
    if start < 0 or not wanted:
        return caption
    end = letters[start + len(wanted) - 1][0] + 1
    return caption[:end] + re.split(r"[\s\w]", caption[end:], maxsplit=1)[0]  # with the stop that follows
