"""The second stage: train the denoiser and its text encoder on cached latents."""

from __future__ import annotations

from figgen.diffusion.caches import LATENTS, LatentCache
from figgen.runs.tracking import Mirror
from figgen.stages import build, lettering, looks
from figgen.stages.context import Context, Results, keep_results
from figgen.training.weights import EXPORT, save_weights


def make(context: Context, mirror: Mirror) -> Results:
    """From the training pictures' latents to averaged weights in the stage's folder."""
    cfg, folder = context.cfg, context.folder("diffusion")
    autoencoder = lettering.load(context)
    encoded = context.folder("lettering" if cfg.autoencoder.text_aware else "autoencoder")
    cache = LatentCache.make(autoencoder, context.layouts("train"), encoded.path / LATENTS)
    module = build.diffusion_module(cfg, autoencoder)
    look = looks.of_diffusion(context, module, autoencoder)
    context.fit("diffusion", module, cache, cfg.denoiser.batch_size, mirror, look)
    save_weights(module.ema.cpu(), folder.path / EXPORT)
    results = {"steps": cfg.denoiser.steps, "parameters": sum(p.numel() for p in module.ema.parameters())}
    keep_results(folder, results)
    return results
