"""What Inception sees of a picture, as clean-fid asks it: for FID and KID."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from cleanfid.resize import build_resizer

from figgen.metrics.options import INCEPTION
from figgen.ocr.pool import Progress
from figgen.runs.errors import CheckpointError

PUBLISHED = "f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4"  # SHA-256 of inception-2015-12-05.pt


def backbone(_: str) -> str:
    return f"Inception, inception-2015-12-05.pt, SHA-256 {PUBLISHED[:12]}, resized as clean-fid {version('clean-fid')}"


def network(weights: str) -> torch.nn.Module:
    """The published TorchScript file, checked: a program from elsewhere is not run, other weights do not compare."""
    if hashlib.sha256(Path(weights).read_bytes()).hexdigest() != PUBLISHED:
        raise CheckpointError(f"inception_weights={weights}: this is not the file of {INCEPTION} (its SHA-256 differs)")
    return torch.jit.load(weights, map_location="cpu").eval().layers  # type: ignore[no-any-return, no-untyped-call]


@torch.no_grad()
def features(pictures: Sequence[np.ndarray], net: torch.nn.Module, progress: Progress) -> np.ndarray:
    """Pictures (H, W, 3) uint8 => (N, 2048): 299 x 299, bicubic on fractions, scaled to -1..1, pool3."""
    resize, seen = build_resizer("clean"), []
    for picture in pictures:
        pixels = torch.from_numpy(resize(picture)).permute(2, 0, 1)[None]
        seen.append(net((pixels - 128) / 128).reshape(-1).numpy())
        progress(len(seen))
    return np.stack(seen)
