"""The third stage: draw captions of unseen figures from noise, look what can be read, keep the pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.batch import Batch
from figgen.diffusion.generate import generate
from figgen.diffusion.module import TextDenoiser
from figgen.metrics.readability import readability
from figgen.metrics.readers import tesseract
from figgen.metrics.scores import Scores, by_picture
from figgen.metrics.suite import named, numbers, words_of
from figgen.reporting.pictures import as_image, grid, save_gif
from figgen.reporting.views import keep_generated, with_plain_loss
from figgen.runs.progress import progress
from figgen.runs.tracking import Mirror
from figgen.stages import build
from figgen.stages.assess import load_autoencoder, reconstructed, unseen
from figgen.stages.context import Context, Results, keep_results
from figgen.stages.road import science
from figgen.training.weights import EXPORT, load_weights

IN_GIF = 4  # pictures that the animation shows


def make(context: Context, mirror: Mirror) -> Results:
    """From captions of the split that is judged to pictures in the run's folder, and to numbers."""
    cfg, autoencoder = context.cfg, load_autoencoder(context)
    module = build.diffusion_module(cfg, autoencoder)
    load_weights(module.ema, context.folder("diffusion").path / EXPORT)
    batch = unseen(context, cfg.evaluation.num_generated)
    model, seeds = module.ema.eval().to(build.device(cfg)), [cfg.evaluation.seed + i for i in range(len(batch))]
    pictures, frames = draw(context, model, autoencoder, batch.captions, seeds, frames=cfg.evaluation.gif_frames)
    results: Results = {"n": len(batch), "split": cfg.evaluation.split}
    scores: dict[str, Scores] = {}
    if any(truth := words_of(batch.words)):
        engine = tesseract(cfg.evaluation.ocr_scale, cfg.evaluation.ocr_psm)
        scores = named(engine, "generated", readability(engine.read(pictures, "generated pictures"), truth))
        results |= {"ocr_engine": engine.version} | numbers(scores)
    reconstructions = reconstructed(autoencoder, batch.pixels, cfg.evaluation.batch_size).numpy()
    show(context, batch, reconstructions, pictures)
    shown = batch.captions[:IN_GIF]
    save_gif({k: frame[:IN_GIF] for k, frame in frames.items()}, shown, context.run.samples / "denoising.gif")
    table = by_picture(batch.keys, {name: score.values for name, score in scores.items()})
    keep_results(context.folder("evaluation"), results, table)
    return results


def draw(
    context: Context,
    model: TextDenoiser,
    autoencoder: Autoencoder,
    captions: tuple[str, ...],
    seeds: Sequence[int],
    *,
    frames: int,
) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """All captions => pictures (N, C, H, W) uint8, and so many frames (n, C, H, W) of the first batch by step."""
    cfg, pictures, kept = context.cfg, [], dict[int, np.ndarray]()
    height, width = (side // autoencoder.downsample for side in cfg.dataset.size)
    for start in range(0, len(captions), cfg.evaluation.batch_size):
        texts = captions[start : start + cfg.evaluation.batch_size]
        with progress(f"drawing {start + len(texts)}/{len(captions)}", cfg.solver.steps, "steps") as meter:
            done, seen = generate(
                model,
                autoencoder,
                build.scheduler(cfg),
                texts,
                seeds[start : start + len(texts)],
                latent_size=(height, width),
                steps=cfg.solver.steps,
                guidance=cfg.solver.guidance,
                frames=frames if start == 0 else 0,
                meter=meter,
            )
        pictures.append(done)
        kept |= {step: frame.numpy() for step, frame in seen.items()}
    return torch.cat(pictures).numpy(), kept


def show(context: Context, batch: Batch, reconstructions: np.ndarray, pictures: np.ndarray) -> None:
    """samples/grid.png, and all generated pictures with their captions."""
    samples, rows, originals = context.run.samples, context.cfg.evaluation.grid_rows, batch.pixels.numpy()
    wanted = dict(zip(batch.keys[:rows], originals, strict=False))
    plain = with_plain_loss(context.run, science(context.cfg, "autoencoder"), wanted)
    columns = {
        "original": [*originals],
        **({"reconstruction, loss=plain": plain} if plain else {}),
        f"reconstruction, loss={context.cfg.loss.name}": [*reconstructions],
        "generated from the caption": [*pictures],
    }
    images = {name: [as_image(picture) for picture in column[:rows]] for name, column in columns.items()}
    samples.mkdir(parents=True, exist_ok=True)
    grid(images, batch.captions).save(samples / "grid.png")
    keep_generated(samples, batch.keys, batch.captions, pictures)
