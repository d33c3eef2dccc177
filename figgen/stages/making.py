"""What each stage does, from the stages before it to its own results."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.images import to_pixels
from figgen.diffusion.caches import LatentCache, measured_on
from figgen.diffusion.generate import generate
from figgen.losses.ocr import OcrLoss
from figgen.losses.parts import Posterior
from figgen.losses.tpl import TextPerceptualLoss
from figgen.metrics.readability import readability
from figgen.metrics.readers import tesseract
from figgen.metrics.suite import named, words_of
from figgen.reporting.pictures import as_image, grid, save_gif
from figgen.runs.console import say
from figgen.runs.directory import Folder
from figgen.runs.errors import DataError
from figgen.runs.progress import progress
from figgen.runs.tracking import Mirror
from figgen.stages import build
from figgen.stages.assess import columns, judge, load_autoencoder, reconstructed
from figgen.stages.context import Walk, record_results
from figgen.training.fitting import fit
from figgen.training.weights import EXPORT, EXPORTED_VAE, load_weights, save_weights

if TYPE_CHECKING:
    from figgen.data.loading.batch import Batch
    from figgen.data.loading.fitted import FittedSplit

SAMPLE = 256  # training pictures that a linear start is solved on and an OCR teacher is tried on


def make_autoencoder(way: Walk, folder: Folder, mirror: Mirror) -> dict[str, Any]:
    """Train, measure the latents, export, judge on unseen figures."""
    autoencoder, train = build.autoencoder(way.cfg), way.source.split("train")
    results: dict[str, Any] = {"steps": 0}
    if autoencoder.has_weights:
        results = train_autoencoder(way, autoencoder, train, folder, mirror)
    autoencoder = autoencoder.eval().cpu()
    latents = LatentCache.make(autoencoder, train, folder.path / "cache" / "latents-train.npy").latents
    variance = measured_on(autoencoder, Posterior(*(torch.from_numpy(np.array(half)) for half in latents)))
    save_weights(autoencoder, folder.path / EXPORT)
    autoencoder.export(folder.path / EXPORTED_VAE)
    results["parameters"] = sum(p.numel() for p in autoencoder.parameters())
    results["latent_variance"] = variance.mean().item()
    record_results({**results, **judge(way, folder, mirror)}, folder, mirror, results["steps"] + 1)
    return results


def train_autoencoder(
    way: Walk, autoencoder: Autoencoder, train: FittedSplit, folder: Folder, mirror: Mirror
) -> dict[str, Any]:
    """Fit the net in place; returns the steps that it took and what its teacher had to say."""
    cfg, module = way.cfg, build.autoencoder_module(way.cfg, autoencoder)
    start = train.batch(range(min(SAMPLE, len(train))))
    autoencoder.solve(to_pixels(start.pixels))
    check_words(module.loss, start)
    results = {"steps": int(cfg.autoencoder.steps), **examine_teacher(module.loss, start)}
    size = cfg.autoencoder.batch_size
    order, settings = way.order(train, size, "autoencoder"), build.trainer_settings(cfg)
    fit(
        module,
        train,
        order,
        batch_size=size,
        folder=folder.path,
        label="autoencoder",
        settings=settings,
        mirror=mirror,
        profiler=cfg.profiler,
    )
    if isinstance(module.loss, OcrLoss):
        results |= {"words_taught": int(module.loss.used), "words_dropped": int(module.loss.dropped)}
    return results


def check_words(loss: torch.nn.Module, batch: Batch) -> None:
    """A loss that looks at words needs boxes that say where they are."""
    if isinstance(loss, TextPerceptualLoss | OcrLoss) and not len(batch.boxes):
        raise DataError(
            f"This loss looks at words, and not one of {len(batch)} training pictures has a word box: prepare the "
            "data again with detector=rapidocr or detector=tesseract, or choose loss=plain or loss=ocr_perceptual."
        )


def examine_teacher(loss: torch.nn.Module, batch: Batch) -> dict[str, float]:
    """An OCR loss may only teach what its recogniser can read: its accuracy on original figures."""
    if not isinstance(loss, OcrLoss):
        return {}
    some = batch.first(32)
    accuracy = loss.check_teacher(to_pixels(some.pixels), some.boxes)
    if accuracy is None:
        return {}
    say(f"the recogniser reads {accuracy:.1%} of the words in original training figures")
    return {"teacher_accuracy": accuracy}


def make_diffusion(way: Walk, folder: Folder, mirror: Mirror) -> dict[str, Any]:
    """Train the denoiser and its text encoder on cached latents; export the averaged weights."""
    cfg, autoencoder = way.cfg, load_autoencoder(way)
    cache_path = way.folder("autoencoder").path / "cache" / "latents-train.npy"
    cache = LatentCache.make(autoencoder, way.source.split("train"), cache_path)
    module = build.diffusion_module(cfg, autoencoder)
    size = cfg.denoiser.batch_size
    order, settings = way.order(cache, size, "diffusion"), build.trainer_settings(cfg)
    fit(
        module,
        cache,
        order,
        batch_size=size,
        folder=folder.path,
        label="diffusion",
        settings=settings,
        mirror=mirror,
        profiler=cfg.profiler,
    )
    save_weights(module.ema.cpu(), folder.path / EXPORT)
    results = {"steps": cfg.denoiser.steps, "parameters": sum(p.numel() for p in module.ema.parameters())}
    record_results(results, folder, mirror, cfg.denoiser.steps + 1)
    return results


def make_evaluation(way: Walk, folder: Folder, mirror: Mirror) -> dict[str, Any]:
    """Draw test captions from noise; the picture grid, the denoising animation, what can be read."""
    cfg, autoencoder = way.cfg, load_autoencoder(way)
    module = build.diffusion_module(cfg, autoencoder)
    load_weights(module.ema, way.folder("diffusion").path / EXPORT)
    test = way.source.split("test")
    batch = test.batch(range(min(cfg.evaluation.num_generated, len(test))))
    pictures, frames = draw(way, module.ema.eval(), autoencoder, batch.captions)
    results: dict[str, Any] = {"n": len(batch)}
    if any(truth := words_of(batch)):
        engine = tesseract(cfg.evaluation.ocr_scale, cfg.evaluation.ocr_psm)
        results |= named(engine, "generated", readability(engine.read(pictures.numpy(), "generated pictures"), truth))
    show(way, batch, pictures, frames, autoencoder, mirror)
    record_results(results, folder, mirror, 0)
    return results


def draw(
    way: Walk, model: Any, autoencoder: Autoencoder, captions: tuple[str, ...]
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """All captions => pictures (N, C, H, W) uint8, and the frames of the first batch."""
    cfg = way.cfg
    latent_size = tuple(side // autoencoder.downsample for side in cfg.dataset.size)
    pictures, frames = [], []
    for start in range(0, len(captions), cfg.evaluation.batch_size):
        texts = captions[start : start + cfg.evaluation.batch_size]
        seeds = [cfg.evaluation.seed + start + i for i in range(len(texts))]
        wanted = cfg.evaluation.gif_frames if start == 0 else 0
        with progress(f"drawing {start + len(texts)}/{len(captions)}", cfg.solver.steps, "steps") as meter:
            solver = build.scheduler(cfg)
            done, seen = generate(
                model,
                autoencoder,
                solver,
                texts,
                seeds,
                latent_size,  # type: ignore[arg-type]
                cfg.solver.steps,
                cfg.solver.guidance,
                wanted,
                meter,
            )
        pictures.append(done)
        frames += seen
    return torch.cat(pictures), frames


def show(
    way: Walk, batch: Any, pictures: torch.Tensor, frames: list[torch.Tensor], autoencoder: Autoencoder, mirror: Mirror
) -> None:
    """samples/grid.png, samples/denoising.gif, and a PNG and caption per generated picture."""
    cfg, samples = way.cfg.evaluation, way.run.samples
    rows = range(min(cfg.grid_rows, len(batch)))
    again = reconstructed(autoencoder, batch.pixels, cfg.batch_size)
    drawn = {"generated from the caption": [as_image(pictures[i].numpy()) for i in rows]}
    (samples / "generated").mkdir(parents=True, exist_ok=True)
    grid({**columns(batch, again, rows), **drawn}).save(samples / "grid.png")
    save_gif([[picture.numpy() for picture in frame[:4]] for frame in frames], samples / "denoising.gif")
    for i, (caption, picture) in enumerate(zip(batch.captions, pictures, strict=True)):
        as_image(picture.numpy(), zoom=1).save(samples / "generated" / f"{i:04d}.png")
        (samples / "generated" / f"{i:04d}.txt").write_text(f"{caption}\n")
    for name in ("grid.png", "denoising.gif"):
        mirror.artifact(samples / name, "samples")


MAKERS: dict[str, Callable[[Walk, Folder, Mirror], dict[str, Any]]] = {
    "autoencoder": make_autoencoder,
    "diffusion": make_diffusion,
    "evaluation": make_evaluation,
}
