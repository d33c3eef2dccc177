"""One page about a prepared dataset: how much there is, how much of it was bad, what captions and words look like."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from figgen.data.manifest import Manifest
from figgen.data.preparing.preparation import BAD_SAMPLES
from figgen.data.record import SPLITS
from figgen.data.shards import table_of

HEADER = ("split", "records", "caption: median", "longest", "words a picture", "most", "pictures with words")


def overview(folder: Path, name: str, detector: str = "annotation", paths: str = "") -> str:
    """The page about the finished shards in `folder`.

    detector: the choice that found their words. paths: what the next commands must say to find them.
    """
    made = Manifest.read(folder)
    tables = {split: table_of(folder, split) for split in SPLITS if split in made.counts}
    rows = [HEADER, *(_row(split, table) for split, table in tables.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    has_words = any(pc.max(pc.list_value_length(table["texts"])).as_py() for table in tables.values())
    choices = f"dataset={name}" + ("" if detector == "annotation" else f" detector={detector}")
    return "\n".join(
        [
            f"{name}: {sum(made.counts.values()):,} records in {folder}",
            f"  from {made.origin}, words by {made.detector}, fingerprint {made.fingerprint}",
            *("  " + "  ".join(map(str.rjust, row, widths)) for row in rows),
            *_bad(made, folder / BAD_SAMPLES),
            f"Look at it: python -m figgen.prepare {choices} action=inspect{paths}",
            f"Train on it: python -m figgen.train {choices} loss={'tpl' if has_words else 'plain'}{paths}",
        ]
    )


def _row(split: str, table: pa.Table) -> tuple[str, ...]:
    """Lengths of captions are in characters."""
    lengths, words = pc.utf8_length(table["caption"]), pc.list_value_length(table["texts"])
    return (
        split,
        f"{table.num_rows:,}",
        f"{pc.quantile(lengths, 0.5)[0].as_py():.0f}",
        f"{pc.max(lengths).as_py()}",
        f"{pc.mean(words).as_py():.1f}",
        f"{pc.max(words).as_py()}",
        f"{pc.mean(pc.greater(words, 0)).as_py():.1%}",
    )


def _bad(made: Manifest, listed_in: Path) -> list[str]:
    """The bad samples, counted by reason."""
    if not made.num_bad:
        return ["  no bad samples"]
    share = made.num_bad / (made.num_bad + sum(made.counts.values()))
    with listed_in.open(encoding="utf-8") as file:
        reasons = Counter(row["reason"] for row in csv.DictReader(file))
    lines = [f"    {number:,} x {reason}" for reason, number in reasons.most_common(5)]
    return [f"  {made.num_bad:,} bad samples ({share:.2%}), listed in {listed_in}:", *lines]
