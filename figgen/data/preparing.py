"""From original files to shards."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from figgen.data.manifest import Manifest, detector_name, digest
from figgen.data.record import Reader, Record
from figgen.data.screening import BAD_SAMPLES, Screen
from figgen.data.shards import ShardWriter
from figgen.data.workers import Progress
from figgen.ocr.boxes import TextBox

VAL_FRACTION, VAL_LEAST = 0.04, 8  # a small set gives more than 4 %: about 8 records
CHUNK = 64  # pictures that a detector gets at once

Detector = Callable[[Sequence[np.ndarray]], list[list[TextBox]]]  # uint8 (H, W, 3) pictures => the words of each


def prepare_folder(
    reader: Reader,
    from_folder: Path,
    to_folder: Path,
    detector: Detector | None = None,
    max_bad_fraction: float = 0.01,
    on_progress: Progress | None = None,
) -> Manifest:
    """Read the original files in `from_folder` into shards in `to_folder`, which appears, or changes, all at once.

    detector: finds the words; None keeps those that the dataset brings along.
    max_bad_fraction: a larger share of bad samples is a DataError, and `to_folder` stays as it was.
    """
    total, report = reader.count(from_folder), on_progress or (lambda done, total: None)
    temporary = to_folder.with_name(f".{to_folder.name}.preparing")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    screen = Screen(0.0 if "val" in reader.splits else val_fraction(total))
    writer, content = ShardWriter(temporary), hashlib.sha256()
    for record in _with_words(screen.good(reader.read(from_folder)), detector):
        writer.add(record)
        content.update(repr(replace(record, image=b"")).encode())
        content.update(record.image)
        report(screen.seen, total)
    report(screen.seen, total)
    writer.close()
    screen.write_list(temporary / BAD_SAMPLES)
    screen.refuse_above(max_bad_fraction, temporary / BAD_SAMPLES)
    manifest = Manifest(
        fingerprint=digest([reader.identity, detector_name(detector), content.hexdigest()]),
        origin=str(from_folder),
        reader=reader.identity,
        detector=detector_name(detector),
        val_fraction=screen.val_fraction,
        counts=dict(writer.counts),
        num_bad=len(screen.bad),
    )
    manifest.write(temporary)
    shutil.rmtree(to_folder, ignore_errors=True)
    temporary.rename(to_folder)
    return manifest


def val_fraction(total: int) -> float:
    """The share of training records that become the validation split, in a set of `total` samples."""
    return min(max(VAL_FRACTION, VAL_LEAST / max(total, 1)), 0.5)


def _with_words(samples: Iterable[tuple[Record, np.ndarray]], detector: Detector | None) -> Iterator[Record]:
    """The records with the words that the detector finds, or with their own."""
    if detector is None:
        yield from (record for record, _ in samples)
        return
    for chunk in _chunks(samples):
        found = detector([pixels for _, pixels in chunk])
        yield from (replace(record, boxes=tuple(words)) for (record, _), words in zip(chunk, found, strict=True))


def _chunks(samples: Iterable[tuple[Record, np.ndarray]]) -> Iterator[list[tuple[Record, np.ndarray]]]:
    stream = iter(samples)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk
