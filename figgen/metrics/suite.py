"""How well pictures survive an autoencoder: how far they are apart, and what can still be read in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.metrics.bootstrap import Measured, interval
from figgen.metrics.pixels import mse, psnr
from figgen.metrics.readability import Words, readability
from figgen.metrics.readers import Engine
from figgen.metrics.structure import lpips, ssim
from figgen.metrics.text_error import tpl

if TYPE_CHECKING:
    from figgen.data.loading.batch import Batch
    from figgen.losses.perceptual import Lpips

Results = dict[str, Any]


def distances(batch: Batch, again: np.ndarray, net: Lpips | None) -> Results:
    """Originals in `batch` and their reconstructions `again` uint8 (N, C, H, W), picture by picture."""
    originals = batch.pixels.numpy()
    values = {
        "psnr": psnr(again, originals),
        "ssim": ssim(again, originals),
        "mse": mse(again, originals),
        "tpl": tpl(again, originals, batch.boxes),
    }
    if net is not None:
        values["lpips"] = lpips(again, originals, net)
    return {name: interval(value).to_dict() for name, value in values.items() if len(value)}


def readings(batch: Batch, again: np.ndarray, engines: Sequence[Engine], known: Path) -> Results:
    """What each engine finds in originals and in reconstructions, against the true words; and in reconstructions
    against what it found in the originals (kept). Nothing where no picture shows words.

    known: a folder of what was read in originals before.
    """
    truth = words_of(batch)
    if not any(truth):
        return {}
    results: Results = {}
    for engine in engines:
        original = engine.read_once(batch.pixels.numpy(), "originals", known)
        reconstruction = engine.read(again, "reconstructions")
        results[f"{engine.prefix}ocr_engine"] = engine.version
        results |= named(engine, "original", readability(original, truth))
        results |= named(engine, "reconstruction", readability(reconstruction, truth))
        results |= named(engine, "kept", readability(reconstruction, original))
    return results


def named(engine: Engine, what: str, scores: dict[str, Measured]) -> Results:
    """Scores under the names that tables know: reconstruction_word_f1, kept_ned, rapidocr_original_cer ..."""
    short = ("ned", "cer")
    return {
        f"{engine.prefix}{what}_{key if key in short else f'word_{key}'}": measured.to_dict()
        for key, measured in scores.items()
    }


def words_of(batch: Batch) -> Words:
    """The true words of each picture."""
    return [batch.texts_of(i) for i in range(len(batch))]
