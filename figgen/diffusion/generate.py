"""From captions to pictures: a diffusers solver, guidance, and one generator per picture."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import SchedulerMixin
from torch import Tensor

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.images import to_uint8
from figgen.diffusion.module import TextDenoiser
from figgen.runs.progress import Meter

Encoded = tuple[Tensor, Tensor]  # captions as features (B, L, F) and mask (B, L)


@torch.no_grad()
def generate(
    model: TextDenoiser,
    autoencoder: Autoencoder,
    scheduler: SchedulerMixin,
    captions: Sequence[str],
    seeds: Sequence[int],
    *,
    latent_size: tuple[int, int],
    steps: int,
    guidance: float,
    frames: int = 0,
    meter: Meter | None = None,
) -> tuple[Tensor, dict[int, Tensor]]:
    """B captions and seeds => pictures (B, C, H, W) uint8 and, by step, up to `frames` decoded states on the way.

    Picture i is a function of captions[i] and seeds[i] alone: it has a generator of its own.
    """
    device = autoencoder.shift.device
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    shape = (1, autoencoder.latent_channels, *latent_size)
    x = torch.cat([torch.randn(shape, generator=g) for g in generators]).to(device)
    scheduler.set_timesteps(steps, device=device)
    texts = model.text_encoder(captions), model.text_encoder([""] * len(captions))
    shown = set(torch.linspace(0, len(scheduler.timesteps) - 1, frames).round().int().tolist())
    seen: dict[int, Tensor] = {}
    for i, t in enumerate(scheduler.timesteps):
        noise = guided(model, x, t.expand(len(captions)).to(device), texts, guidance)
        x = scheduler.step(noise, t, x, generator=generators).prev_sample
        if i in shown:
            seen[i + 1] = decoded(autoencoder, x)
        if meter:
            meter.update(i + 1)
    return decoded(autoencoder, x), seen


def guided(model: TextDenoiser, x: Tensor, t: Tensor, texts: tuple[Encoded, Encoded], guidance: float) -> Tensor:
    """ε(x, "") + guidance · (ε(x, caption) - ε(x, "")); one pass where guidance is 1."""
    conditional = model.denoiser(x, t, *texts[0])
    if guidance == 1:
        return conditional
    unconditional = model.denoiser(x, t, *texts[1])
    return unconditional + guidance * (conditional - unconditional)


def decoded(autoencoder: Autoencoder, latents: Tensor) -> Tensor:
    """Final latents => uint8 pictures on the CPU; what an untrained denoiser throws far out is clamped."""
    return to_uint8(autoencoder.decode(latents).clamp(-1, 1)).cpu()
