"""Pictures that anybody made, each beside the one that it should be like; and the words that should stand in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from figgen.data.decoding import decode
from figgen.data.readers.mario_eval import keywords
from figgen.runs.errors import DataError
from figgen.runs.progress import progress

PICTURES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
NAMED = 3  # of the files in a sentence
T = TypeVar("T")


@dataclass(frozen=True)
class Pair:
    """Two pictures of one name, (H, W, 3) uint8."""

    name: str
    image: np.ndarray
    reference: np.ndarray


def read_pairs(images: Path, reference: Path, wanted: Collection[str] | None = None) -> tuple[list[Pair], str]:
    """The pictures of two folders whose names are the same but for the ending, by name; a sentence on the others.

    wanted: the names that count, without their endings; None: all.
    """
    ours, theirs = (
        {name: path for name, path in files_of(folder).items() if wanted is None or name in wanted}
        for folder in (images, reference)
    )
    names = sorted(ours.keys() & theirs.keys())
    if not names:
        raise DataError(f"No picture in {images} has the name of one in {reference}: pairs are made by file name.")
    with progress("reading pictures", len(names), "pairs") as meter:
        pairs = []
        for name in names:
            pairs.append(Pair(name, picture(ours[name]), picture(theirs[name])))
            meter.update(len(pairs))
    alone = sorted(ours.keys() ^ theirs.keys())
    counts = f"{len(ours) - len(names)} of {images} and {len(theirs) - len(names)} of {reference}"
    return pairs, f"left out, without a partner: {counts} ({some(alone)})" if alone else ""


def files_of(folder: Path) -> dict[str, Path]:
    """{name without its ending: picture}."""
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}.")
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in PICTURES and (other := files.setdefault(path.stem, path)) != path:
            raise DataError(f"{folder} holds both {other.name} and {path.name}: pairs are made by name, keep one.")
    return files


def picture(path: Path) -> np.ndarray:
    try:
        return decode(path.read_bytes())
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def of_one_size(pairs: list[Pair]) -> None:
    """Raise where a picture has another size than its partner."""
    for pair in pairs:
        (h, w, _), (height, width, _) = pair.image.shape, pair.reference.shape
        if (h, w) != (height, width):
            raise DataError(
                f"{pair.name} is {h} x {w} pixels, its reference {height} x {width}: fit the pictures to one size "
                "first, or ask for metrics that compare no pixels (readability, fid_ocr)."
            )


def words_of(captions: Path, names: list[str]) -> list[list[str]]:
    """The true words of each picture, from JSON lines {"file", "words"} or {"file", "caption"} with 'quoted' words."""
    return _said_of(captions, names, words_in)


def captions_of(captions: Path, names: list[str]) -> list[str]:
    """The caption of each picture, from JSON lines {"file", "caption"}."""
    return _said_of(captions, names, caption_in)


def _said_of(captions: Path, names: list[str], understood: Callable[[str, str], tuple[str, T]]) -> list[T]:
    """What is understood of the lines about these pictures. understood: (line, where it stands) => (name, what)."""
    if not captions.is_file():
        raise DataError(f"captions={captions}: there is no such file.")
    lines = [(i, line) for i, line in enumerate(captions.read_text().splitlines(), 1) if line.strip()]
    known = dict(understood(line, f"{captions}, line {i}") for i, line in lines)
    if missing := [name for name in names if name not in known]:
        raise DataError(f"{captions} says nothing of {len(missing)} pictures ({some(missing)}).")
    return [known[name] for name in names]


def words_in(line: str, where: str) -> tuple[str, list[str]]:
    """A line of the captions => the picture's name without its ending, and its words."""
    match _parsed(line, where):
        case {"file": str(file), "words": list(words)} if all(isinstance(word, str) for word in words):
            return Path(file).stem, words
        case {"file": str(file), "caption": str(caption)}:
            return Path(file).stem, keywords(caption)
    raise DataError(
        f'{where}: say {{"file": "a.png", "words": ["two", "words"]}}, or a "caption" with \'quoted\' words.'
    )


def caption_in(line: str, where: str) -> tuple[str, str]:
    """A line of the captions => the picture's name without its ending, and its caption."""
    match _parsed(line, where):
        case {"file": str(file), "caption": str(caption)}:
            return Path(file).stem, caption
    raise DataError(f'{where}: say {{"file": "a.png", "caption": "what is to be seen"}}.')


def _parsed(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}: this is no JSON.") from error


def some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
