"""CelebA as Kaggle has it: one zip, read where it lies, or the folder that was unpacked from it.

img_align_celeba/img_align_celeba/000001.jpg    aligned faces, 178 wide, 218 high
list_attr_celeba.csv                            image_id and 40 attributes, 1 or -1
list_eval_partition.csv                         image_id, partition: 0 train, 1 val, 2 test
list_bbox_celeba.csv, list_landmarks_align_celeba.csv    where the face, the eyes, nose and mouth are; may be absent
text_labels.json                                {image_id: [phrase, ...]}, beside them or beside the zip; may be absent
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from figgen.data.options import FaceCaptions
from figgen.data.readers.face_captions import ATTRIBUTES, describe
from figgen.data.readers.files import Files, Folder, Zip
from figgen.data.readers.lists import json_of, line_of, rows_of
from figgen.data.record import BadSample, Item, Reader, Record, picked
from figgen.runs.errors import DataError

PICTURES = ("img_align_celeba/img_align_celeba/", "img_align_celeba/")
ATTRIBUTE_LIST, PARTITION_LIST, LABELS = "list_attr_celeba.csv", "list_eval_partition.csv", "text_labels.json"
PLACES = {
    "bbox": ("list_bbox_celeba.csv", ("x_1", "y_1", "width", "height")),
    "landmarks": (
        "list_landmarks_align_celeba.csv",
        tuple(f"{part}_{axis}" for part in ("lefteye", "righteye", "nose", "leftmouth", "rightmouth") for axis in "xy"),
    ),
}
SPLIT_OF = {"0": "train", "1": "val", "2": "test"}
MOST_WORDS = 7  # of a phrase that may become a caption


@dataclass(frozen=True)
class Lists:
    """What lies beside the pictures, by image_id."""

    pictures: Files
    phrases: dict[str, list[str]]
    places: dict[str, dict[str, tuple[int, ...]]]  # by the names of PLACES


@dataclass(frozen=True)
class CelebA(Reader):
    """captions: labels takes them from text_labels.json, attributes makes a sentence of what a face shows, auto takes
    the labels where a face has some."""

    captions: FaceCaptions = "auto"
    name: ClassVar[str] = "celeba"
    splits: ClassVar[tuple[str, ...]] = ("train", "val", "test")

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Faces in the order of list_attr_celeba.csv. `folder`: the unpacked folder, the zip, or where the zip lies."""
        files = _files_at(folder)
        lists = Lists(files, self._phrases(files, folder), {name: _places(files, name) for name in PLACES})
        partition = dict(rows_of(files, PARTITION_LIST, ("image_id", "partition")))
        rows = [(key, cells) for key, *cells in rows_of(files, ATTRIBUTE_LIST, ("image_id", *ATTRIBUTES))]
        unnamed = partition.keys() - {key for key, _ in rows}
        return [
            *(_item(lists, key, cells, partition.get(key)) for key, cells in rows),
            *(BadSample(key, f"{ATTRIBUTE_LIST} does not name it") for key in sorted(unnamed)),
        ]

    def record(self, folder: Path, item: Item) -> Record:
        lists, shown = item.where
        place = next((place for place in PICTURES if lists.pictures.has(place + item.key)), None)
        if place is None:
            raise DataError("the picture is missing")
        phrases = lists.phrases.get(item.key, [])
        extras = {"attributes": list(shown), **({"captions": phrases} if phrases else {})}
        for name, table in lists.places.items():
            if item.key in table:
                extras[name] = dict(zip(PLACES[name][1], table[item.key], strict=True))
        picture = lists.pictures.read(place + item.key)
        return Record(item.key, item.split, picture, self._caption(item, phrases), extras=extras)

    def _phrases(self, files: Files, folder: Path) -> dict[str, list[str]]:
        """The phrases that may become captions; DataError where they are asked for and there are none."""
        beside = Folder(folder if folder.is_dir() else folder.parent)
        source = next((place for place in (files, beside) if place.has(LABELS)), None)
        if self.captions == "attributes" or (source is None and self.captions == "auto"):
            return {}
        if source is None:
            raise DataError(
                f"dataset.reader.captions=labels, but there is no {LABELS} in or beside {folder}: put it there, or "
                "take dataset.reader.captions=attributes."
            )
        return {key: _short(phrases) for key, phrases in json_of(source, LABELS, dict).items()}

    def _caption(self, item: Item, phrases: Sequence[str]) -> str:
        """One of the phrases, always the same one for the same face, or a sentence about its attributes."""
        if phrases:
            return picked(phrases, item.key)
        if self.captions == "labels":
            raise DataError(f"{LABELS} has no phrase of at most {MOST_WORDS} words for it")
        return describe(item.where[1], item.key)


def _files_at(folder: Path) -> Files:
    """The unpacked folder, or the zip in it, which Kaggle calls archive.zip or celeba-dataset.zip."""
    if folder.is_file():
        return Zip(folder)
    if (folder / ATTRIBUTE_LIST).is_file():
        return Folder(folder)
    for path in sorted(folder.glob("*.zip")):
        if (files := Zip(path)).has(ATTRIBUTE_LIST):
            return files
    raise DataError(
        f"There is no {ATTRIBUTE_LIST} in {folder}, nor a zip that holds it: give the folder that Kaggle's zip unpacks "
        "to, or the one that the zip lies in."
    )


def _item(lists: Lists, key: str, cells: Sequence[str], partition: str | None) -> Item | BadSample:
    if not key:
        return BadSample(f"{ATTRIBUTE_LIST}: {','.join(cells[:3])},...", "the row names no picture")
    for name, cell in zip(ATTRIBUTES, cells, strict=True):
        if cell not in ("1", "-1"):
            return BadSample(key, f"its attribute {name} is {cell!r}: expected 1 or -1")
    if partition not in SPLIT_OF:
        said = "does not name it" if partition is None else f"says {partition!r}: expected 0, 1 or 2"
        return BadSample(key, f"{PARTITION_LIST} {said}")
    shown = tuple(name for name, cell in zip(ATTRIBUTES, cells, strict=True) if cell == "1")
    return Item(key, SPLIT_OF[partition], (lists, shown))


def _places(files: Files, name: str) -> dict[str, tuple[int, ...]]:
    """The numbers of each image_id in one of the lists of PLACES; rows that are not whole numbers are passed over."""
    path, columns = PLACES[name]
    rows = rows_of(files, path, ("image_id", *columns)) if files.has(path) else ()
    return {key: tuple(map(int, cells)) for key, *cells in rows if all(c.lstrip("-").isdecimal() for c in cells)}


def _short(phrases: Any) -> list[str]:
    """Those of a face's phrases that are text of at most MOST_WORDS words."""
    lines = map(line_of, phrases if isinstance(phrases, list) else [])
    return [line for line in lines if 1 <= len(line.split()) <= MOST_WORDS]
