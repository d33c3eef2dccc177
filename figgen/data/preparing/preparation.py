"""From original files to shards: chunk by chunk, by one process or many, going on where a killed one stopped."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from figgen.data.manifest import Manifest, detector_name, digest, engine_of
from figgen.data.preparing.chunks import Detector, Note, Workshop
from figgen.data.preparing.plan import Plan, make_plan
from figgen.data.readers.sidecar import read_words
from figgen.data.record import Reader
from figgen.data.workers import Progress
from figgen.runs.errors import DataError
from figgen.runs.files import write_text
from figgen.runs.locks import alone

BAD_SAMPLES = "bad_samples.csv"


def prepare_folder(
    reader: Reader,
    original: Path,
    to_folder: Path,
    *,
    detector: Detector | None = None,
    max_bad_fraction: float = 0.01,
    shard: int = 0,
    num_shards: int = 1,
    on_progress: Progress | None = None,
) -> Manifest | None:
    """One shard of a preparation, and, where no other is missing, the whole of it: its manifest."""
    plan = make_plan(reader, original, detector_name(detector) + engine_of(detector))
    preparation = Preparation(plan, reader, original, to_folder, detector=detector, max_bad_fraction=max_bad_fraction)
    if not preparation.finished:
        preparation.make_chunks(shard, num_shards, on_progress or (lambda done, total: None))
        preparation.put_together()
    return preparation.finished


@dataclass(frozen=True)
class Preparation:
    """The records of one original folder on their way into `to_folder`, which appears, or changes, all at once.

    detector: finds the words; None keeps those that the dataset brings along, or that words.jsonl beside it holds.
    max_bad_fraction: a larger share of bad samples is a DataError, and `to_folder` stays as it was.
    """

    plan: Plan
    reader: Reader
    original: Path
    to_folder: Path
    detector: Detector | None
    max_bad_fraction: float

    @property
    def work(self) -> Path:
        """Where finished chunks wait for each other; what was begun with other files or options lies elsewhere."""
        return self.to_folder.with_name(f".{self.to_folder.name}.{self.plan.digest}")

    @property
    def finished(self) -> Manifest | None:
        """The manifest of `to_folder` where it holds just what this preparation would make."""
        made = Manifest.find(self.to_folder)
        return made if made and made.plan == self.plan.digest else None

    def make_chunks(self, shard: int, num_shards: int, report: Progress) -> None:
        """Make the chunks of one of `num_shards` shards that are not made yet."""
        chunks = self.plan.chunks_of(shard, num_shards)
        workshop = Workshop(self.reader, self.original, read_words(self.original), self.detector)
        with alone(self.work.with_name(f"{self.work.name}-{shard}-of-{num_shards}"), "preparing"):
            made = {number: note for number in chunks if (note := Note.read(self.work, number))}
            total, done = (sum(len(self.plan.chunk(number)) for number in some) for some in (chunks, made))
            num_bad = sum(len(note.bad) for note in made.values())
            report(done, total)
            for number in chunks:
                samples = self.plan.chunk(number)
                if number not in made:
                    num_bad += len(workshop.make(samples, number, self.work, partial(_count, report, done, total)).bad)
                    done += len(samples)
                if num_bad > self.max_bad_fraction * len(self.plan.samples):
                    self.refuse(self.notes())

    def notes(self) -> list[Note]:
        """What the chunks say that are finished, in their order."""
        return [note for number in range(self.plan.num_chunks) if (note := Note.read(self.work, number))]

    def put_together(self) -> None:
        """All chunks as `to_folder`, unless some are still to be made."""
        with alone(self.to_folder, "putting together"):
            notes = self.notes()
            if self.finished or len(notes) < self.plan.num_chunks:
                return
            if sum(len(note.bad) for note in notes) > self.max_bad_fraction * len(self.plan.samples) or not any(
                n.counts for n in notes
            ):
                self.refuse(notes)
            self.manifest(notes).write(self.work)
            write_list(self.work / BAD_SAMPLES, notes)
            for log in self.work.glob("log-*"):  # of a process that was killed just after its chunk
                log.unlink()
            shutil.rmtree(self.to_folder, ignore_errors=True)
            self.work.rename(self.to_folder)
        for left_over in self.to_folder.parent.glob(f".{self.to_folder.name}.*"):  # of other files or options
            shutil.rmtree(left_over, ignore_errors=True)

    def manifest(self, notes: Sequence[Note]) -> Manifest:
        name, content = detector_name(self.detector), hashlib.sha256("".join(note.content for note in notes).encode())
        return Manifest(
            fingerprint=digest([self.reader.identity, name, content.hexdigest()]),
            plan=self.plan.digest,
            origin=str(self.original),
            reader=self.reader.identity,
            detector=name,
            val_fraction=self.plan.val_fraction,
            counts=dict(sum((Counter(note.counts) for note in notes), Counter())),
            num_bad=sum(len(note.bad) for note in notes),
        )

    def refuse(self, notes: Sequence[Note]) -> None:
        """DataError: too many bad samples. Finished chunks stay: with another limit nothing has to be done again."""
        listed_in, total = self.work / BAD_SAMPLES, len(self.plan.samples)
        write_list(listed_in, notes)
        bad = [sample for note in notes for sample in note.bad]
        first = f" First: {bad[0][0]}: {bad[0][1]}." if bad else ""
        raise DataError(
            f"{len(bad)} of {total} samples are bad ({len(bad) / max(total, 1):.1%}), and dataset.max_bad_fraction "
            f"allows {self.max_bad_fraction:.1%}.{first} All of them are listed in {listed_in}."
        )


def _count(report: Progress, before: int, total: int, now: int) -> None:
    report(before + now, total)


def write_list(path: Path, notes: Sequence[Note]) -> None:
    """The bad samples as a CSV file: key, reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("key", "reason"), *(sample for note in notes for sample in note.bad)])
    write_text(path, text.getvalue())
