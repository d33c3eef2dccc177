"""What is looked at during training: the same few validation items, reconstructed or drawn."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.batch import Batch
from figgen.data.loading.images import to_pixels
from figgen.diffusion.generate import generate
from figgen.diffusion.module import DiffusionModule
from figgen.layout.character_map import CharacterMap, character_map
from figgen.metrics.pixels import psnr
from figgen.reporting.pictures import as_image, mosaic
from figgen.stages import build
from figgen.stages.assess import reconstructed
from figgen.stages.context import Context
from figgen.training.looking import Look, Seen
from figgen.training.seeding import drawn, generator_for

CURVE, SHOWN = 16, 4  # items that a point of the curve is the mean of, and those that are shown
SOLVED = 8  # solver's steps at most: rough pictures, cheaply


def validation_items(context: Context) -> Batch:
    """The same ones for every run on the same data, fewer or none where the split has no more."""
    split = context.source.split("val")
    return split.batch(drawn(context.cfg.evaluation.seed, "looked at", len(split), CURVE))


def of_autoencoder(context: Context, net: Autoencoder) -> Look | None:
    """Originals above their reconstructions; PSNR in dB."""
    batch = validation_items(context)
    originals = batch.pixels.numpy()

    def look() -> Seen:
        pictures = reconstructed(net, batch.pixels, context.cfg.evaluation.batch_size).numpy()
        return Seen(rows(originals, pictures), {"psnr": float(psnr(pictures, originals).mean())})

    return look if len(batch) else None


@torch.no_grad()
def of_diffusion(context: Context, module: DiffusionModule, autoencoder: Autoencoder) -> Look | None:
    """Originals above what the averaged net draws from their captions; its noise error, each at a step and a noise
    that never change."""
    cfg, batch = context.cfg, validation_items(context)
    pixels = to_pixels(batch.pixels.to(build.device(cfg)))
    x_0 = autoencoder.encode_latents(autoencoder.encode_figures(pixels, batch.boxes).mean)
    boxes = None if cfg.layout.name == "none" else context.spelled(batch.boxes, batch.captions)

    def told(count: int) -> CharacterMap | None:
        """The true words of the first pictures, for a run that looks at words."""
        size = tuple(cfg.dataset.size)
        if boxes is None:
            return None
        return character_map(boxes.pictures(0, count), size, glyphs=cfg.layout.glyphs).to(module.device)

    t = torch.linspace(0, module.schedule.num_steps - 1, len(batch)).round().long()
    noise = torch.randn(x_0.shape, generator=generator_for(cfg.evaluation.seed, "looked at"))
    seeds = [cfg.evaluation.seed + i for i in range(SHOWN)]

    def look() -> Seen:
        place, net = module.device, module.ema
        latents, steps, target = x_0.to(place), t.to(place), noise.to(place)
        error = F.mse_loss(
            net(module.schedule.add_noise(latents, target, steps), steps, batch.captions, told(len(batch))), target
        )
        pictures, _ = generate(
            net,
            autoencoder,
            build.scheduler(cfg),
            batch.captions[:SHOWN],
            seeds[: len(batch)],
            latent_size=tuple(latents.shape[2:]),  # type: ignore[arg-type]
            steps=min(cfg.solver.steps, SOLVED),
            guidance=cfg.solver.guidance,
            map=told(min(SHOWN, len(batch))),
        )
        return Seen(rows(batch.pixels.numpy(), pictures.numpy()), {"noise_mse": float(error)})

    return look if len(batch) else None


def rows(*stacks: np.ndarray) -> Image.Image:
    """The first pictures of each uint8 stack (N, C, H, W), a stack a row."""
    return mosaic([[as_image(picture, zoom=1) for picture in stack[:SHOWN]] for stack in stacks])
