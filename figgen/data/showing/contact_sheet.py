"""What prepared data look like: for every split a picture to glance at and a page to read, both with the word boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from figgen.data.manifest import Manifest
from figgen.data.record import SPLITS
from figgen.data.shards import record_of, table_of
from figgen.data.showing.cards import Sample, png_page
from figgen.data.showing.page import html_page
from figgen.runs.files import whole_file, write_text

AREA = 120_000  # pixels of the screen that a picture takes, whatever its shape
MOST_ZOOM = 3  # a small picture is not blown up beyond this
NARROWEST, WIDEST = 240, 760  # a column of captions that one still likes to read; two strips side by side


def contact_sheets(shards: Path, out: Path, per_split: int) -> list[Path]:
    """The records in `shards` => `out`/SPLIT.png and `out`/SPLIT.html, each with at most `per_split` of a split."""
    counts = Manifest.read(shards).counts
    made: list[Path] = []
    for split in (split for split in SPLITS if counts.get(split)):
        samples = spread(shards, split, per_split)
        title, note, width = f"{out.name}: {split}", note_on(samples, counts[split]), column_width(samples)
        png, html = out / f"{split}.png", out / f"{split}.html"
        with whole_file(png) as file:
            png_page(title, note, samples, width).save(file, "PNG")
        write_text(html, html_page(title, note, samples, width))
        made += [png, html]
    return made


def spread(shards: Path, split: str, number: int) -> list[Sample]:
    """At most `number` records from a split's beginning to its end, at even distances."""
    table = table_of(shards, split)
    rows = np.unique(np.linspace(0, table.num_rows - 1, min(number, table.num_rows)).round().astype(int))
    return [Sample(record_of(row, split)) for row in table.take(rows).to_pylist()]


def note_on(samples: Sequence[Sample], number: int) -> str:
    """What stands beside the title."""
    shown = f"{len(samples):,} of {number:,} records"
    has_words = any(sample.record.boxes for sample in samples)
    return f"{shown}; a dot marks where the text in a box begins" if has_words else shown


def column_width(samples: Sequence[Sample]) -> int:
    """Pixels of the screen that the usual picture among `samples` wants in width."""
    width = median(sample.picture.width for sample in samples)
    shape = median(sample.picture.width / sample.picture.height for sample in samples)
    wanted = min(math.sqrt(AREA * shape), MOST_ZOOM * width)
    return round(min(max(wanted, NARROWEST), WIDEST))
