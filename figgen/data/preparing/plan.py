"""What a preparation has before it: every sample of the original, cut into chunks that any process may take.

The plan is a function of the files, the reader and the detector alone. Processes on many machines make the same one
without talking to each other, and a process that was killed finds its chunks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from figgen.data.manifest import FORMAT, digest
from figgen.data.readers.sidecar import bad_lines, words_digest
from figgen.data.record import SPLITS, BadSample, Item, Reader, in_characters, share_of

VAL_FRACTION, VAL_LEAST = 0.04, 8  # a small set gives more than 4 %: about 8 records
LEAST_CHUNK, MOST_CHUNK, FEW_CHUNKS = 256, 4096, 1000  # about 1,000 chunks where their size allows it


@dataclass(frozen=True)
class Plan:
    """Samples in their final order and splits, `chunk_size` of them a chunk."""

    samples: list[Item | BadSample]
    chunk_size: int
    val_fraction: float  # of the training records that become the validation split; 0 where the original has one
    digest: str  # of all that the outcome depends on, but for the content of the pictures

    @property
    def num_chunks(self) -> int:
        return -(-len(self.samples) // self.chunk_size)

    def chunk(self, number: int) -> list[Item | BadSample]:
        return self.samples[number * self.chunk_size : (number + 1) * self.chunk_size]

    def chunks_of(self, shard: int, num_shards: int) -> range:
        """The chunks of one of `num_shards` processes; together they take each chunk once."""
        return range(shard * self.num_chunks // num_shards, (shard + 1) * self.num_chunks // num_shards)


def make_plan(reader: Reader, folder: Path, detector: str) -> Plan:
    """List what lies in `folder`; `detector` is its name, with the release of its engine."""
    listed = [*reader.items(folder), *bad_lines(folder)]
    fraction = 0.0 if "val" in reader.splits else val_fraction(len(listed))
    samples = [_placed(sample, fraction) for sample in _without_twins(listed)]
    size = min(max(LEAST_CHUNK, -(-len(samples) // FEW_CHUNKS)), MOST_CHUNK)
    options = [FORMAT, reader.identity, detector, words_digest(folder), fraction, size]
    return Plan(samples, size, fraction, digest([*options, _digest_of(samples)]))


def val_fraction(total: int) -> float:
    """The share of training records that become the validation split, in a set of `total` samples."""
    return min(max(VAL_FRACTION, VAL_LEAST / max(total, 1)), 0.5)


def _without_twins(samples: Iterable[Item | BadSample]) -> Iterable[Item | BadSample]:
    """Of several items with one key the first stays, the others are bad."""
    known: set[str] = set()
    for sample in samples:
        if isinstance(sample, Item) and sample.key in known:
            yield BadSample(sample.key, "the key occurs twice")
            continue
        known.add(sample.key)
        yield sample


def _placed(sample: Item | BadSample, fraction: float) -> Item | BadSample:
    """The sample in its final split: validation is carved out of train by the keys alone."""
    if isinstance(sample, BadSample):
        return BadSample(in_characters(sample.key), in_characters(sample.reason))
    if (key := in_characters(sample.key)) != sample.key:
        return BadSample(key, "its key holds half a character")
    if sample.split not in SPLITS:
        return BadSample(sample.key, f"the split {sample.split!r} is none of {', '.join(SPLITS)}")
    carved = sample.split == "train" and share_of(sample.key) < fraction
    return replace(sample, split="val") if carved else sample


def _digest_of(samples: Iterable[Item | BadSample]) -> str:
    total = hashlib.sha256()
    for sample in samples:
        named: tuple[Any, ...] = (sample.key, sample.split if isinstance(sample, Item) else sample.reason)
        total.update(repr(named).encode())
    return total.hexdigest()
