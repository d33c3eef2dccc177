"""Pictures that a run leaves for later eyes: some unseen figures, what became of them, and where their words stand.

samples/views/original-00.png  samples/views/reconstruction-00.png  samples/views/words.json
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import as_image
from figgen.runs.directory import Folder
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


def with_plain_loss(run: Folder, science: dict[str, Any], originals: np.ndarray) -> list[np.ndarray]:
    """What another run's autoencoder, that differs from `science` in its plain loss alone, made of the same pictures.

    originals: uint8 (N, C, H, W). A run of the same group comes first; empty where there is none.
    """
    if science["loss"]["name"] == "plain":
        return []
    wanted, group = {**science, "loss": {"name": "plain"}}, run.path.parent
    for path in sorted(group.parent.glob("*/*/run.json"), key=lambda path: path.parents[1] != group):
        other = read_json(path).get("science", {})
        if {key: other.get(key) for key in science} | {"loss": {"name": other.get("loss", {}).get("name")}} == wanted:
            views = load_views(path.parent / "samples")
            pairs = list(zip(views.originals, originals, strict=False))
            if pairs and all((kept == original).all() for kept, original in pairs):
                return views.reconstructions
    return []


def _pictures(folder: Path, name: str) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)).transpose(2, 0, 1) for path in sorted(folder.glob(f"{name}-*.png"))]
