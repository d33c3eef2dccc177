"""What a finished autoencoder is worth on unseen figures: taken once for each way of judging, nothing is retrained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from omegaconf import DictConfig

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.batch import Batch
from figgen.data.loading.images import to_pixels, to_uint8
from figgen.data.manifest import digest
from figgen.losses.perceptual import Lpips, cached_weights
from figgen.metrics.bootstrap import interval
from figgen.metrics.readers import judges
from figgen.metrics.scores import by_picture
from figgen.metrics.suite import by_figure, distances, numbers, readings
from figgen.reporting.pictures import as_image, grid
from figgen.reporting.views import NUMBER, Item, keep_views
from figgen.runs.files import read_json, write_json, write_text
from figgen.runs.identity import plain
from figgen.stages import build
from figgen.stages.context import Context, Results
from figgen.stages.road import judged_by
from figgen.training.seeding import drawn
from figgen.training.weights import EXPORT, load_weights

JUDGING = ("split", "new_words", "num_reconstructions", "seed", "ocr_scale", "ocr_psm", "second_reader", "vgg_weights")


def judgement(context: Context) -> Path:
    """Where the numbers of this way of judging lie, or will."""
    asked = {key: plain(context.cfg.evaluation[key]) for key in JUDGING}
    return context.folder("autoencoder").path / "judged" / f"{digest([asked, judged_by(context.cfg)])[:8]}.json"


def figures(context: Context) -> Path:
    """Where the values of each figure lie that these numbers are means of."""
    return judgement(context).parent / "figures" / judgement(context).name


def judged(context: Context) -> Results:
    """The numbers of this way of judging, none where it is still to come."""
    return read_json(judgement(context))


def judge(context: Context) -> Results:
    """Reconstruct unseen figures, measure, read, keep pictures of them."""
    cfg, folder = context.cfg, context.folder("autoencoder")
    batch = unseen(context, cfg.evaluation.num_reconstructions)
    reconstructions = reconstructed(load_autoencoder(context), batch.pixels, cfg.evaluation.batch_size)
    pictures = reconstructions.numpy()
    results = {"split": cfg.evaluation.split}
    scores = distances(batch.pixels.numpy(), pictures, batch.boxes, lpips_net(cfg))
    if cfg.dataset.has_text:
        known, engines = Path(cfg.paths.outputs) / "stages" / "readings", judges(plain(cfg.evaluation), plain(cfg.loss))
        seen = batch.pixels.numpy(), pictures, batch.words, engines, known
        scores |= readings(*seen)
        results |= {f"{engine.prefix}ocr_engine": engine.version for engine in engines}
        results |= taught(cfg, batch, reconstructions)
        write_json(figures(context), {"keys": batch.keys, **by_figure(*seen)})
    keep(batch, pictures, folder.samples, unseen(context, NUMBER).keys)
    show(batch, pictures, cfg.evaluation.grid_rows, folder.samples)
    values = {name: score.values for name, score in scores.items()}
    write_text(judgement(context).with_suffix(".csv"), by_picture(batch.keys, values))
    write_json(judgement(context), results | numbers(scores))
    return judged(context)


def unseen(context: Context, number: int) -> Batch:
    """So many figures of the split that is judged: the same ones for every run, more of them include the fewer."""
    cfg = context.cfg.evaluation
    split = context.source.split(cfg.split)
    kept = split.without(context.source.split("train").vocabulary) if cfg.new_words else range(len(split))
    return split.batch([kept[i] for i in drawn(cfg.seed, "unseen figures", len(kept), number)])


def keep(batch: Batch, reconstructions: np.ndarray, samples: Path, wanted: Sequence[str]) -> None:
    """Views of the pictures whose keys are wanted: those that a run draws first are among them."""
    at = [i for i, key in enumerate(batch.keys) if key in set(wanted)]
    items = [Item(batch.keys[i], batch.captions[i], batch.words[i]) for i in at]
    keep_views(samples, items, batch.pixels.numpy()[at], reconstructions[at])


def load_autoencoder(context: Context) -> Autoencoder:
    """The finished autoencoder of this run, frozen, where networks work."""
    autoencoder = build.autoencoder(context.cfg).eval().requires_grad_(False)
    load_weights(autoencoder, context.folder("autoencoder").path / EXPORT)
    return autoencoder.to(build.device(context.cfg))


@torch.no_grad()
def reconstructed(autoencoder: Autoencoder, raw: torch.Tensor, batch_size: int) -> torch.Tensor:
    """uint8 (N, C, H, W) => through the posterior's mean and back, uint8 on the CPU."""
    batches = (to_pixels(x.to(autoencoder.shift.device)) for x in raw.split(batch_size))
    parts = [autoencoder.decode_raw(autoencoder.encode_pixels(pixels).mean).cpu() for pixels in batches]
    return to_uint8(torch.cat(parts).clamp(-1, 1))


def lpips_net(cfg: DictConfig) -> Lpips | None:
    """LPIPS where its VGG16 weights can be had without a download."""
    weights = cfg.evaluation.vgg_weights or cached_weights()
    return Lpips(weights=str(weights)).eval().to(build.device(cfg)) if weights else None


def taught(cfg: DictConfig, batch: Batch, reconstructions: torch.Tensor) -> Results:
    """Shares of words that the loss's own reader reads exactly: what was trained for, and so no judge."""
    device = build.device(cfg)
    loss, boxes = build.loss(cfg).to(device), batch.boxes.to(device)
    both = {"original": batch.pixels, "reconstruction": reconstructions}
    read = {name: loss.words_read(to_pixels(pixels.to(device)), boxes) for name, pixels in both.items()}
    return {f"teacher_{name}_words": interval(hits).to_dict() for name, hits in read.items() if hits}


def show(batch: Batch, reconstructions: np.ndarray, rows: int, folder: Path) -> None:
    """reconstructions.png: originals and reconstructions under their captions."""
    path, columns = (
        folder / "reconstructions.png",
        {"original": batch.pixels.numpy(), "reconstruction": reconstructions},
    )
    images = {name: [as_image(picture) for picture in column[:rows]] for name, column in columns.items()}
    grid(images, batch.captions).save(path)
