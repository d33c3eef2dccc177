"""The set of the SciCap challenge as it is published: annotation files in the style of COCO, pictures in one zip.

    {train,val,public-test,train-acl}.json: {images: [{id, file_name, figure_type, ocr: [text, ...]}, ...],
        annotations: [{id, image_id, caption, caption_no_index, paragraph, mention: [[...], ...]}, ...]}
    img-split.zip, or the folder img-split/ that it unpacks to

The card does not show the folders in the zip: a picture is known by its file name, and where several have the same
one, it is taken from the folder with the annotation file's name. The texts in `ocr` have no places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from figgen.data.options import ChallengeCaption
from figgen.data.preparing.archives import Files, open_files
from figgen.data.readers.json_files import parsed
from figgen.data.record import SPLITS, BadSample, Item, Record
from figgen.runs.errors import DataError

VERSION = 1  # change it whenever the same files give other records
PICTURES = ("img-split", "img-split.zip")  # looked for in turn
FILES = {"train": ("train.json", "train-acl.json"), "val": ("val.json",), "test": ("public-test.json",)}

Fields = dict[str, Any]


@dataclass(frozen=True)
class SciCapChallenge:
    """Figures of arXiv and ACL papers.

    caption: the field with the text, whole or without its "Figure 3:".
    files: the annotation files of each split. A hidden test has no captions: it cannot be used.
    """

    caption: ChallengeCaption = "caption"
    files: Mapping[str, Sequence[str]] = field(default_factory=lambda: FILES)

    @property
    def splits(self) -> tuple[str, ...]:
        return tuple(split for split in SPLITS if self.files.get(split))

    @property
    def identity(self) -> dict[str, Any]:
        files = {split: list(self.files[split]) for split in self.splits}
        return {"reader": "scicap_challenge", "version": VERSION, "caption": self.caption, "files": files}

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Test figures come first: one that two files name stays a test figure."""
        names = _by_file_name(_opened(*_pictures(folder)).names())
        return [
            sample
            for split in reversed(self.splits)
            for file in self.files[split]
            for sample in _samples(folder / file, split, names)
        ]

    def record(self, folder: Path, item: Item) -> Record:
        member, image, annotation = item.where
        caption = annotation.get(self.caption)
        if not isinstance(caption, str) or not caption.strip():
            raise DataError(f"the annotation has no {self.caption}")
        picture = _opened(*_pictures(folder)).read(member)
        return Record(item.key, item.split, picture, caption, extras=_extras(image, annotation, self.caption))


def _pictures(folder: Path) -> tuple[Path, int]:
    """Where the pictures lie, and when that was changed last."""
    for path in (folder / name for name in PICTURES):
        if path.exists():
            return path, path.stat().st_mtime_ns
    raise DataError(
        f"There is no {' and no '.join(PICTURES)} in {folder}: the SciCap challenge keeps its pictures there."
    )


@lru_cache(maxsize=1)
def _opened(path: Path, changed: int) -> Files:
    """Opening a zip of 400,000 pictures takes seconds: once for all records is enough."""
    return open_files(path)


def _by_file_name(names: Sequence[str]) -> dict[str, list[str]]:
    """a/b/c.png => c.png: [a/b/c.png, ...]."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(PurePosixPath(name).name, []).append(name)
    return found


def _samples(path: Path, split: str, names: Mapping[str, Sequence[str]]) -> Iterator[Item | BadSample]:
    """The figures of one annotation file, then the annotations that belong to none."""
    images, annotations = _tables(path)
    about = {str(annotation.get("image_id")): annotation for annotation in reversed(annotations)}  # the first one wins
    for position, image in enumerate(images):
        annotation = about.pop(str(image.get("id")), None)
        yield _sample(f"{path.name}: images[{position}]", image, annotation, split, path.stem, names)
    for number in reversed(about):
        yield BadSample(f"{path.name}: image_id {number}", "no picture has this id")


def _tables(path: Path) -> tuple[list[Fields], list[Fields]]:
    """The images and the annotations of a file; DataError where it is not in the format, or of a hidden test."""
    content = parsed(path)
    tables = [content.get(name) if isinstance(content, dict) else None for name in ("images", "annotations")]
    images, annotations = (table if isinstance(table, list) else [] for table in tables)
    if not images:
        raise DataError(f"{path} has no list `images`: annotation files of the SciCap challenge have one.")
    if not annotations:
        raise DataError(f"{path} has no captions, as a hidden test: leave it out of dataset.reader.files.")
    return [_fields(image) for image in images], [_fields(annotation) for annotation in annotations]


def _fields(value: Any) -> Fields:
    return value if isinstance(value, dict) else {}


def _sample(
    place: str, image: Fields, annotation: Fields | None, split: str, home: str, names: Mapping[str, Sequence[str]]
) -> Item | BadSample:
    """A figure is known by the name of its file."""
    key = image.get("file_name")
    if not isinstance(key, str) or not key:
        return BadSample(place, "the image has no file_name")
    if annotation is None:
        return BadSample(key, "the figure has no caption")
    same = names.get(PurePosixPath(key).name, [])
    inside = [name for name in same if home in PurePosixPath(name).parts] if len(same) > 1 else same
    if len(inside) != 1:
        return BadSample(key, "several pictures have this name" if same else "the picture is missing")
    return Item(key, split, (inside[0], image, annotation))


def _extras(image: Fields, annotation: Fields, caption: str) -> Fields:
    """What the files say besides: the fields of the annotation, then those of the image."""
    fields = annotation | image
    return {name: value for name, value in fields.items() if name not in (caption, "file_name", "image_id")}
