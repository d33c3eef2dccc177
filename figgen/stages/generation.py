"""The third stage: draw captions of unseen figures from noise, look what can be read, keep the pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.batch import Batch
from figgen.diffusion.generate import SHOWN, generate
from figgen.diffusion.module import TextDenoiser
from figgen.layout.character_map import character_map
from figgen.layout.drawn import read_layout
from figgen.layout.repair import repaired, warn_of
from figgen.layout.typeset import typeset
from figgen.metrics.readability import Words, readability
from figgen.metrics.readers import Engine, tesseract
from figgen.metrics.scores import Scores, by_picture
from figgen.metrics.suite import named, numbers, words_of
from figgen.ocr.batch import BoxBatch
from figgen.reporting.pictures import as_image, grid, save_gif
from figgen.reporting.views import keep_generated, with_plain_loss
from figgen.runs.progress import progress
from figgen.runs.tracking import Mirror
from figgen.stages import build, lettering, planner
from figgen.stages.assess import load_autoencoder, reconstructed, unseen
from figgen.stages.context import Context, Results, keep_results
from figgen.stages.road import science
from figgen.training.weights import EXPORT, load_weights

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
    pictures, frames = draw(context, model, autoencoder, batch.captions, layout, frames=cfg.evaluation.gif_frames)
    results: Results = {"n": len(batch), "split": cfg.evaluation.split, "layout": cfg.layout.name}
    scores: dict[str, Scores] = {}
    if any(truth := words_of(batch.words)):
        rows = {"generated": pictures}
        if layout is not None:
            rows["font"] = typeset(context.spelled(batch.boxes, batch.captions), tuple(cfg.dataset.size))
        if cfg.layout.name == "planned":
            told = context.spelled(batch.boxes, batch.captions)
            rows["given"] = draw(context, model, autoencoder, batch.captions, told, label="with true layouts ")[0]
        engine = tesseract(cfg.evaluation.ocr_scale, cfg.evaluation.ocr_psm)
        scores = read(engine, rows, truth)
        results |= {"ocr_engine": engine.version} | numbers(scores)
    reconstructions = reconstructed(load_autoencoder(context), batch.pixels, cfg.evaluation.batch_size).numpy()
    show(context, batch, reconstructions, pictures)
    save_gif(frames, batch.captions[:SHOWN], context.run.samples / "denoising.gif")
    table = by_picture(batch.keys, {name: score.values for name, score in scores.items()})
    keep_results(context.folder("evaluation"), results, table)
    return results


def layout_for(context: Context, batch: Batch, places: Sequence[int] | None = None) -> BoxBatch | None:
    """Which words are to stand where in the pictures of a batch's captions; None where captions are all there is.

    places: as of `draw`.
    """
    cfg = context.cfg
    if cfg.layout.name == "planned":
        return planner.planned(context, batch.captions, places or range(len(batch)))
    if cfg.layout.name == "drawn":
        drawn = repaired(read_layout(cfg.layout.boxes), tuple(cfg.dataset.size))
        warn_of([drawn])
        return BoxBatch.collate([drawn.boxes] * len(batch))
    return context.spelled(batch.boxes, batch.captions) if cfg.layout.name == "given" else None


def read(engine: Engine, rows: dict[str, np.ndarray], truth: Words) -> dict[str, Scores]:
    """What is read in each row of pictures (N, C, H, W), and in the generated ones against others' words."""
    found = {name: engine.read(pictures, f"{name} pictures") for name, pictures in rows.items()}
    scores: dict[str, Scores] = {}
    for name, words in found.items():
        scores |= named(engine, name, readability(words, truth))
    shuffled = readability(found["generated"], [*truth[1:], truth[0]])
    return scores | named(engine, "shuffled", {"f1": shuffled["f1"]})


def draw(
    context: Context,
    model: TextDenoiser,
    autoencoder: Autoencoder,
    captions: tuple[str, ...],
    layout: BoxBatch | None,
    *,
    places: Sequence[int] | None = None,
    frames: int = 0,
    label: str = "",
) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """All captions => pictures (N, C, H, W) uint8, and so many frames (n, C, H, W) of the first batch by step.

    places: which pictures of the run these are, for their seeds; None: the first ones.
    """
    cfg, pictures, kept = context.cfg, [], dict[int, np.ndarray]()
    height, width = cfg.dataset.size
    f, seeds = autoencoder.downsample, planner.picture_seeds(context, places or range(len(captions)))
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
        GENERATED[context.cfg.layout.name]: [*pictures],
    }
    images = {name: [as_image(picture) for picture in column[:rows]] for name, column in columns.items()}
    samples.mkdir(parents=True, exist_ok=True)
    grid(images, batch.captions).save(samples / "grid.png")
    keep_generated(samples, batch.keys, batch.captions, pictures)
