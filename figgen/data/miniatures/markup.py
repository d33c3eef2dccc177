"""The miniatures of the markup datasets, as the Hugging Face hub has them: parquet files with an Image feature.

data/{train,val,test}-00000-of-00001-<hash>.parquet     the markup, filename, image, further columns
words.jsonl                                             where the words stand, if any: parquet has no room for them
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from figgen.data.miniatures.base import Dice, Miniature, Slot, encoded
from figgen.data.readers.sidecar import write_words
from figgen.data.record import SPLITS

if TYPE_CHECKING:
    import numpy as np

    from figgen.ocr.boxes import TextBox

IMAGE, TEXT = {"_type": "Image"}, {"dtype": "string", "_type": "Value"}  # as `datasets` describes columns


class Marked(NamedTuple):
    """A picture, its words and the markup behind it: what every format's draw(split, index, seed) gives."""

    pixels: np.ndarray  # uint8 (H, W, 3)
    boxes: tuple[TextBox, ...]  # tight
    markup: str


class Row(NamedTuple):
    """One sample, and the words of its picture."""

    split: str
    filename: str  # not used twice in a split
    markup: str
    png: bytes
    boxes: tuple[TextBox, ...]


@dataclass(frozen=True)
class MarkupMiniature(Miniature[Row]):
    """num_train, num_val and num_test rows. A format is a subclass and a module that draws."""

    num_val: int = 40

    version: ClassVar[int] = 2
    column: ClassVar[str]  # that holds the markup
    filename: ClassVar[str]  # with a place for the row's number
    further: ClassVar[Mapping[str, str]] = {}  # columns behind the image, with a place for the markup

    def folders(self) -> list[str]:
        return ["data"]

    def draw(self, root: Path, slot: Slot) -> Row:
        drawn: Marked = self.pen.draw(slot.split, slot.place, self.seed)
        filename = self.filename.format(slot.place)
        return Row(slot.split, filename, drawn.markup, encoded(drawn.pixels), drawn.boxes)

    def finish(self, root: Path, listed: Sequence[Row]) -> None:
        for split in SPLITS:
            self._write_split(root / "data", split, [row for row in listed if row.split == split])
        if any(row.boxes for row in listed):
            write_words(root, {f"{row.split}/{row.filename}": row.boxes for row in listed})

    def _write_split(self, folder: Path, split: str, rows: Sequence[Row]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        image, text = pa.struct([("bytes", pa.binary()), ("path", pa.string())]), pa.string()
        kinds = {self.column: text, "filename": text, "image": image} | dict.fromkeys(self.further, text)
        features = {name: IMAGE if kind is image else TEXT for name, kind in kinds.items()}
        schema = pa.schema(kinds.items(), {"huggingface": json.dumps({"info": {"features": features}})})
        digest = hashlib.sha256("".join(row.markup for row in rows).encode()).hexdigest()[:16]
        table = pa.Table.from_pylist([self._columns(row) for row in rows], schema)
        pq.write_table(table, folder / f"{split}-00000-of-00001-{digest}.parquet", row_group_size=100)

    def _columns(self, row: Row) -> dict[str, object]:
        image = {"bytes": row.png, "path": row.filename}
        further = {name: form.format(row.markup) for name, form in self.further.items()}
        return {self.column: row.markup, "filename": row.filename, "image": image, **further}


class Im2LatexMiniature(MarkupMiniature):
    """Formulas set by matplotlib's mathtext, 64 x 320."""

    name, column, filename = "im2latex", "formula", "{:010x}.png"
    version = 3
    drawings = "figgen.data.miniatures.formulas"


class Im2HtmlMiniature(MarkupMiniature):
    """Small tables, 64 x 64."""

    name, column, filename = "im2html", "html", "{}-full.png"
    drawings = "figgen.data.miniatures.tables"


class Im2LyMiniature(MarkupMiniature):
    """Tunes of a few lines, 192 x 448. They show no words."""

    name, column, filename = "im2ly", "source", "comp.{}.png"
    further: ClassVar[Mapping[str, str]] = {"source_orig": r'\version "2.24.0" \score {{ \new Staff {{ {} }} }}'}
    version, drawn_by, extra = 3, ("verovio", "resvg-py"), "music"
    drawings = "figgen.data.miniatures.scores"


class Im2SmilesMiniature(MarkupMiniature):
    """Small molecules drawn by RDKit, 128 x 128 in colour."""

    name, column, filename = "im2smiles", "smiles", "B-{}.png"
    drawn_by, extra = ("rdkit",), "chem"
    drawings = "figgen.data.miniatures.molecules"


def grammar(text: str) -> dict[str, list[str]]:
    """A line per symbol, `SYMBOL: option | option`, each option tokens and symbols apart => its options."""
    lines = (line.partition(":") for line in text.strip().splitlines())
    return {symbol.strip(): options.split("|") for symbol, _, options in lines}


def written(symbol: str, rules: Mapping[str, Sequence[str]], dice: Dice) -> list[str]:
    """Tokens that the rules allow for a symbol; each option is as likely as the others."""
    if symbol not in rules:
        return [symbol]
    return [token for part in dice.pick(rules[symbol]).split() for token in written(part, rules, dice)]
