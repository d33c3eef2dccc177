"""The samples on a contact sheet: which records are shown, and how wide."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from figgen.data.decoding import decode
from figgen.data.record import Record
from figgen.data.shards import table_of, words_of

AREA = 120_000  # pixels of the screen that a picture takes, whatever its shape
MOST_ZOOM = 3  # a small picture is not blown up beyond this
NARROWEST, WIDEST = 240, 760  # a column of captions that one still likes to read; two strips side by side


@dataclass(frozen=True)
class Sample:
    """A record and its decoded picture."""

    record: Record

    @cached_property
    def picture(self) -> Image.Image:
        return Image.fromarray(decode(self.record.image))


def spread(shards: Path, split: str, number: int) -> list[Sample]:
    """At most `number` records from a split's beginning to its end, at even distances."""
    table = table_of(shards, split)
    rows = np.unique(np.linspace(0, table.num_rows - 1, min(number, table.num_rows)).round().astype(int))
    return [
        Sample(Record(row["key"], split, row["image"], row["caption"], words_of(row), json.loads(row["extras"])))
        for row in table.take(rows).to_pylist()
    ]


def column_width(samples: Sequence[Sample]) -> int:
    """Pixels of the screen that the usual picture among `samples` wants in width."""
    width = median(sample.picture.width for sample in samples)
    shape = median(sample.picture.width / sample.picture.height for sample in samples)
    wanted = min(math.sqrt(AREA * shape), MOST_ZOOM * width)
    return round(min(max(wanted, NARROWEST), WIDEST))
