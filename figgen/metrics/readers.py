"""Who judges what can be read: Tesseract, which no loss is trained against, and PP-OCR as a second opinion."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from figgen.ocr.boxes import TextBox, reading_order
from figgen.ocr.pool import Progress
from figgen.ocr.rapidocr import RapidOCR
from figgen.ocr.tesseract import Tesseract, engine_version
from figgen.runs.files import read_json, write_json
from figgen.runs.identity import flatten
from figgen.runs.progress import progress

PREFIXES = {"tesseract": "", "rapidocr": "rapidocr_"}  # of the names of their numbers
Find = Callable[[Sequence[np.ndarray], Progress | None], list[list[TextBox]]]


@dataclass(frozen=True)
class Engine:
    """An OCR engine, and how its numbers are told from those of others."""

    prefix: str  # of the names of its numbers
    find: Find
    version: str

    @property
    def release(self) -> str:
        """The version, and the weights that it reads with where these are files of their own."""
        return str(getattr(self.find, "engine", self.version))

    def read(self, pictures: Sequence[np.ndarray] | np.ndarray, what: str) -> list[list[str]]:
        """N pictures uint8 (C, H, W) => the words in each, in reading order."""
        images = [p[0] if p.shape[0] == 1 else p.transpose(1, 2, 0) for p in pictures]
        with progress(f"{self.version.split()[0]} reads {what}", len(images), "images") as meter:
            found = self.find(images, meter.update)
        return [[box.text for box in reading_order(boxes)] for boxes in found]

    def read_once(self, pictures: np.ndarray, what: str, folder: Path) -> list[list[str]]:
        """As `read`; what this engine once read in these very pictures is taken from `folder`."""
        who = f"{self.release} {self.find!r} {pictures.shape} in reading order"
        path = folder / f"{hashlib.sha256(pictures.tobytes() + who.encode()).hexdigest()[:16]}.json"
        if not path.exists():
            write_json(path, self.read(pictures, what))
        return read_json(path)  # type: ignore[no-any-return]


def tesseract(scale: int, psm: int) -> Engine:
    """The judge of every table: its numbers have no prefix."""
    return Engine(PREFIXES["tesseract"], Tesseract(scale=scale, psm=psm), engine_version())


def rapidocr() -> Engine:
    """The second opinion, where PP-OCR taught no loss; beside Tesseract where it did."""
    return Engine(PREFIXES["rapidocr"], RapidOCR(), f"RapidOCR {version('rapidocr')}")


def judges(evaluation: Mapping[str, Any], loss: Mapping[str, Any]) -> list[Engine]:
    """Tesseract, and PP-OCR where it is asked for, or where the loss was taught by it: then both are reported."""
    asked = evaluation["second_reader"]
    second = asked == "rapidocr" or (asked == "auto" and is_taught_by_ppocr(loss))
    return [tesseract(evaluation["ocr_scale"], evaluation["ocr_psm"]), *([rapidocr()] if second else [])]


def unfair(config: Mapping[str, Any], is_prepared: bool) -> dict[str, str]:
    """Readers that are no fair judges of a run with this plain config, and why."""
    detector, boxes = config["detector"]["name"], config["dataset"]["about"]["boxes"].lower()
    made = boxes if is_prepared and detector == "annotation" else f"made with {detector}"
    found = {name: "made the labels that it is judged by" for name in PREFIXES if f"made with {name}" in made}
    taught = {"rapidocr": "shares networks with the teacher of the loss"} if is_taught_by_ppocr(config["loss"]) else {}
    return found | taught


def is_taught_by_ppocr(loss: Mapping[str, Any]) -> bool:
    """Is there a network of PP-OCR in the loss of this config? Then PP-OCR alone is no fair judge."""
    values = flatten(dict(loss))
    trunks = [key for key, value in values.items() if value == "figgen.ocr.trunk.load"]
    if values.get("text.space") == "feature":
        trunks.append("text.craft")
    own_trunk = any(values.get(f"{key.rpartition('.')[0]}.craft") is None for key in trunks)
    return own_trunk or any(str(value).startswith("figgen.ocr.ppocr.") for value in values.values())
