"""Weights that a config leaves to their loader, for a run depends on them as on those it names. Nothing heavy here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from figgen.ocr.rapidocr import DETECTOR, RECOGNISER, model_file

CRNN = Path(__file__).parent / "weights" / "crnn.safetensors"


def shipped(config: Any) -> list[Path]:
    """The files that are loaded for the nulls of a plain config: our recogniser, the models of the rapidocr wheel."""
    if not isinstance(config, dict):
        return []
    files = [file for value in config.values() for file in shipped(value)]
    loader = config.get("_target_")
    if loader == "figgen.ocr.crnn.load" and config.get("weights") is None:
        files.append(CRNN)
    if loader == "figgen.ocr.ppocr.load" and config.get("weights") is None:
        files.append(model_file(RECOGNISER, "teacher=crnn"))
    if "craft" in config and config["craft"] is None and config.get("space") != "pixel":
        files.append(model_file(DETECTOR, "loss=tpl or loss=ocr"))
    return files
