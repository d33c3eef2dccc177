"""The same unseen figures through the autoencoders of a group: what a table cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from omegaconf import DictConfig, OmegaConf
from PIL import Image

from figgen import building
from figgen.data.images import to_pixels, to_uint8
from figgen.reporting.pictures import as_image, grid
from figgen.runs.weights import EXPORT, load_weights


def strip(runs: Sequence[Path], rows: int = 4) -> Image.Image:
    """Run folders => one column of reconstructions for each loss among them, the originals first."""
    loaded = [OmegaConf.load(run / "config.yaml") for run in reversed(runs)]
    configs = {cfg.loss.name: cfg for cfg in loaded if isinstance(cfg, DictConfig)}
    source = building.data_source(next(iter(configs.values())))
    pixels = source.split("test").batch(range(rows)).pixels
    columns = {"original": [as_image(p.numpy()) for p in pixels]}
    for name in sorted(configs, key=lambda loss: (loss != "plain", loss)):
        columns[name] = [as_image(p.numpy()) for p in through(configs[name], pixels)]
    return grid(columns)


@torch.no_grad()
def through(cfg: DictConfig, pixels: torch.Tensor) -> torch.Tensor:
    """uint8 (N, C, H, W) => reconstructions by the run's finished autoencoder."""
    autoencoder = building.autoencoder(cfg).eval()
    folder = building.stage_folder(cfg, building.data_source(cfg).fingerprint, "autoencoder")
    load_weights(autoencoder, folder.path / EXPORT)
    return to_uint8(autoencoder.decode_raw(autoencoder.encode_pixels(to_pixels(pixels)).mean).clamp(-1, 1))
