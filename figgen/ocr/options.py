"""What can be said of who finds words and who reads them, detector= and teacher=, and what then comes along unsaid."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Fraction, Range, WeightsFile
from figgen.ocr.rapidocr import DETECTOR, RECOGNISER, model_file

Enlarged = Annotated[int, Range(1, 8)]  # times, before Tesseract reads a picture
Segmentation = Annotated[int, Range(0, 13)]  # Tesseract's --psm
Side = Annotated[int, Range(32, 4096)]
Letters = Literal["as_read", "published"]  # published: lower-cased and without punctuation, as ML-Figs keeps its words

CRNN = Path(__file__).parent / "weights" / "crnn.safetensors"
INSTEAD = "detector=rapidocr or detector=tesseract"
CRAFT = Path(".craft_text_detector/weights/craft_mlt_25k.pth")  # below the home folder, where its package looks

OPTIONS: dict[str, object] = {
    "detector.letters": Letters,
    "detector.model": None,
    "detector.model.scale": Enlarged,
    "detector.model.psm": Segmentation,
    "detector.model.min_confidence": Annotated[float, Range(0, 100)],
    "detector.model.text": Letters,
    "detector.model.least_side": Side,
    "detector.model.weights": WeightsFile,
    "detector.model.long_side": Side,
    "detector.model.text_threshold": Fraction,
    "detector.model.link_threshold": Fraction,
    "detector.model.low_text": Fraction,
    "teacher.model.weights": WeightsFile,
    "teacher.model.source": str,
}


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


def craft_can_be_had(cfg: DictConfig) -> str | None:
    """Words that CRAFT has found before need it no more."""
    prepared = Path(cfg.paths.data) / "prepared" / cfg.dataset.name / "manifest.json"
    if cfg.detector.name != "craft" or cfg.detector.model.weights or (prepared.is_file() and "stages" in cfg):
        return None
    place = Path.home() / CRAFT
    if place.is_file():
        return None
    return (
        f"detector=craft: no weights at {place}; give craft_mlt_25k.pth as detector.model.weights, or choose {INSTEAD}"
    )


MACHINE = (craft_can_be_had,)
