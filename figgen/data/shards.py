"""Records at rest: Arrow IPC files that are mapped into memory, one per split and chunk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from figgen.data.record import Record
from figgen.ocr.boxes import TextBox, as_quad
from figgen.runs.errors import DataError
from figgen.runs.files import whole_file

WORDS = [
    pa.field("quads", pa.list_(pa.float32())),  # 8 numbers a word: x, y of its corners, from the text's top left on
    pa.field("texts", pa.list_(pa.string())),
    pa.field("confidences", pa.list_(pa.float32())),
]
SCHEMA = pa.schema(
    [
        pa.field("key", pa.string()),
        pa.field("image", pa.large_binary()),
        pa.field("caption", pa.string()),
        *WORDS,
        pa.field("extras", pa.string()),  # JSON
    ]
)


def row_of(record: Record) -> dict[str, Any]:
    """A record as a row of SCHEMA; its split is part of the file's name, see table_of."""
    return {
        "key": record.key,
        "image": record.image,
        "caption": record.caption,
        **word_columns(record.boxes),
        "extras": json.dumps(record.extras, sort_keys=True),
    }


def word_columns(boxes: Sequence[TextBox]) -> dict[str, Any]:
    """The words of a picture as the WORDS columns of one row."""
    return {
        "quads": np.array([box.quad for box in boxes], dtype=np.float32).ravel(),
        "texts": [box.text for box in boxes],
        "confidences": [box.confidence for box in boxes],
    }


def words_of(row: dict[str, Any]) -> tuple[TextBox, ...]:
    """The inverse of word_columns."""
    quads = np.array(row["quads"], dtype=float).reshape(-1, 4, 2).tolist()
    words = zip(quads, row["texts"], row["confidences"], strict=True)
    return tuple(TextBox(as_quad(quad), text, confidence) for quad, text, confidence in words)


def write_table(path: Path, table: pa.Table) -> None:
    """A table as one Arrow file that is there whole or not at all."""
    with whole_file(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def map_table(*paths: Path) -> pa.Table:
    """Arrow files as one table in mapped memory: nothing is read before it is asked for."""
    return pa.concat_tables(pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in paths)


def table_of(folder: Path, split: str) -> pa.Table:
    """All rows of a split; DataError where there are none."""
    paths = sorted(folder.glob(f"{split}-*.arrow"))
    if not paths:
        have = sorted({path.name.rsplit("-", 1)[0] for path in folder.glob("*.arrow")})
        raise DataError(f"{folder} holds no {split} records, only {', '.join(have) or 'nothing'}.")
    return map_table(*paths)


def records(folder: Path, split: str) -> Iterator[Record]:
    """The records of a split, one at a time, in the order in which they were read."""
    for batch in table_of(folder, split).to_batches(max_chunksize=64):
        for row in batch.to_pylist():
            yield record_of(row, split)


def record_of(row: dict[str, Any], split: str) -> Record:
    """The inverse of row_of."""
    extras = json.loads(row["extras"])
    return Record(row["key"], split, row["image"], row["caption"], words_of(row), extras=extras)
