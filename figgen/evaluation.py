"""How well test figures survive: pixel distances and what Tesseract can still read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.metrics.bootstrap import interval
from figgen.metrics.pixels import mse, psnr
from figgen.metrics.readability import word_scores
from figgen.ocr.tesseract import engine_version, read_words
from figgen.runs.progress import progress

if TYPE_CHECKING:
    from figgen.data.batch import Batch


def reading(pictures: np.ndarray, scale: int, psm: int, label: str = "reading") -> list[list[str]]:
    """uint8 (N, C, H, W) => the words that Tesseract reads in each."""
    images = [p[0] if p.shape[0] == 1 else p.transpose(1, 2, 0) for p in pictures]
    with progress(label, len(images), "images") as meter:
        found = read_words(images, scale, psm, progress=meter.update)
    return [[box.text for box in boxes] for boxes in found]


def reconstruction_scores(batch: Batch, again: np.ndarray, scale: int, psm: int) -> dict[str, Any]:
    """Originals in `batch` and their reconstructions `again` (N, C, H, W) uint8 => every number with n and interval."""
    originals = batch.pixels.numpy()
    truth = [list(batch.texts_of(i)) for i in range(len(batch))]
    results: dict[str, Any] = {
        "psnr": interval(psnr(again, originals)).to_dict(),
        "mse": interval(mse(again, originals)).to_dict(),
        "ocr_engine": engine_version(),
    }
    for name, pictures in (("original", originals), ("reconstruction", again)):
        words = reading(pictures, scale, psm, f"reading {name}s")
        results |= {f"{name}_word_{key}": m.to_dict() for key, m in word_scores(words, truth).items()}
    return results
