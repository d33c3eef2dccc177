"""COCO of 2014 with its captions as it is published: two folders of photographs, about five captions for each.

train2014/COCO_train2014_000000000009.jpg    or train2014.zip, read where it lies; val2014 likewise
annotations/captions_{train,val}2014.json    or annotations_trainval2014.zip
    {images: [{id, file_name, height, width, ...}, ...], annotations: [{id, image_id, caption}, ...]}

The photographs of val2014 are the test split, for those of test2014 have no captions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from figgen.data.readers.files import Files, Folder, Zip
from figgen.data.readers.lists import json_of, line_of, table_in
from figgen.data.record import BadSample, Item, Reader, Record, picked
from figgen.runs.errors import DataError

PARTS = {"test": "val2014", "train": "train2014"}  # what COCO calls the splits
CHOICE = 5  # captions that a training caption is taken from: a few photographs have more, published work uses these


@dataclass(frozen=True)
class Coco(Reader):
    """Photographs, each with one of its captions; all of them stay in the record's extras.

    A test photograph is told by its first caption, as in published evaluations. A training photograph is told by one
    of its first five, always the same one for the same photograph: over the set, all five have their share.
    """

    name: ClassVar[str] = "coco"
    splits: ClassVar[tuple[str, ...]] = ("train", "test")

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Test photographs come first: one that both lists name stays a test photograph."""
        return [sample for split, part in PARTS.items() for sample in _samples(folder, split, part)]

    def record(self, folder: Path, item: Item) -> Record:
        photographs, name, image, captions = item.where
        if not photographs.has(name):
            raise DataError("the picture is missing")
        choice = captions[:CHOICE] if item.split == "train" else captions[:1]
        caption = picked(choice, item.key)
        kept = {field: value for field, value in image.items() if field != "file_name"}
        return Record(item.key, item.split, photographs.read(name), caption, extras=kept | {"captions": captions})


def _samples(folder: Path, split: str, part: str) -> Iterator[Item | BadSample]:
    """The photographs of one list, then the captions that belong to none."""
    file = f"annotations/captions_{part}.json"
    photographs = _opened(folder, part, f"{part}.zip")
    content = json_of(_opened(folder, "annotations", "annotations_trainval2014.zip"), file, object)
    images, annotations = table_in(content, "images"), table_in(content, "annotations")
    if images is None or annotations is None:
        raise DataError(f"{file} has no lists `images` and `annotations`: the lists of COCO's captions have both.")
    captions = defaultdict[str, list[str]](list)  # by image_id, in the order of the list; "" for what is no text
    for annotation in annotations:
        captions[str(annotation.get("image_id"))].append(line_of(annotation.get("caption")))
    for position, image in enumerate(images):
        of_image = captions.pop(str(image.get("id")), [])
        key = image.get("file_name")
        if not isinstance(key, str) or not key:
            yield BadSample(f"{file}: images[{position}]", "the image has no file_name")
        elif not any(of_image):
            yield BadSample(key, "the picture has no caption")
        else:
            yield Item(key, split, (photographs, f"{part}/{key}", image, [caption for caption in of_image if caption]))
    for number in captions:
        yield BadSample(f"{file}: image_id {number}", "no picture has this id")


def _opened(folder: Path, name: str, zipped: str) -> Files:
    """The files of which those in the folder `name` are wanted."""
    if (folder / name).is_dir():
        return Folder(folder)
    if (folder / zipped).is_file():
        return Zip(folder / zipped)
    raise DataError(f"There is no {name}/ and no {zipped} in {folder}: COCO comes in folders, or zips, of these names.")
