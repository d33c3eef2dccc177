"""The first stage: train the autoencoder, measure its latents, export it, judge it on unseen figures."""

from __future__ import annotations

import numpy as np
import torch

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.images import to_pixels
from figgen.diffusion.caches import LATENTS, LatentCache, measured_on
from figgen.losses.parts import Posterior
from figgen.runs.tracking import Mirror
from figgen.stages import assess, build, looks
from figgen.stages.context import Context, Results, keep_results
from figgen.training.seeding import drawn
from figgen.training.weights import EXPORT, EXPORTED_VAE, save_weights

SAMPLE = 256  # training pictures that a linear start is solved on and an OCR teacher is tried on


def make(context: Context, mirror: Mirror) -> Results:
    """From training pictures to weights, latents and numbers, all in the stage's folder."""
    folder, train = context.folder("autoencoder"), context.layouts("train")
    autoencoder = build.autoencoder(context.cfg)
    results: Results = fitted(context, autoencoder, mirror) if autoencoder.has_weights else {"steps": 0}
    autoencoder = autoencoder.eval().to(build.device(context.cfg))
    latents = LatentCache.make(autoencoder, train, folder.path / LATENTS).latents
    variance = measured_on(autoencoder.cpu(), Posterior(*(torch.from_numpy(np.array(half)) for half in latents)))
    save_weights(autoencoder, folder.path / EXPORT)
    autoencoder.export(folder.path / EXPORTED_VAE)
    results["parameters"] = sum(p.numel() for p in autoencoder.parameters())
    results["latent_variance"] = variance.mean().item()
    keep_results(folder, {**results, **assess.judge(context)})
    return results


def fitted(context: Context, autoencoder: Autoencoder, mirror: Mirror) -> Results:
    """Fit the net in place; => the steps that it took, and what its loss has to say about words."""
    cfg, train = context.cfg, context.source.split("train")
    module = build.autoencoder_module(cfg, autoencoder)
    start = train.batch(drawn(cfg.seed, "linear start", len(train), SAMPLE))
    originals = to_pixels(start.pixels)
    autoencoder.solve(originals)
    examined = module.loss.examine(originals, start.boxes)
    look = looks.of_autoencoder(context, autoencoder)
    context.fit("autoencoder", module, train, cfg.autoencoder.batch_size, mirror, look)
    return {"steps": int(cfg.autoencoder.steps), **examined, **module.loss.report()}
