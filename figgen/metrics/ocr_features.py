"""What PP-OCR's recogniser sees of a picture: for fid_ocr, a Fréchet distance that looks at letters. It is no FID."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.data.loading.images import to_pixels
from figgen.ocr.pool import Progress
from figgen.ocr.ppocr import PPOCR, STRIDE, load
from figgen.ocr.rapidocr import RECOGNISER
from figgen.ocr.recogniser import READ_TOGETHER

BAND, STEP = 32, 16  # rows of a picture that are read as a line, and from one such band to the next
WHITE = 1.0


def backbone() -> str:
    return f"PP-OCR, {RECOGNISER} of rapidocr {version('rapidocr')}"


def network() -> PPOCR:
    return load()


@torch.no_grad()
def features(pictures: Sequence[np.ndarray], net: PPOCR, progress: Progress) -> np.ndarray:
    """Pictures (H, W, 3) uint8 => (N, F): the recogniser's last features, mean over all frames of all bands."""
    seen = []
    for picture in pictures:
        lines = bands(to_pixels(torch.from_numpy(picture).permute(2, 0, 1)), net.height)
        widths = torch.full((len(lines),), lines.shape[-1])
        parts = zip(lines.split(READ_TOGETHER), widths.split(READ_TOGETHER), strict=True)
        seen.append(torch.cat([net.look(*part).flatten(0, 1) for part in parts]).double().mean(0).numpy())
        progress(len(seen))
    return np.stack(seen)


def bands(pixels: Tensor, height: int) -> Tensor:
    """(3, H, W) => (M, 3, height, w): bands of BAND rows that overlap by half, enlarged to `height`.

    The last one ends at the picture's foot; white fills a lower picture, and a width to whole frames.
    """
    pixels = F.pad(pixels, (0, 0, 0, max(BAND - pixels.shape[1], 0)), value=WHITE)
    last = pixels.shape[1] - BAND
    cut = torch.stack([pixels[:, top : top + BAND] for top in (*range(0, last, STEP), last)])
    width = round(pixels.shape[2] * height / BAND)
    lines = F.interpolate(cut, (height, width), mode="bicubic", antialias=True).clamp(-1, 1)
    return F.pad(lines, (0, -width % STRIDE), value=WHITE)
