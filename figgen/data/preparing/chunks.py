"""One chunk of a preparation: samples in, an Arrow file per split and a note out. The note is written last.

A chunk is made of pieces in a folder of its own, each with its files and its note: a killed process loses one piece.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from figgen.data.decoding import decode
from figgen.data.record import BadSample, Item, Reader, Record, in_characters
from figgen.data.shards import table_of, write_records, write_table
from figgen.ocr.boxes import TextBox
from figgen.runs.cores import cores
from figgen.runs.errors import DataError
from figgen.runs.files import read_json, write_json

PIECE, PER_CORE = (
    64,
    4,
)  # samples that are done at once and kept, seconds of work; where a detector reads them, a core's

Detector = Callable[[Sequence[np.ndarray]], list[list[TextBox]]]  # uint8 (H, W, 3) pictures => the words of each
Sample = Item | BadSample


@dataclass(frozen=True)
class Note:
    """What a finished chunk, or a piece of one, says about itself."""

    content: str  # digest of all its records
    counts: dict[str, int]  # good records per split
    bad: list[list[str]] = field(default_factory=list)  # key, reason

    @property
    def num_samples(self) -> int:
        return sum(self.counts.values()) + len(self.bad)

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
        pieces, size = into / f"pieces-{number:05d}", PIECE if self.detector is None else PER_CORE * cores()
        notes: list[Note] = []
        while (start := sum(note.num_samples for note in notes)) < len(samples):
            notes.append(Note.read(pieces, start) or self._piece(samples[start : start + size], start, pieces))
            on_done(start + notes[-1].num_samples)
        counts = dict(sum((Counter(note.counts) for note in notes), Counter()))
        for split in counts:
            write_table(into / f"{split}-{number:05d}.arrow", table_of(pieces, split).combine_chunks())
        content = hashlib.sha256("".join(note.content for note in notes).encode()).hexdigest()
        note = Note(content, counts, [sample for note in notes for sample in note.bad])
        write_json(Note.path(into, number), asdict(note))
        shutil.rmtree(pieces)
        return note

    def _piece(self, samples: Sequence[Sample], number: int, into: Path) -> Note:
        """Turn samples into records, and keep them; the note holds a digest of each, for pieces may be cut anywhere."""
        results = self._results(samples)
        records = [result for result in results if isinstance(result, Record)]
        content = "".join(hashlib.sha256(repr(record).encode()).hexdigest()[:16] for record in records)
        counts = Counter(record.split for record in records)
        for split in counts:
            write_records(into / f"{split}-{number:05d}.arrow", [r for r in records if r.split == split])
        bad = [[result.key, result.reason] for result in results if isinstance(result, BadSample)]
        note = Note(content, dict(counts), bad)
        write_json(Note.path(into, number), asdict(note))
        return note

    def _results(self, samples: Sequence[Sample]) -> list[Record | BadSample]:
        """Each sample as a record with its words, or with the reason why it is none."""
        read = [self._read(sample) for sample in samples]
        with ThreadPoolExecutor(cores()) as pool:
            looked_at = list(pool.map(_decoded, read))
        if self.detector is None:
            return [sample for sample, _ in looked_at]
        pictures = [pixels for _, pixels in looked_at if pixels is not None]
        found = iter(self.detector(pictures) if pictures else [])
        return [s if isinstance(s, BadSample) else replace(s, boxes=tuple(next(found))) for s, _ in looked_at]

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


def _decoded(sample: Record | BadSample) -> tuple[Record | BadSample, np.ndarray | None]:
    """A record with its picture, or the reason why the picture cannot be drawn."""
    if isinstance(sample, BadSample):
        return sample, None
    try:
        return sample, decode(sample.image)
    except DataError as error:
        return BadSample(sample.key, str(error)), None
