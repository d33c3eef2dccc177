"""MARIO-LAION and MARIO-10M as they are published: a folder per picture, in shards, anywhere below the given folder.

    06269/062690093/{caption.txt, image.jpg, ocr.txt, info.json, charseg.npy}

Words, corners and captions stay as they are; mario_files says what is mended. Nobody ever published a test split, so
this reader makes one of every fiftieth picture or so: see `split_of`.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from figgen.data.options import Shown
from figgen.data.readers.files import Folder
from figgen.data.readers.mario_files import read_ocr, read_segments, text_only
from figgen.data.record import BadSample, Item, Reader, Record, share_of
from figgen.runs.errors import DataError

TEST_FRACTION = 0.02  # of all pictures
SHARD, SAMPLE = re.compile("[0-9]{5}"), re.compile("[0-9]{9}")


@dataclass(frozen=True)
class Mario(Reader):
    """picture: whole, or text_only, which is white wherever charseg.npy knows of no character."""

    picture: Shown = "whole"
    name: ClassVar[str] = "mario"
    splits: ClassVar[tuple[str, ...]] = ("train", "test")

    def items(self, folder: Path) -> list[Item | BadSample]:
        samples = samples_below(folder, TEST_FRACTION)
        if not samples:
            raise DataError(
                f"There is no folder such as 06269/062690093 (5 digits, then 9) in {folder} or below it: "
                "MARIO keeps each picture in one."
            )
        return samples

    def record(self, folder: Path, item: Item) -> Record:
        return read_sample(item, self.picture)


def split_of(key: str, test_fraction: float = TEST_FRACTION) -> str:
    """train or test, for a key such as 06269_062690093: by the key alone, whatever else there is."""
    return "test" if share_of(f"test/{key}") < test_fraction else "train"


def samples_below(folder: Path, test_fraction: float) -> list[Item | BadSample]:
    """Every sample below `folder`, shard by shard, in the order of their names."""
    shards = (place for place in plain_folders(folder) if SHARD.fullmatch(place.name))
    return [_item(shard, name, test_fraction) for shard in shards for name in _folders_in(shard)]


def plain_folders(folder: Path) -> Iterator[Path]:
    """`folder` and the folders below it, sorted; shards are not entered, nor are links."""
    yield folder
    if not SHARD.fullmatch(folder.name):
        for name in _folders_in(folder):
            if not (folder / name).is_symlink() or SHARD.fullmatch(name):
                yield from plain_folders(folder / name)


def _folders_in(folder: Path) -> list[str]:
    """The names of the folders in a folder, sorted. None of them is looked into: there may be millions."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}).") from error


def _item(shard: Path, name: str, test_fraction: float) -> Item | BadSample:
    key = f"{shard.name}_{name}"
    if not SAMPLE.fullmatch(name):
        return BadSample(key, "the name of the folder is not made of nine digits")
    return Item(key, split_of(key, test_fraction), shard)  # the shard, which all its items share: it saves gigabytes


def read_sample(item: Item, picture: Shown = "whole") -> Record:
    """The record of an item of samples_below; `picture`: as Mario has it."""
    sample = item.where / item.key.partition("_")[2]
    files, words = Folder(sample), read_ocr(sample / "ocr.txt")
    image, told = files.read("image.jpg"), files.read("caption.txt").decode("utf-8-sig", errors="replace")
    caption = io.StringIO(told, newline=None).read().strip()  # whatever its line ends are
    if not caption:
        raise DataError("caption.txt is empty")
    if picture == "text_only":
        image = text_only(image, read_segments(sample / "charseg.npy"))
    extras = {"info": _info(files), "dropped_words": words.dropped, "assumed_confidences": words.unsure}
    return Record(item.key, item.split, image, caption, words.boxes, extras=extras)


def _info(files: Folder) -> dict[str, Any] | None:
    """Where the picture comes from; None where that is missing or torn, for nothing else depends on it."""
    try:
        text = files.read("info.json").decode("utf-8-sig")
        info = json.loads(text, parse_constant=lambda not_a_number: None)
    except (DataError, ValueError, RecursionError):
        return None
    return info if isinstance(info, dict) else None
