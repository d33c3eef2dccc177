"""What a finished autoencoder is worth on unseen figures: taken once for each way of judging, nothing is retrained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.images import to_pixels, to_uint8
from figgen.data.manifest import digest
from figgen.metrics.bootstrap import interval
from figgen.metrics.readers import Engine, is_taught_by_ppocr, rapidocr, tesseract
from figgen.metrics.suite import Results, distances, readings
from figgen.reporting.pictures import as_image, grid, with_boxes
from figgen.runs.directory import Folder
from figgen.runs.files import read_json, write_json
from figgen.runs.identity import plain
from figgen.runs.tracking import Mirror
from figgen.stages import build
from figgen.training.weights import EXPORT, load_weights

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from PIL import Image

    from figgen.data.loading.batch import Batch
    from figgen.losses.perceptual import Lpips
    from figgen.stages.context import Walk

JUDGING = ("split", "num_reconstructions", "ocr_scale", "ocr_psm", "second_reader", "vgg_weights")


def judgement(way: Walk, folder: Folder) -> Path:
    """Where the numbers of this way of judging lie, or will."""
    asked = {key: plain(way.cfg.evaluation[key]) for key in JUDGING}
    return folder.path / "judged" / f"{digest(asked)[:8]}.json"


def judged(way: Walk, folder: Folder) -> Results:
    """The numbers of this way of judging, none where it is still to come."""
    return read_json(judgement(way, folder))


def judgements(folder: Folder) -> int:
    """In how many ways an autoencoder has been judged."""
    return len(list((folder.path / "judged").glob("*.json")))


def judge(way: Walk, folder: Folder, mirror: Mirror) -> Results:
    """Reconstruct unseen figures, measure, read, keep a sheet of them."""
    autoencoder = load_autoencoder(way)
    cfg = way.cfg.evaluation
    unseen = way.source.split(cfg.split)
    batch = unseen.batch(range(min(cfg.num_reconstructions, len(unseen))))
    again = reconstructed(autoencoder, batch.pixels, cfg.batch_size)
    results = {"split": cfg.split, **distances(batch, again.numpy(), lpips_net(way.cfg))}
    if way.cfg.dataset.has_text:
        known = Path(way.cfg.paths.outputs) / "stages" / "readings"
        results |= readings(batch, again.numpy(), engines(way.cfg), known) | taught(way.cfg, batch, again)
    show(batch, again, cfg.grid_rows, folder, mirror)
    write_json(judgement(way, folder), results)
    return results


def load_autoencoder(way: Walk) -> Autoencoder:
    """The finished autoencoder of this walk, frozen."""
    autoencoder = build.autoencoder(way.cfg).eval().requires_grad_(False)
    load_weights(autoencoder, way.folder("autoencoder").path / EXPORT)
    return autoencoder


@torch.no_grad()
def reconstructed(autoencoder: Autoencoder, raw: torch.Tensor, batch_size: int) -> torch.Tensor:
    """uint8 (N, C, H, W) => through the posterior's mean and back, uint8."""
    parts = [autoencoder.decode_raw(autoencoder.encode_pixels(to_pixels(x)).mean) for x in raw.split(batch_size)]
    return to_uint8(torch.cat(parts).clamp(-1, 1))


def engines(cfg: DictConfig) -> list[Engine]:
    """Tesseract, and PP-OCR where it is asked for, or where the loss was taught by it: then both are reported."""
    asked = cfg.evaluation.second_reader
    second = asked == "rapidocr" or (asked == "auto" and is_taught_by_ppocr(plain(cfg.loss)))
    return [tesseract(cfg.evaluation.ocr_scale, cfg.evaluation.ocr_psm), *([rapidocr()] if second else [])]


def lpips_net(cfg: DictConfig) -> Lpips | None:
    """LPIPS where its VGG16 weights can be had without a download."""
    from figgen.losses.perceptual import Lpips, cached_weights

    weights = cfg.evaluation.vgg_weights or cached_weights()
    return Lpips(weights=str(weights)).eval() if weights else None


def taught(cfg: DictConfig, batch: Batch, reconstruction: torch.Tensor) -> Results:
    """Shares of words that the loss's own reader reads exactly: what was trained for, and so no judge."""
    loss = build.loss(cfg)
    both = {"original": batch.pixels, "reconstruction": reconstruction}
    read = {name: loss.words_read(to_pixels(pixels), batch.boxes) for name, pixels in both.items()}
    return {f"teacher_{name}_words": interval(hits).to_dict() for name, hits in read.items() if hits}


def show(batch: Batch, again: torch.Tensor, rows: int, folder: Folder, mirror: Mirror) -> None:
    """samples/reconstructions.png: originals, reconstructions, boxes."""
    path = folder.samples / "reconstructions.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    grid(columns(batch, again, range(min(rows, len(batch))))).save(path)
    mirror.artifact(path, "samples")


def columns(batch: Batch, again: torch.Tensor, rows: range) -> dict[str, list[Image.Image]]:
    """Originals, their reconstructions `again` (N, C, H, W) uint8, and where the words stand."""
    return {
        "original": [as_image(batch.pixels[i].numpy()) for i in rows],
        "reconstruction": [as_image(again[i].numpy()) for i in rows],
        "boxes": [with_boxes(batch.pixels[i].numpy(), batch.boxes_of(i)) for i in rows],
    }
