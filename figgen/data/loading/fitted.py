"""A split as the network sees it: decoded and fitted once, then read from mapped memory for ever."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from figgen.data.decoding import decode
from figgen.data.loading.batch import Batch
from figgen.data.loading.sheet import Sheet
from figgen.data.manifest import Manifest
from figgen.data.shards import WORDS, map_table, table_of, word_columns, words_of, write_table
from figgen.data.workers import Progress
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import normalise
from figgen.runs.cores import cores
from figgen.runs.files import read_json, whole_file, write_json

CHUNK = 64
SCHEMA = pa.schema([pa.field("key", pa.string()), pa.field("caption", pa.string()), *WORDS])


@dataclass(frozen=True)
class FittedSplit:
    """The fitted pictures of one split, with their captions and words. Made by `fit_split`."""

    folder: Path
    name: str

    @cached_property
    def table(self) -> pa.Table:
        """key, caption and WORDS, one row a picture."""
        return map_table(self.folder / f"{self.name}.arrow")

    @cached_property
    def keys(self) -> list[str]:
        return self.table["key"].to_pylist()

    @cached_property
    def captions(self) -> list[str]:
        return self.table["caption"].to_pylist()

    @property
    def pixels(self) -> np.ndarray:
        """uint8 (N, C, H, W) in mapped memory, mapped anew each time: pages read long ago do not pile up."""
        return np.load(self.folder / f"{self.name}.npy", mmap_mode="r")

    @cached_property
    def shown(self) -> list[set[str]]:
        """The words of each picture, as words are compared."""
        return [set(map(normalise, texts)) for texts in self.table["texts"].to_pylist()]

    @property
    def vocabulary(self) -> set[str]:
        """All its words."""
        return set().union(*self.shown)

    def without(self, words: set[str]) -> list[int]:
        """The pictures that show none of `words`."""
        return [i for i, shown in enumerate(self.shown) if not shown & words]

    def __len__(self) -> int:
        return self.table.num_rows

    @cached_property
    def words(self) -> tuple[np.ndarray, np.ndarray, pa.Array]:
        """All words in mapped memory: where each picture's begin (N + 1,), their quads (M, 4, 2), their texts."""
        texts, quads = (self.table[name].combine_chunks() for name in ("texts", "quads"))
        return texts.offsets.to_numpy(), quads.flatten().to_numpy().reshape(-1, 4, 2), texts.flatten()

    def boxes(self, indices: Sequence[int] | None = None) -> BoxBatch:
        """The words of the pictures at `indices`, or of all: no Python object per word but its string."""
        first, quads, texts = self.words
        pictures = np.arange(len(self)) if indices is None else np.asarray(indices, dtype=np.int64)
        count = first[pictures + 1] - first[pictures]
        image = np.repeat(np.arange(len(pictures)), count)
        rows = np.arange(len(image)) + np.repeat(first[pictures] - (np.cumsum(count) - count), count)
        return BoxBatch(
            quads=torch.tensor(quads[rows]),
            image=torch.from_numpy(image),
            texts=tuple(texts.take(pa.array(rows)).to_pylist()),
            num_images=len(pictures),
        )

    def batch(self, indices: Sequence[int]) -> Batch:
        """The pictures at `indices`, in that order."""
        return Batch(
            keys=tuple(self.keys[i] for i in indices),
            captions=tuple(self.captions[i] for i in indices),
            pixels=torch.from_numpy(self.pixels[np.asarray(indices, dtype=np.int64)]),
            boxes=self.boxes(indices),
        )


def is_fitted(shards: Path, split: str, folder: Path) -> bool:
    """True where `folder` holds the split of these very shards."""
    return read_json(folder / f"{split}.json").get("fingerprint") == Manifest.read(shards).fingerprint


def fit_split(
    shards: Path,
    split: str,
    folder: Path,
    sheet: Sheet,
    on_progress: Progress | None = None,
    *,
    limit: int | None = None,
) -> None:
    """Put the pictures of a split of `shards`, or the first `limit`, on sheets in `folder`, where they are not yet."""
    if is_fitted(shards, split, folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    dropped = _fit(table_of(shards, split).slice(0, limit), folder, split, sheet, on_progress)
    marker = {"fingerprint": Manifest.read(shards).fingerprint, "dropped_boxes": dropped}
    write_json(folder / f"{split}.json", marker)


def _fit(table: pa.Table, folder: Path, split: str, sheet: Sheet, on_progress: Progress | None) -> int:
    """Write the pictures and the table of a split; => how many boxes were too small to keep.

    Pictures go to the file one after the other: a mapped array would hold all of them in memory until it is closed.
    """
    report, done, dropped, rows = on_progress or (lambda done, total: None), 0, 0, list[pa.RecordBatch]()
    shape = (table.num_rows, sheet.channels, sheet.height, sheet.width)
    header = {"descr": np.dtype(np.uint8).str, "fortran_order": False, "shape": shape}
    with whole_file(folder / f"{split}.npy") as pixels, ThreadPoolExecutor(cores()) as pool:
        np.lib.format.write_array_header_1_0(pixels, header)  # type: ignore[arg-type]
        for batch in table.to_batches(max_chunksize=CHUNK):
            fitted = list(pool.map(partial(_fit_row, sheet), batch.to_pylist()))  # Pillow lets threads work at once
            pixels.writelines(picture.tobytes() for picture, _, _ in fitted)
            rows.append(pa.RecordBatch.from_pylist([row for _, row, _ in fitted], SCHEMA))
            dropped += sum(lost for _, _, lost in fitted)
            done += len(fitted)
            report(done, table.num_rows)
    write_table(folder / f"{split}.arrow", pa.Table.from_batches(rows, SCHEMA).combine_chunks())
    return dropped


def _fit_row(sheet: Sheet, row: dict[str, Any]) -> tuple[np.ndarray, dict[str, Any], int]:
    """A record => its picture and its row of the fitted split, and how many of its words were dropped."""
    raw = decode(row["image"])
    words, lost = sheet.fit_words(words_of(row), *raw.shape[:2])
    return sheet.fit_pixels(raw), {"key": row["key"], "caption": row["caption"], **word_columns(words)}, lost
