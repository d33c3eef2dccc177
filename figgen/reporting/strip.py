"""The same unseen figures, and the same words in them, through the autoencoders of a group: what no table shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from omegaconf import DictConfig, OmegaConf
from PIL import Image

from figgen.data.loading.batch import Batch
from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import as_image, grid
from figgen.runs.console import say
from figgen.stages import build
from figgen.stages.assess import reconstructed
from figgen.training.weights import EXPORT, load_weights

ORDER = ("plain", "tpl", "ocr", "ocr_features", "ocr_perceptual")  # of the columns; others follow by name
CROP = (20, 60)  # height, width of the cut around a word
ZOOM = 4


@dataclass(frozen=True)
class Views:
    """Unseen figures, and what the autoencoder of each loss makes of them."""

    batch: Batch
    of_loss: dict[str, np.ndarray]  # "original" first; uint8 (N, C, H, W)


def draw(runs: Sequence[Path], folder: Path) -> None:
    """strip.png and crops.png."""
    seen = views(runs)
    for name, picture in (("strip.png", strip(seen)), ("crops.png", crops(seen))):
        if picture is not None:
            picture.save(folder / name)
            say(str(folder / name))


def views(runs: Sequence[Path], number: int = 12) -> Views:
    """Run folders => the first of each loss among them, on the first `number` test figures."""
    loaded = [OmegaConf.load(run / "config.yaml") for run in reversed(runs)]
    configs = {cfg.loss.name: cfg for cfg in loaded if isinstance(cfg, DictConfig)}
    test = build.data_source(next(iter(configs.values()))).split("test")
    batch = test.batch(range(min(number, len(test))))
    names = sorted(configs, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return Views(batch, {"original": batch.pixels.numpy()} | {name: through(configs[name], batch) for name in names})


def through(cfg: DictConfig, batch: Batch) -> np.ndarray:
    """Figures => reconstructions by the run's finished autoencoder."""
    autoencoder = build.autoencoder(cfg).eval()
    folder = build.stage_folder(cfg, build.data_source(cfg).fingerprint, "autoencoder")
    load_weights(autoencoder, folder.path / EXPORT)
    return reconstructed(autoencoder, batch.pixels, cfg.evaluation.batch_size).numpy()


def strip(seen: Views, rows: int = 4) -> Image.Image:
    """One column of figures for each loss, the originals first."""
    return grid({name: [as_image(picture) for picture in pictures[:rows]] for name, pictures in seen.of_loss.items()})


def crops(seen: Views) -> Image.Image | None:
    """The longest word of each figure, much enlarged, a column for each loss; None where there are no words."""
    words = [(i, max(boxes, key=lambda box: len(box.text))) for i, boxes in of_each(seen.batch) if boxes]
    columns = {name: [cut(pictures[i], box) for i, box in words] for name, pictures in seen.of_loss.items()}
    return grid(columns) if words else None


def of_each(batch: Batch) -> list[tuple[int, list[TextBox]]]:
    return [(i, batch.boxes_of(i)) for i in range(len(batch))]


def cut(picture: np.ndarray, box: TextBox) -> Image.Image:
    """The surroundings of a word in uint8 (C, H, W)."""
    left, top, right, bottom = box.bounds
    (height, width), (h, w) = CROP, picture.shape[1:]
    y = min(max(round((top + bottom - height) / 2), 0), max(h - height, 0))
    x = min(max(round((left + right - width) / 2), 0), max(w - width, 0))
    return as_image(picture[:, y : y + height, x : x + width], ZOOM)
