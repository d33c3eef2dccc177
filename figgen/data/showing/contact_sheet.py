"""What prepared data look like: for every split a picture to glance at and a page to read, both with the word boxes."""

from __future__ import annotations

from pathlib import Path

from figgen.data.manifest import Manifest
from figgen.data.record import SPLITS
from figgen.data.showing.contact_html import html_page
from figgen.data.showing.contact_png import png_page
from figgen.data.showing.contact_samples import Sample, column_width, spread
from figgen.runs.files import whole_file, write_text


def contact_sheets(shards: Path, out: Path, per_split: int) -> list[Path]:
    """The records in `shards` => `out`/SPLIT.png and `out`/SPLIT.html, each with at most `per_split` of a split."""
    counts = Manifest.read(shards).counts
    made: list[Path] = []
    for split in SPLITS:
        if not counts.get(split):
            continue
        samples = spread(shards, split, per_split)
        title = f"{out.name}: {split}"
        note = _note(samples, counts[split])
        width = column_width(samples)
        png, html = out / f"{split}.png", out / f"{split}.html"
        with whole_file(png) as file:
            png_page(title, note, samples, width).save(file, "PNG")
        write_text(html, html_page(title, note, samples, width))
        made += [png, html]
    return made


def _note(samples: list[Sample], number: int) -> str:
    """What stands beside the title."""
    shown = f"{len(samples):,} of {number:,} records"
    has_words = any(sample.record.boxes for sample in samples)
    return f"{shown}; a dot marks where the text in a box begins" if has_words else shown
