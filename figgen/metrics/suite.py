"""How well pictures survive an autoencoder: how far they are apart, and what can still be read in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from figgen.losses.perceptual import Lpips
from figgen.metrics.lpips import lpips
from figgen.metrics.pixels import mse, psnr, ssim
from figgen.metrics.readability import Words, readability
from figgen.metrics.readers import Engine
from figgen.metrics.scores import Scores
from figgen.metrics.text_error import tpl
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox, reading_order

Numbers = dict[str, Any]  # {name: {value, n, low, high}}


def distances(
    originals: np.ndarray, reconstructions: np.ndarray, boxes: BoxBatch, net: Lpips | None
) -> dict[str, Scores]:
    """Pictures uint8 (N, C, H, W) and their reconstructions, one by one."""
    values = {
        "psnr": psnr(reconstructions, originals),
        "ssim": ssim(reconstructions, originals),
        "mse": mse(reconstructions, originals),
        "tpl": tpl(reconstructions, originals, boxes),
    }
    if net is not None:
        values["lpips"] = lpips(reconstructions, originals, net)
    return {name: Scores(column[:, None]) for name, column in values.items()}


def readings(
    originals: np.ndarray,
    reconstructions: np.ndarray,
    boxes: Sequence[Sequence[TextBox]],
    engines: Sequence[Engine],
    known: Path,
) -> dict[str, Scores]:
    """What each engine finds in originals and in reconstructions, against the true words; and in reconstructions
    against what it found in the originals (kept). Nothing where no picture shows words.

    known: a folder of what was read before, in these very pictures.
    """
    truth = words_of(boxes)
    if not any(truth):
        return {}
    scores: dict[str, Scores] = {}
    for engine in engines:
        in_original = engine.read_once(originals, "originals", known)
        in_reconstruction = engine.read_once(reconstructions, "reconstructions", known)
        scores |= named(engine, "original", readability(in_original, truth))
        scores |= named(engine, "reconstruction", readability(in_reconstruction, truth))
        scores |= named(engine, "kept", readability(in_reconstruction, in_original))
    return scores


def by_figure(
    originals: np.ndarray,
    reconstructions: np.ndarray,
    boxes: Sequence[Sequence[TextBox]],
    engines: Sequence[Engine],
    known: Path,
) -> Numbers:
    """Each figure's distances, its true words and what was read in it: what the means were made of."""
    pictures = {"original": originals, "reconstruction": reconstructions}
    read = {what: {e.version: e.read_once(p, what, known) for e in engines} for what, p in pictures.items()}
    distances = {"psnr": psnr(reconstructions, originals), "ssim": ssim(reconstructions, originals)}
    return {**{name: values.round(4).tolist() for name, values in distances.items()}, "truth": words_of(boxes), **read}


def named(engine: Engine, what: str, scores: Mapping[str, Scores]) -> dict[str, Scores]:
    """Scores under the names that tables know: reconstruction_word_f1, kept_ned, rapidocr_original_cer ..."""
    short = ("ned", "cer")
    return {f"{engine.prefix}{what}_{key if key in short else f'word_{key}'}": score for key, score in scores.items()}


def numbers(scores: Mapping[str, Scores]) -> Numbers:
    """Each metric's number over all pictures that have one; those that have it in none are left out."""
    measured = {name: score.measured() for name, score in scores.items()}
    return {name: number.to_dict() for name, number in measured.items() if number.n}


def words_of(boxes: Sequence[Sequence[TextBox]]) -> Words:
    """The true words of each picture, in the order in which they are read."""
    return [[box.text for box in reading_order(of_picture)] for of_picture in boxes]
