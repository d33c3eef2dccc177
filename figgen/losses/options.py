"""What can be said of a loss."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Literal

from omegaconf import DictConfig, OmegaConf

from figgen.cli.kinds import Count, Fraction, Natural, NotNegative, WeightsFile
from figgen.ocr.options import Letters
from figgen.runs.hub import why_absent
from figgen.training.options import LearningRate

Distance = Literal["l1", "mse"]
Weighting = Literal["box", "area"]
Shape = Literal["upright", "quad"]
Space = Literal["pixel", "feature"]
Norm = Literal["squares", "l1"]
Place = Literal["words", "everywhere"]
Compared = Literal["ctc", "features"]

OPTIONS: dict[str, object] = {
    "loss.clipped": bool,
    "loss.recon.pixel": Distance,
    "loss.recon.kl_weight": NotNegative,
    "loss.recon.perceptual": None,
    "loss.recon.perceptual.weight": NotNegative,
    "loss.recon.perceptual.weights": WeightsFile,
    "loss.adversary": None,
    "loss.adversary.channels": Literal[1, 3],
    "loss.adversary.weight": NotNegative,
    "loss.adversary.start": Natural,
    "loss.adversary.learning_rate": LearningRate,
    "loss.adversary.width": Count,
    "loss.text": None,
    "loss.text.weight": NotNegative,
    "loss.text.weighting": Weighting,
    "loss.text.shape": Shape,
    "loss.text.space": Space,
    "loss.text.norm": Norm,
    "loss.text.place": Place,
    "loss.text.craft": WeightsFile,
    "loss.text.trunk.craft": WeightsFile,
    "loss.text.lam": Fraction,
    "loss.text.target": Compared,
    "loss.text.letters": Letters,
    "loss.text.seed": Natural,
    "loss.text.warmup_steps": Natural,
    "loss.text.max_crops": Count,
    "loss.text.min_accuracy": Fraction,
    "loss.text.recogniser.weights": WeightsFile,
    "loss.text.recogniser.source": str,
}
NEED_WORDS = ("figgen.losses.tpl.", "figgen.losses.ocr.")  # where nothing can be learned without word boxes


def words_for_a_text_loss(cfg: DictConfig) -> str | None:
    text = cfg.loss.text
    if text is not None and text.get("_target_", "").startswith(NEED_WORDS) and not cfg.dataset.has_text:
        return (
            f"loss={cfg.loss.name} looks at words, and the pictures of dataset={cfg.dataset.name} show none: "
            "choose loss=plain"
        )
    return None


def absolute_error_of_pixels(cfg: DictConfig) -> str | None:
    text = cfg.loss.text
    if text is not None and text.get("norm") == "l1" and text.space == "feature":
        return "loss.text.norm=l1 is the absolute error of pixels: set loss.text.space=pixel"
    return None


def letters_for_a_ctc_teacher(cfg: DictConfig) -> str | None:
    text = cfg.loss.text
    if text is None or text.get("target") != "ctc" or text.letters == "as_read":
        return None
    if text.recogniser._target_.startswith("figgen.ocr.trocr."):
        return (
            f"loss={cfg.loss.name} has only words without their case and punctuation to teach on "
            f"dataset={cfg.dataset.name}, and teacher=trocr spells in tokens, whose cases cannot be merged: "
            "choose teacher=ppocr, loss.text.target=features or detector=rapidocr"
        )
    return None


def teacher_can_be_had(cfg: DictConfig) -> str | None:
    source = OmegaConf.select(cfg, "loss.text.recogniser.source")
    if source is not None and (why := why_absent(source, "config.json", "main")):
        return (
            f"teacher.model.source={source}: {why}; give a folder that has it, or choose teacher=ppocr or teacher=crnn"
        )
    return None


def vgg_can_be_had(cfg: DictConfig) -> str | None:
    """LPIPS's trunk; a dry run does without."""
    perceptual = cfg.loss.recon.perceptual
    cache = Path(os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "torch")
    file = cache.expanduser() / "hub" / "checkpoints" / "vgg16-397923af.pth"
    if perceptual is None or perceptual.weights or cfg.dry_run or file.is_file():
        return None
    try:
        socket.create_connection(("download.pytorch.org", 443), timeout=2).close()
    except OSError as error:
        return (
            f"loss.recon.perceptual needs VGG16's weights, which are neither at {file} nor can be fetched ({error}): "
            "give their file as loss.recon.perceptual.weights, or set loss.recon.perceptual=null"
        )
    return None


def nobody_is_taught(cfg: DictConfig) -> str | None:
    if OmegaConf.select(cfg, "loss.text.recogniser") is None:
        return f"teacher={cfg.teacher.name} changes nothing here: loss={cfg.loss.name} has no teacher, loss=ocr has one"
    return None


CHECKS = (words_for_a_text_loss, absolute_error_of_pixels, letters_for_a_ctc_teacher)
MACHINE = (teacher_can_be_had, vgg_can_be_had)
IDLE = {"teacher": nobody_is_taught}
