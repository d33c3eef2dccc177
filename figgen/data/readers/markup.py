"""The datasets of markup-to-image diffusion as they lie on the Hugging Face hub: LaTeX, HTML, LilyPond and SMILES.

data/{train,val,test}-00000-of-00001-<hash>.parquet     one or more files per split; columns:
formula | html | source | smiles    the markup           string
filename                            not always unique    string
image                               an Image feature     struct<bytes: binary, path: string>
source_orig                         im2ly only           string
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from figgen.data.readers.lists import text_of
from figgen.data.record import BadSample, Item, Reader, Record
from figgen.runs.errors import DataError

TEXT, IMAGE = re.compile("(large_)?string"), re.compile("struct<.*bytes: (large_)?binary.*>")  # types of Arrow
SHUFFLE_SEED = 42  # of the published choice of test items


@dataclass(frozen=True)
class Markup(Reader):
    """column: the one that holds the markup.

    test_items: how many test items to keep, those that come first in `dataset.shuffle(seed=42)`; None keeps all.
    """

    column: str
    test_items: int | None = None
    name: ClassVar[str] = "markup"
    splits: ClassVar[tuple[str, ...]] = ("train", "val", "test")

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Items in the order of the files, chosen ones too: a row group is then read once."""
        by_split = {split: self._items_of(folder, split) for split in self.splits}
        if self.test_items is not None:
            chosen = first_shuffled(len(by_split["test"]), self.test_items)
            by_split["test"] = [by_split["test"][position] for position in chosen]
        return [item for items in by_split.values() for item in items]

    def record(self, folder: Path, item: Item) -> Record:
        columns = item.where.read()
        caption, image = columns.pop(self.column), columns.pop("image")
        if image is None or not image["bytes"]:
            raise DataError("the picture is missing (image.bytes is empty)")
        extras = {name: value for name, value in columns.items() if isinstance(value, str)}
        return Record(
            item.key, item.split, image["bytes"], text_of(caption, f"the {self.column} is missing"), extras=extras
        )

    def _items_of(self, folder: Path, split: str) -> list[Item | BadSample]:
        from figgen.data.readers.parquet import named_rows, parts_of, types_of  # Arrow: the identity needs none of it

        rows = []
        for path in parts_of(folder, split):
            self._check(types_of(path), path)
            rows += named_rows(path, "filename")
        keys = unique_keys(split, [name for name, _ in rows])
        return [Item(key, split, row) for key, (_, row) in zip(keys, rows, strict=True)]

    def _check(self, types: dict[str, str], path: Path) -> None:
        """DataError where a column is missing or of another type."""
        wanted = {self.column: TEXT, "filename": TEXT, "image": IMAGE}
        if not all(kind.fullmatch(types.get(name, "")) for name, kind in wanted.items()):
            listed = ", ".join(f"{name} ({kind})" for name, kind in types.items())
            raise DataError(
                f"{path} holds the columns {listed}: looked for {self.column} (string), filename (string) and image "
                "(struct<bytes: binary, path: string>); dataset.reader.column names the first."
            )


def unique_keys(split: str, names: list[str | None]) -> list[str]:
    """split/filename; with the row's number in the split behind it where the name occurs again, or is missing."""
    seen: Counter[str | None] = Counter([None])
    keys = []
    for number, name in enumerate(names):
        keys.append(f"{split}/{name or ''}@{number}" if seen[name] else f"{split}/{name}")
        seen[name] += 1
    return keys


def first_shuffled(total: int, wanted: int) -> list[int]:
    """The first `wanted` of `total` rows as `datasets.Dataset.shuffle(seed=42)` shuffles them, in ascending order."""
    return sorted(np.random.default_rng(SHUFFLE_SEED).permutation(total)[:wanted].tolist())
