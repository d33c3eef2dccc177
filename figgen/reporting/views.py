"""Pictures that a run leaves for later eyes: some unseen figures, what became of them, and where their words stand.

samples/views/original-00.png  samples/views/reconstruction-00.png  samples/views/words.json
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import as_image
from figgen.runs.files import read_json, write_json

NUMBER = 12


@dataclass(frozen=True)
class Views:
    """The same figures as they are and as an autoencoder gives them back: n of uint8 (C, H, W), and their words."""

    originals: list[np.ndarray]
    reconstructions: list[np.ndarray]
    words: list[list[TextBox]]


def keep_views(
    samples: Path, originals: np.ndarray, reconstructions: np.ndarray, words: Sequence[Sequence[TextBox]]
) -> None:
    """The first of uint8 (N, C, H, W) pictures and of their reconstructions into samples/views."""
    folder = samples / "views"
    folder.mkdir(parents=True, exist_ok=True)
    for name, pictures in (("original", originals), ("reconstruction", reconstructions)):
        for i, picture in enumerate(pictures[:NUMBER]):
            as_image(picture, zoom=1).save(folder / f"{name}-{i:02d}.png")
    listed = [[{"quad": box.quad, "text": box.text} for box in boxes] for boxes in words[:NUMBER]]
    write_json(folder / "words.json", listed)


def load_views(samples: Path) -> Views:
    """What `keep_views` left; no pictures where it left nothing."""
    folder = samples / "views"
    words = [
        [TextBox(tuple(map(tuple, box["quad"])), box["text"]) for box in boxes]  # type: ignore[arg-type]
        for boxes in read_json(folder / "words.json", list)
    ]
    return Views(_pictures(folder, "original"), _pictures(folder, "reconstruction"), words)


def _pictures(folder: Path, name: str) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)).transpose(2, 0, 1) for path in sorted(folder.glob(f"{name}-*.png"))]
