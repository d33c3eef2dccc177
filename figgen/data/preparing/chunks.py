"""One chunk of a preparation: samples in, an Arrow file per split and a note out. The note is written last.

What is done of a chunk stands in a log until all of it is: a killed process loses what its threads had in hand.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from figgen.data.decoding import decode
from figgen.data.preparing.log import Log
from figgen.data.record import BadSample, Item, Reader, Record, in_characters
from figgen.data.shards import SCHEMA, row_of, write_table
from figgen.data.workers import as_done
from figgen.ocr.boxes import TextBox
from figgen.runs.cores import cores
from figgen.runs.errors import DataError
from figgen.runs.files import read_json, write_json

LOGGED = pa.schema(
    [
        pa.field("place", pa.int32()),  # in the chunk
        pa.field("split", pa.string()),  # null where the sample is bad
        pa.field("digest", pa.string()),
        pa.field("reason", pa.string()),  # null where it is good
        *SCHEMA,
    ]
)

Detector = Callable[[Sequence[np.ndarray]], list[list[TextBox]]]  # uint8 (H, W, 3) pictures => the words of each
Sample = Item | BadSample
Result = tuple[int, Record | BadSample]  # with its place in the chunk
HANDFUL = 8  # samples that a thread takes at once, milliseconds of work; where a detector reads them, one


@dataclass(frozen=True)
class Note:
    """What a finished chunk says about itself."""

    content: str  # digest of all its records
    counts: dict[str, int]  # good records per split
    bad: list[list[str]] = field(default_factory=list)  # key, reason

    @staticmethod
    def path(folder: Path, number: int) -> Path:
        return folder / f"chunk-{number:05d}.json"

    @classmethod
    def read(cls, folder: Path, number: int) -> Note | None:
        """The note of a finished chunk; None of an unfinished one."""
        values = read_json(cls.path(folder, number))
        return cls(**values) if values else None


@dataclass(frozen=True)
class Workshop:
    """All that turns samples into records: `words` are those that lie beside the dataset, by key."""

    reader: Reader
    original: Path
    words: Mapping[str, tuple[TextBox, ...]]
    detector: Detector | None

    def make(self, samples: Sequence[Sample], number: int, into: Path, on_done: Callable[[int], None]) -> Note:
        """Write chunk `number` into the folder `into`; `on_done` hears how many samples of it are done."""
        log = Log(into / f"log-{number:05d}", LOGGED)
        with log.appending() as append:
            known = {row["place"][0].as_py() for row in log.rows()}
            left = [place for place in range(len(samples)) if place not in known]
            read = ([(place, self._read(samples[place])) for place in places] for places in self._handfuls(left))
            for results in as_done(self._looked_at, read, self._threads):
                append([_row(*result) for result in results])
                known.update(place for place, _ in results)
                on_done(len(known))
        note = _publish(sorted(log.rows(), key=lambda row: row["place"][0].as_py()), number, into)
        log.path.unlink()
        return note

    @property
    def _threads(self) -> int:
        """As many as the detector wants to be asked by at once: some use all cores for a single picture."""
        return getattr(self.detector, "workers", None) or cores()

    def _handfuls(self, places: Sequence[int]) -> Iterator[Sequence[int]]:
        """What a thread takes at once."""
        size = HANDFUL if self.detector is None else 1
        return (places[start : start + size] for start in range(0, len(places), size))

    def _looked_at(self, samples: Sequence[Result]) -> list[Result]:
        """Records with their words, or with the reason why their picture cannot be drawn."""
        return [(place, self._with_words(r) if isinstance(r, Record) else r) for place, r in samples]

    def _with_words(self, record: Record) -> Record | BadSample:
        try:
            pixels = decode(record.image)
        except DataError as error:
            return BadSample(record.key, str(error))
        return replace(record, boxes=tuple(self.detector([pixels])[0])) if self.detector else record

    def _read(self, sample: Sample) -> Record | BadSample:
        """The record with its words and without halves of characters."""
        if isinstance(sample, BadSample):
            return sample
        try:
            record = self.reader.record(self.original, sample)
        except DataError as error:
            return BadSample(sample.key, in_characters(str(error)))
        boxes = record.boxes or self.words.get(record.key, ())
        boxes = tuple(box if box.text.isascii() else replace(box, text=in_characters(box.text)) for box in boxes)
        return replace(record, caption=in_characters(record.caption), boxes=boxes)


def _row(place: int, result: Record | BadSample) -> dict[str, Any]:
    """A result as a row of LOGGED."""
    if isinstance(result, BadSample):
        return {"place": place, "key": result.key, "reason": result.reason}
    digest = hashlib.sha256(repr(result).encode()).hexdigest()[:16]
    return {"place": place, "split": result.split, "digest": digest, **row_of(result)}


def _publish(rows: Sequence[pa.RecordBatch], number: int, into: Path) -> Note:
    """Rows of LOGGED in their order => a file per split, and the note."""
    told = pa.Table.from_batches(rows, LOGGED).select(["split", "digest", "key", "reason"]).to_pylist()
    counts = Counter(row["split"] for row in told if row["split"])
    for split in counts:
        of_split = [row for row, about in zip(rows, told, strict=True) if about["split"] == split]
        write_table(
            into / f"{split}-{number:05d}.arrow", pa.Table.from_batches(of_split).select(SCHEMA.names).combine_chunks()
        )
    content = hashlib.sha256("".join(row["digest"] or "" for row in told).encode()).hexdigest()
    note = Note(content, dict(counts), [[row["key"], row["reason"]] for row in told if row["reason"] is not None])
    write_json(Note.path(into, number), asdict(note))
    return note
