"""What an epoch costs when pictures are fitted once and mapped, beside decoding and resizing them every time."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image

from benchmarks.paired import ratio
from figgen.data.decoding import decode
from figgen.data.loading.fitted import FittedSplit, fit_split
from figgen.data.loading.order import EndlessBatches
from figgen.data.loading.sheet import Sheet
from figgen.data.manifest import Manifest
from figgen.data.miniatures.figures import draw
from figgen.data.record import Record
from figgen.data.shards import SCHEMA, row_of, write_table

SHEET, BATCH, FIGURES, ENLARGED = Sheet(384, 384), 8, 256, 5
MANY, SMALL = 50_000, Sheet(128, 160)


def figure(index: int, enlarged: int = ENLARGED) -> bytes:
    """A drawn figure as a PNG of about 800 x 600 pixels, as pdffigures2 renders them."""
    picture = Image.fromarray(draw("train", index).pixels)
    stream = BytesIO()
    size = (picture.width * enlarged, picture.height * enlarged)
    picture.resize(size, Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


def shards_of(folder: Path, pictures: list[bytes], number: int) -> Path:
    """`number` records that show `pictures` in turn."""
    chunk = 5000
    for first in range(0, number, chunk):
        rows = [
            row_of(Record(f"{k}", "train", pictures[k % len(pictures)], f"Figure {k}: a drawing of several words"))
            for k in range(first, min(first + chunk, number))
        ]
        write_table(folder / f"train-{first // chunk:05d}.arrow", pa.Table.from_pylist(rows, SCHEMA))
    Manifest(
        fingerprint="benchmark", plan="", origin="", reader={}, detector="annotation", val_fraction=0.0,
        counts={"train": number}, num_bad=0,
    ).write(folder)  # fmt: skip
    return folder


def epoch_over(split: FittedSplit, epoch: int) -> int:
    """Every picture once, in shuffled batches; => bytes seen."""
    steps = len(split) // BATCH
    order = iter(EndlessBatches(len(split), BATCH, seed=0, start_step=epoch * steps))
    return sum(split.batch(next(order)).pixels.nbytes for _ in range(steps))


def lines() -> Iterator[str]:
    """The ratio of epochs, and the memory that a large set takes."""
    with tempfile.TemporaryDirectory() as name:
        folder, pictures = Path(name), [figure(k) for k in range(FIGURES)]
        fit_split(shards_of(folder, pictures, FIGURES), "train", folder / "fitted", SHEET)
        split = FittedSplit(folder / "fitted", "train")
        epoch_over(split, 0)

        def decoded() -> None:
            for k in range(0, FIGURES, BATCH):
                np.stack([SHEET.fit_pixels(decode(data)) for data in pictures[k : k + BATCH]])

        speed = ratio(decoded, lambda: epoch_over(split, 1), pairs=5, repeats=1)
        yield f"epoch of {FIGURES} figures at 384 px, decoded and resized / mapped: {speed}"
    code = "from benchmarks.loader import memory; memory()"
    yield subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def memory() -> None:
    """Fit a large set and read two epochs of it; print the most memory that this process ever had."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fit_split(shards_of(folder, [figure(k, 1) for k in range(64)], MANY), "train", folder / "fitted", SMALL)
        split = FittedSplit(folder / "fitted", "train")
        size = sum(epoch_over(split, epoch) for epoch in range(2)) / 2
    print(
        f"{MANY:,} records of {size / 2**30:.2f} GiB fitted and read twice: {peak() / 2**30:.2f} GiB resident at most"
    )


def peak() -> int:
    """The most bytes that this program had in memory; getrusage's would count those of the one that started it, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
