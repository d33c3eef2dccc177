"""The set of the SciCap challenge as it is published: annotation files in the style of COCO, pictures in one zip.

    {train,val,public-test,train-acl}.json: {images: [{id, file_name, figure_type, ocr: [text, ...]}, ...],
        annotations: [{id, image_id, caption, caption_no_index, paragraph, mention: [[...], ...]}, ...]}
    img-split.zip, or the folder img-split/ that it unpacks to

The card does not show the folders in the zip: a picture is known by its file name, and where several have the same
one, it is taken from the folder with the annotation file's name. The texts in `ocr` have no places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from figgen.data.options import ChallengeCaption
from figgen.data.readers.files import Files, Folder, open_files
from figgen.data.readers.lists import json_of, table_in, text_of
from figgen.data.record import SPLITS, BadSample, Item, Reader, Record
from figgen.runs.errors import DataError

PICTURES = ("img-split", "img-split.zip")  # looked for in turn
FILES = {"train": ("train.json", "train-acl.json"), "val": ("val.json",), "test": ("public-test.json",)}


@dataclass(frozen=True)
class SciCapChallenge(Reader):
    """Figures of arXiv and ACL papers.

    caption: the field with the text, whole or without its "Figure 3:".
    files: the annotation files of each split. A hidden test has no captions: it cannot be used.
    """

    name: ClassVar[str] = "scicap_challenge"
    caption: ChallengeCaption = "caption"
    files: Mapping[str, Sequence[str]] = field(default_factory=lambda: FILES)

    @property
    def splits(self) -> tuple[str, ...]:
        return tuple(split for split in SPLITS if self.files.get(split))

    @property
    def identity(self) -> dict[str, Any]:
        return super().identity | {"files": {split: list(self.files[split]) for split in self.splits}}

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Test figures come first: one that two files name stays a test figure."""
        pictures = _pictures(folder)
        lists = [(split, file) for split in reversed(self.splits) for file in self.files[split]]
        return [sample for split, file in lists for sample in _samples(folder / file, split, pictures)]

    def record(self, folder: Path, item: Item) -> Record:
        member, files, image, annotation = item.where
        caption = text_of(annotation.get(self.caption), f"the annotation has no {self.caption}")
        elsewhere = (self.caption, "file_name", "image_id")  # a Record has a place of its own for the first two
        extras = {name: value for name, value in (annotation | image).items() if name not in elsewhere}
        return Record(item.key, item.split, files.read(member), caption, extras=extras)


@dataclass(frozen=True)
class Pictures:
    """Where the pictures are, and their names in there by the last part of each."""

    files: Files
    named: Mapping[str, Sequence[str]]


def _pictures(folder: Path) -> Pictures:
    for path in (folder / name for name in PICTURES):
        if path.exists():
            files, named = open_files(path), defaultdict[str, list[str]](list)
            for name in files.names():
                named[PurePosixPath(name).name].append(name)
            return Pictures(files, dict(named))
    raise DataError(
        f"There is no {' and no '.join(PICTURES)} in {folder}: the SciCap challenge keeps its pictures there."
    )


def _samples(path: Path, split: str, pictures: Pictures) -> Iterator[Item | BadSample]:
    """The figures of one annotation file, then the annotations that belong to none."""
    content = json_of(Folder(path.parent), path.name, object)
    if not (images := table_in(content, "images")):
        raise DataError(f"{path} has no list `images`: annotation files of the SciCap challenge have one.")
    if not (annotations := table_in(content, "annotations")):
        raise DataError(f"{path} has no captions, as a hidden test: leave it out of dataset.reader.files.")
    about = {str(annotation.get("image_id")): annotation for annotation in reversed(annotations)}  # the first one wins
    for position, image in enumerate(images):
        annotation, key = about.pop(str(image.get("id")), None), image.get("file_name")
        if not isinstance(key, str) or not key:
            yield BadSample(f"{path.name}: images[{position}]", "the image has no file_name")
        elif annotation is None:
            yield BadSample(key, "the figure has no caption")
        else:
            yield _sample(Item(key, split, (image, annotation)), path.stem, pictures)
    for number in reversed(about):
        yield BadSample(f"{path.name}: image_id {number}", "no picture has this id")


def _sample(item: Item, home: str, pictures: Pictures) -> Item | BadSample:
    """The figure with its picture; `home` is the folder that is preferred."""
    same = pictures.named.get(PurePosixPath(item.key).name, [])
    inside = [name for name in same if home in PurePosixPath(name).parts] if len(same) > 1 else same
    if len(inside) != 1:
        return BadSample(item.key, "several pictures have this name" if same else "the picture is missing")
    return Item(item.key, item.split, (inside[0], pictures.files, *item.where))
