"""The third stage: draw captions of unseen figures from noise, look what can be read, keep the pictures."""

from __future__ import annotations

import numpy as np
import torch

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.batch import Batch
from figgen.diffusion.generate import generate
from figgen.diffusion.module import TextDenoiser
from figgen.layout.character_map import character_map
from figgen.layout.drawn import read_layout
from figgen.layout.repair import repaired, warn_of
from figgen.layout.typeset import typeset
from figgen.metrics.readability import Words, readability
from figgen.metrics.readers import tesseract
from figgen.metrics.suite import named, words_of
from figgen.ocr.batch import BoxBatch
from figgen.reporting.pictures import as_image, grid, save_gif
from figgen.reporting.views import with_plain_loss
from figgen.runs.progress import progress
from figgen.runs.tracking import Mirror
from figgen.stages import build, lettering, planner
from figgen.stages.assess import load_autoencoder, reconstructed, unseen
from figgen.stages.context import Context, Results, record_results
from figgen.stages.road import science
from figgen.training.weights import EXPORT, load_weights

IN_GIF = 4  # pictures that the animation shows
GENERATED = {
    "none": "generated from the caption",
    "planned": "generated from the caption, layout planned",
    "given": "generated, true layout given",
    "drawn": "generated, layout drawn by hand",
}


def make(context: Context, mirror: Mirror) -> Results:
    """From captions of the split that is judged to pictures in the run's folder, and to numbers."""
    cfg, autoencoder = context.cfg, lettering.load(context)
    module = build.diffusion_module(cfg, autoencoder)
    load_weights(module.ema, context.folder("diffusion").path / EXPORT)
    model = module.ema.eval().to(build.device(cfg))
    batch = unseen(context, cfg.evaluation.num_generated)
    layout = layout_for(context, batch)
    pictures, frames = draw(context, model, autoencoder, batch.captions, layout)
    results: Results = {"n": len(batch), "split": cfg.evaluation.split, "layout": cfg.layout.name}
    if any(truth := words_of(batch.words)):
        rows = {"generated": pictures}
        if layout is not None:
            rows["font"] = typeset(context.spelled(batch.boxes, batch.captions), tuple(cfg.dataset.size))
        if cfg.layout.name == "planned":
            told = context.spelled(batch.boxes, batch.captions)
            rows["given"] = draw(context, model, autoencoder, batch.captions, told, label="with true layouts ")[0]
        results |= read(context, rows, truth)
    reconstructions = reconstructed(load_autoencoder(context), batch.pixels, cfg.evaluation.batch_size).numpy()
    show(context, batch, reconstructions, pictures, mirror)
    shown = batch.captions[:IN_GIF]
    save_gif({k: frame[:IN_GIF] for k, frame in frames.items()}, shown, context.run.samples / "denoising.gif")
    mirror.artifact(context.run.samples / "denoising.gif", "samples")
    record_results(results, context.folder("evaluation"), mirror, 0)
    return results


def layout_for(context: Context, batch: Batch) -> BoxBatch | None:
    """Which words are to stand where in the pictures of a batch's captions; None where captions are all there is."""
    cfg = context.cfg
    if cfg.layout.name == "planned":
        return planner.planned(context, batch.captions)
    if cfg.layout.name == "drawn":
        drawn = repaired(read_layout(cfg.layout.boxes), tuple(cfg.dataset.size))
        warn_of([drawn])
        return BoxBatch.collate([drawn.boxes] * len(batch))
    return context.spelled(batch.boxes, batch.captions) if cfg.layout.name == "given" else None


def read(context: Context, rows: dict[str, np.ndarray], truth: Words) -> Results:
    """What Tesseract reads in each row of pictures (N, C, H, W), and in the generated ones against others' words."""
    engine = tesseract(context.cfg.evaluation.ocr_scale, context.cfg.evaluation.ocr_psm)
    found = {name: engine.read(pictures, f"{name} pictures") for name, pictures in rows.items()}
    results: Results = {"ocr_engine": engine.version}
    for name, words in found.items():
        results |= named(engine, name, readability(words, truth))
    shuffled = readability(found["generated"], [*truth[1:], truth[0]])
    return results | named(engine, "shuffled", {"f1": shuffled["f1"]})


def draw(
    context: Context,
    model: TextDenoiser,
    autoencoder: Autoencoder,
    captions: tuple[str, ...],
    layout: BoxBatch | None,
    label: str = "",
) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """All captions => pictures (N, C, H, W) uint8, and the frames (n, C, H, W) of the first batch by step."""
    cfg, pictures, frames = context.cfg, [], dict[int, np.ndarray]()
    height, width = cfg.dataset.size
    f, seeds = autoencoder.downsample, planner.picture_seeds(context, len(captions))
    for start in range(0, len(captions), cfg.evaluation.batch_size):
        stop = min(start + cfg.evaluation.batch_size, len(captions))
        told = layout and character_map(layout.pictures(start, stop), (height, width), glyphs=cfg.layout.glyphs)
        with progress(f"drawing {label}{stop}/{len(captions)}", cfg.solver.steps, "steps") as meter:
            done, seen = generate(
                model,
                autoencoder,
                build.scheduler(cfg),
                captions[start:stop],
                seeds[start:stop],
                latent_size=(height // f, width // f),
                steps=cfg.solver.steps,
                guidance=cfg.solver.guidance,
                map=told.to(build.device(cfg)) if told else None,
                frames=cfg.evaluation.gif_frames if start == 0 else 0,
                meter=meter,
            )
        pictures.append(done)
        frames |= {step: frame.numpy() for step, frame in seen.items()}
    return torch.cat(pictures).numpy(), frames


def show(context: Context, batch: Batch, reconstructions: np.ndarray, pictures: np.ndarray, mirror: Mirror) -> None:
    """samples/grid.png, and a PNG and its caption for each generated picture."""
    samples, rows, originals = context.run.samples, context.cfg.evaluation.grid_rows, batch.pixels.numpy()
    plain = with_plain_loss(context.run, science(context.cfg, "autoencoder"), originals)
    columns = {
        "original": [*originals],
        **({"reconstruction, loss=plain": plain} if plain else {}),
        f"reconstruction, loss={context.cfg.loss.name}": [*reconstructions],
        GENERATED[context.cfg.layout.name]: [*pictures],
    }
    (samples / "generated").mkdir(parents=True, exist_ok=True)
    images = {name: [as_image(picture) for picture in column[:rows]] for name, column in columns.items()}
    grid(images, batch.captions).save(samples / "grid.png")
    mirror.artifact(samples / "grid.png", "samples")
    for i, (caption, picture) in enumerate(zip(batch.captions, pictures, strict=True)):
        as_image(picture, zoom=1).save(samples / "generated" / f"{i:04d}.png")
        (samples / "generated" / f"{i:04d}.txt").write_text(f"{caption}\n")
