"""The stage that teaches letters: pictures without their words, then a net that puts words on them again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from figgen.autoencoder.base import Autoencoder
from figgen.autoencoder.lettering_module import Windows
from figgen.autoencoder.text_aware import TextAware
from figgen.data.loading.batch import Batch
from figgen.data.loading.fitted import FittedSplit
from figgen.data.loading.images import to_pixels, to_uint8
from figgen.diffusion.caches import LATENTS, LatentCache, measured_on
from figgen.layout.erasing import erased
from figgen.losses.parts import Posterior
from figgen.metrics.bootstrap import interval
from figgen.metrics.pixels import psnr
from figgen.metrics.readability import readability
from figgen.metrics.readers import tesseract
from figgen.metrics.suite import words_of
from figgen.ocr.batch import BoxBatch
from figgen.runs.files import whole_file
from figgen.runs.progress import progress
from figgen.runs.tracking import Mirror
from figgen.stages import assess, build
from figgen.stages.context import Context, Results, keep_results
from figgen.training.seeding import generator_for
from figgen.training.weights import EXPORT, load_weights, save_weights


def make(context: Context, mirror: Mirror) -> Results:
    """From pictures and word boxes to a decoder that knows letters, its latents and its numbers."""
    cfg, folder, layouts = context.cfg, context.folder("lettering"), context.layouts("train")
    base = assess.load_autoencoder(context)
    grounds = folder.path / "cache" / "grounds-train.npy"
    keep_grounds(base, layouts.split, grounds, noise=cfg.lettering.noise, seed=cfg.seed)
    module = build.lettering_module(cfg)
    context.fit("lettering", module, Windows(layouts, grounds), cfg.lettering.batch_size, mirror)
    decoder = TextAware(base, module.lettering, glyphs=cfg.layout.glyphs).eval().to(build.device(cfg))
    latents = LatentCache.make(decoder, layouts, folder.path / LATENTS).latents
    measured_on(decoder.cpu(), Posterior(*(torch.from_numpy(np.array(half)) for half in latents)))
    save_weights(decoder, folder.path / EXPORT)
    steps = int(cfg.lettering.steps)
    results: Results = {"steps": steps, "parameters": sum(p.numel() for p in module.lettering.parameters())}
    results |= judged(context, decoder.to(build.device(cfg)))
    keep_results(folder, results)
    return results


def load(context: Context) -> Autoencoder:
    """What turns this run's latents into pictures: the finished autoencoder, with its letters where it has any."""
    base = assess.load_autoencoder(context)
    if not context.cfg.autoencoder.text_aware:
        return base
    decoder = TextAware(base, build.lettering(context.cfg), glyphs=context.cfg.layout.glyphs).eval()
    load_weights(decoder, context.folder("lettering").path / EXPORT)
    return decoder.requires_grad_(False).to(build.device(context.cfg))


@torch.no_grad()
def keep_grounds(base: Autoencoder, split: FittedSplit, path: Path, *, noise: float, seed: int) -> None:
    """All pictures without words, as the autoencoder gives them back from latents with noise, as uint8 at `path`.

    Each picture's noise has a spread of its own, up to `noise`: what diffusion makes is never quite what was encoded.
    """
    if path.exists():
        return
    parts, device = [], base.shift.device
    with progress("taking words off", len(split), "images") as meter:
        for start in range(0, len(split), 32):
            batch = split.batch(range(start, min(start + 32, len(split))))
            pixels = erased(to_pixels(batch.pixels), batch.boxes).to(device)
            latents = base.encode_latents(base.encode_pixels(pixels).mean)
            generator = generator_for(seed, "grounds", start)
            spread = noise * torch.rand(len(batch), 1, 1, 1, generator=generator)
            latents = latents + (spread * torch.randn(latents.shape, generator=generator)).to(device)
            parts.append(to_uint8(base.decode(latents).clamp(-1, 1)).cpu())
            meter.update(start + len(batch))
    with whole_file(path) as file:
        np.save(file, torch.cat(parts).numpy())


@torch.no_grad()
def judged(context: Context, decoder: TextAware) -> Results:
    """Unseen figures, encoded and decoded with their own words told; and with another figure's words instead.

    What is written must be what the map says: wrong words in it must be read as those, and not as the true ones.
    """
    cfg = context.cfg.evaluation
    batch = assess.unseen(context, cfg.num_reconstructions)
    engine, truth = tesseract(cfg.ocr_scale, cfg.ocr_psm), words_of(batch.words)
    told = context.spelled(batch.boxes, batch.captions)
    true = with_words(decoder, batch, told, cfg.batch_size)
    results: Results = {"psnr": interval(psnr(true.numpy(), batch.pixels.numpy())).to_dict()}
    results["told_word_f1"] = (
        readability(engine.read(true.numpy(), "figures with letters"), truth)["f1"].measured().to_dict()
    )
    wrong = swapped(told)
    read = engine.read(with_words(decoder, batch, wrong, cfg.batch_size).numpy(), "figures with wrong words")
    results["wrong_written_word_f1"] = readability(read, words_of(wrong.words()))["f1"].measured().to_dict()
    results["wrong_true_word_f1"] = readability(read, truth)["f1"].measured().to_dict()
    return results


def with_words(decoder: TextAware, batch: Batch, told: BoxBatch, batch_size: int) -> Tensor:
    """Pictures (N, C, H, W) uint8 through the latents of their grounds and styles, with the words of `told` on them."""
    device, parts = decoder.shift.device, []
    for start in range(0, len(batch), batch_size):
        stop = min(start + batch_size, len(batch))
        pixels = to_pixels(batch.pixels[start:stop]).to(device)
        latents = decoder.encode_latents(decoder.encode_figures(pixels, batch.boxes.pictures(start, stop)).mean)
        map = decoder.map_of(told.pictures(start, stop), (pixels.shape[2], pixels.shape[3])).to(device)
        parts.append(to_uint8(decoder.decode(latents, map).clamp(-1, 1)).cpu())
    return torch.cat(parts)


def swapped(boxes: BoxBatch) -> BoxBatch:
    """Every box with the text of another one, of the same length where there is one."""
    texts = list(boxes.texts)
    for length in set(map(len, texts)):
        places = [i for i, text in enumerate(boxes.texts) if len(text) == length]
        half = len(places) // 2
        for i, j in zip(places, places[half:] + places[:half], strict=True):
            texts[i] = boxes.texts[j]
    return replace(boxes, texts=tuple(texts))
