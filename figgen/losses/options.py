"""What can be said of a loss."""

from __future__ import annotations

from typing import Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Fraction, Natural, NotNegative, WeightsFile
from figgen.ocr.options import Letters

Distance = Literal["l1", "mse"]
Weighting = Literal["box", "area"]
Shape = Literal["upright", "quad"]
Space = Literal["pixel", "feature"]
Compared = Literal["ctc", "features"]

OPTIONS: dict[str, object] = {
    "loss.recon.pixel": Distance,
    "loss.recon.kl_weight": NotNegative,
    "loss.recon.perceptual": None,
    "loss.recon.perceptual.weight": NotNegative,
    "loss.recon.perceptual.weights": WeightsFile,
    "loss.adversary": None,
    "loss.adversary.channels": Literal[1, 3],
    "loss.adversary.weight": NotNegative,
    "loss.adversary.start": Natural,
    "loss.adversary.learning_rate": Fraction,
    "loss.adversary.width": Count,
    "loss.text": None,
    "loss.text.weight": NotNegative,
    "loss.text.weighting": Weighting,
    "loss.text.shape": Shape,
    "loss.text.space": Space,
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


CHECKS = (words_for_a_text_loss, letters_for_a_ctc_teacher)
