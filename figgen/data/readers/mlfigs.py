"""ML-Figs as it is published: a tree of books, and one JSON list of pdffigures2 entries per split.

    ml-figs/mlfigs_{train,test}.json: [{caption, figType, renderURL, ocr: {text, left, top, width, height, conf}, ...}]

renderURL starts at the folder that holds ml-figs/, which is the grandparent of the JSON file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from figgen.data.options import FigureText
from figgen.data.readers.files import Folder, find
from figgen.data.readers.lists import Fields, fields_of, json_of, text_of
from figgen.data.record import BadSample, Item, Reader, Record
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import DataError

OCR_COLUMNS = ("text", "left", "top", "width", "height", "conf")
KEPT_ELSEWHERE = {"caption", "ocr", "renderURL"}  # what a Record has a place of its own for


@dataclass(frozen=True)
class MlFigs(Reader):
    """text: what the model is told, the caption alone or with the entry's figure_type behind it (where it has one)."""

    text: FigureText = "caption"
    splits: ClassVar[tuple[str, ...]] = ("train", "test")
    name: ClassVar[str] = "mlfigs"
    lists: ClassVar[tuple[str, ...]] = ("mlfigs_{split}.json", "ml-figs/mlfigs_{split}.json")  # looked for in turn

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Test entries come first: a figure that both lists name stays a test figure."""
        places = tuple(place.format(split="test") for place in self.lists)
        home = find(folder, places, f"{self.name} keeps its test split there").parent
        names = {split: PurePosixPath(self.lists[0]).name.format(split=split) for split in reversed(self.splits)}
        return [
            _item(home / name, position, split, entry)
            for split, name in names.items()
            for position, entry in enumerate(json_of(Folder(home), name, list))
        ]

    def record(self, folder: Path, item: Item) -> Record:
        path, entry = item.where
        extras = {name: value for name, value in entry.items() if name not in KEPT_ELSEWHERE}
        boxes = _boxes(entry.get("ocr"))
        return Record(item.key, item.split, _picture(path, item.key), self._caption(entry), boxes, extras=extras)

    def _caption(self, entry: Fields) -> str:
        caption = text_of(entry.get("caption"), "the entry has no caption")
        return caption if self.text == "caption" else f"{caption} {entry.get('figure_type') or ''}".strip()


def _item(path: Path, position: int, split: str, entry: Any) -> Item | BadSample:
    """An entry is known by the path of its picture."""
    url = fields_of(entry).get("renderURL")
    if isinstance(url, str) and url:
        return Item(url, split, (path, entry))
    return BadSample(f"{path.name}[{position}]", "the entry names no picture (renderURL)")


def _picture(path: Path, url: str) -> bytes:
    """The bytes of a picture, looked for where the published code looks, then beside the JSON file."""
    inside = PurePosixPath(url)
    if inside.is_absolute() or ".." in inside.parts:
        raise DataError("renderURL leaves the dataset's folder")
    beside = PurePosixPath(*inside.parts[1:])  # for a folder that was given another name
    for place in (path.parent.parent / inside, path.parent / inside, path.parent / beside):
        if place.is_file():
            return place.read_bytes()
    raise DataError("the picture is missing")


def _boxes(ocr: Any) -> tuple[TextBox, ...]:
    """Parallel lists => boxes, Tesseract's confidences of 0 to 100 as shares; none where the entry has no ocr."""
    if ocr is None:
        return ()
    try:
        columns = [ocr[name] for name in OCR_COLUMNS]
        return tuple(
            TextBox.from_ltwh(
                float(left), float(top), float(width), float(height), str(text), confidence=float(confidence) / 100
            )
            for text, left, top, width, height, confidence in zip(*columns, strict=True)
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"ocr is not a dict of equally long lists {', '.join(OCR_COLUMNS)}") from error
