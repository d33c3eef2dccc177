"""ML-Figs as it is published: a tree of books, and one JSON list of pdffigures2 entries per split.

    ml-figs/mlfigs_{train,test}.json: [{caption, figType, renderURL, ocr: {text, left, top, width, height, conf}, ...}]

renderURL starts at the folder that holds ml-figs/, which is the grandparent of the JSON file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Literal

from figgen.data.record import BadSample, Item, Record
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import ConfigError, DataError

VERSION = 1  # change it whenever the same files give other records
TEXTS = ("caption", "caption_and_type")
OCR_COLUMNS = ("text", "left", "top", "width", "height", "conf")
KEPT_ELSEWHERE = {"caption", "ocr", "renderURL"}  # what a Record has a place of its own for

Entry = dict[str, Any]


@dataclass(frozen=True)
class MlFigs:
    """text: what the model is told, the caption alone or with the entry's figure_type behind it (where it has one)."""

    text: Literal["caption", "caption_and_type"] = "caption"
    splits: ClassVar[tuple[str, ...]] = ("train", "test")

    def __post_init__(self) -> None:
        if self.text not in TEXTS:
            raise ConfigError(f"dataset.reader.text is {self.text!r}: choose one of {', '.join(TEXTS)}.")

    @property
    def identity(self) -> dict[str, Any]:
        return {"reader": "mlfigs", "version": VERSION, "text": self.text}

    def items(self, folder: Path) -> list[Item | BadSample]:
        """Test entries come first: a figure that both lists name stays a test figure."""
        return [
            _item(path, position, split, entry)
            for split in reversed(self.splits)
            for path in [_list_of(folder, split)]
            for position, entry in enumerate(_entries(path))
        ]

    def record(self, folder: Path, item: Item) -> Record:
        path, entry = item.where
        extras = {name: value for name, value in entry.items() if name not in KEPT_ELSEWHERE}
        picture = _picture(path, item.key)
        return Record(item.key, item.split, picture, self._caption(entry), _boxes(entry.get("ocr")), extras)

    def _caption(self, entry: Entry) -> str:
        caption, figure_type = entry.get("caption"), entry.get("figure_type") or ""
        if not isinstance(caption, str) or not caption.strip():
            raise DataError("the entry has no caption")
        return caption if self.text == "caption" else f"{caption} {figure_type}".strip()


def _list_of(folder: Path, split: str) -> Path:
    """The JSON list of a split, in `folder` itself or in its ml-figs/."""
    places = [folder / f"mlfigs_{split}.json", folder / "ml-figs" / f"mlfigs_{split}.json"]
    for path in places:
        if path.is_file():
            return path
    raise DataError(f"There is no {places[0].name} in {folder} or {places[1].parent}: ML-Figs keeps its splits there.")


def _entries(path: Path) -> list[Any]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise DataError(f"{path} cannot be read as JSON ({error}): download it again.") from error
    if not isinstance(entries, list):
        raise DataError(f"{path} holds a {type(entries).__name__}: ML-Figs keeps a list of entries there.")
    return entries


def _item(path: Path, position: int, split: str, entry: Any) -> Item | BadSample:
    """An entry is known by the path of its picture."""
    url = entry.get("renderURL") if isinstance(entry, dict) else None
    if isinstance(url, str) and url:
        return Item(url, split, (path, entry))
    return BadSample(f"{path.name}[{position}]", "the entry names no picture (renderURL)")


def _picture(path: Path, url: str) -> bytes:
    """The bytes of a picture, looked for where the published code looks, then beside the JSON file."""
    inside = PurePosixPath(url)
    if inside.is_absolute() or ".." in inside.parts:
        raise DataError("renderURL leaves the dataset's folder")
    for root in (path.parent.parent, path.parent):
        if (root / inside).is_file():
            return (root / inside).read_bytes()
    raise DataError("the picture is missing")


def _boxes(ocr: Any) -> tuple[TextBox, ...]:
    """Parallel lists => boxes, Tesseract's confidences of 0 to 100 as shares; none where the entry has no ocr."""
    if ocr is None:
        return ()
    try:
        columns = [ocr[name] for name in OCR_COLUMNS]
        return tuple(
            TextBox.from_ltwh(float(left), float(top), float(width), float(height), str(text), float(confidence) / 100)
            for text, left, top, width, height, confidence in zip(*columns, strict=True)
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"ocr is not a dict of equally long lists {', '.join(OCR_COLUMNS)}") from error
