"""How well pictures survive an autoencoder: how far they are apart, and what can still be read in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from figgen.losses.perceptual import Lpips
from figgen.metrics.bootstrap import Measured, interval
from figgen.metrics.lpips import lpips
from figgen.metrics.pixels import mse, psnr, ssim
from figgen.metrics.readability import Words, readability
from figgen.metrics.readers import Engine
from figgen.metrics.text_error import tpl
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox, reading_order

Numbers = dict[str, Any]  # {name: {value, n, low, high}}, and who read


def distances(originals: np.ndarray, reconstructions: np.ndarray, boxes: BoxBatch, net: Lpips | None) -> Numbers:
    """Pictures uint8 (N, C, H, W) and their reconstructions, one by one."""
    values = {
        "psnr": psnr(reconstructions, originals),
        "ssim": ssim(reconstructions, originals),
        "mse": mse(reconstructions, originals),
        "tpl": tpl(reconstructions, originals, boxes),
    }
    if net is not None:
        values["lpips"] = lpips(reconstructions, originals, net)
    return {name: interval(value).to_dict() for name, value in values.items() if len(value)}


def readings(
    originals: np.ndarray,
    reconstructions: np.ndarray,
    boxes: Sequence[Sequence[TextBox]],
    engines: Sequence[Engine],
    known: Path,
) -> Numbers:
    """What each engine finds in originals and in reconstructions, against the true words; and in reconstructions
    against what it found in the originals (kept). Nothing where no picture shows words.

    known: a folder of what was read before, in these very pictures.
    """
    truth = words_of(boxes)
    if not any(truth):
        return {}
    numbers: Numbers = {}
    for engine in engines:
        in_original = engine.read_once(originals, "originals", known)
        in_reconstruction = engine.read_once(reconstructions, "reconstructions", known)
        numbers[f"{engine.prefix}ocr_engine"] = engine.version
        numbers |= named(engine, "original", readability(in_original, truth))
        numbers |= named(engine, "reconstruction", readability(in_reconstruction, truth))
        numbers |= named(engine, "kept", readability(in_reconstruction, in_original))
    return numbers


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


def named(engine: Engine, what: str, scores: dict[str, Measured]) -> Numbers:
    """Scores under the names that tables know: reconstruction_word_f1, kept_ned, rapidocr_original_cer ..."""
    short = ("ned", "cer")
    return {
        f"{engine.prefix}{what}_{key if key in short else f'word_{key}'}": measured.to_dict()
        for key, measured in scores.items()
    }


def words_of(boxes: Sequence[Sequence[TextBox]]) -> Words:
    """The true words of each picture, in the order in which they are read."""
    return [[box.text for box in reading_order(of_picture)] for of_picture in boxes]
