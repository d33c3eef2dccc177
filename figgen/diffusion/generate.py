"""From captions to pictures: a diffusers solver, guidance, and one generator per picture."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import SchedulerMixin
from torch import Tensor, nn

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.images import to_uint8
from figgen.diffusion.condition import Condition
from figgen.diffusion.module import TextDenoiser
from figgen.layout.character_map import CharacterMap
from figgen.runs.progress import Meter

SHOWN = 4  # pictures whose states on the way are decoded


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
    map: CharacterMap | None = None,
    frames: int = 0,
    meter: Meter | None = None,
) -> tuple[Tensor, dict[int, Tensor]]:
    """B captions and seeds => pictures (B, C, H, W) uint8 and, by step, up to `frames` states of the first SHOWN.

    map: where which characters stand, for a denoiser or a decoder that looks at it.
    Picture i is a function of captions[i], seeds[i] and its layout alone: it has a generator of its own.
    """
    device = autoencoder.shift.device
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    shape = (1, autoencoder.latent_channels, *latent_size)
    x = torch.cat([torch.randn(shape, generator=g) for g in generators]).to(device)
    scheduler.set_timesteps(steps, device=device)
    wanted, unsaid = model.condition(captions, map), model.condition([""] * len(captions), map)
    shown = set(torch.linspace(0, len(scheduler.timesteps) - 1, frames).round().int().tolist())
    seen: dict[int, Tensor] = {}
    for i, t in enumerate(scheduler.timesteps):
        noise = guided(model.denoiser, x, t.expand(len(captions)).to(device), wanted, unsaid, guidance=guidance)
        x = scheduler.step(noise, t, x, generator=generators).prev_sample
        if i in shown:
            seen[i + 1] = decoded(autoencoder, x[:SHOWN], map and map.first(SHOWN))
        if meter:
            meter.update(i + 1)
    return decoded(autoencoder, x, map), seen


def guided(
    denoiser: nn.Module, x: Tensor, t: Tensor, wanted: Condition, unsaid: Condition, *, guidance: float
) -> Tensor:
    """ε(x, "") + guidance · (ε(x, caption) - ε(x, "")), the layout known to both; one pass where guidance is 1."""
    conditional = denoiser(x, t, wanted)
    if guidance == 1:
        return conditional
    unconditional = denoiser(x, t, unsaid)
    return unconditional + guidance * (conditional - unconditional)


def decoded(autoencoder: Autoencoder, latents: Tensor, map: CharacterMap | None = None) -> Tensor:
    """Final latents => uint8 pictures on the CPU; what an untrained denoiser throws far out is clamped."""
    return to_uint8(autoencoder.decode(latents, map).clamp(-1, 1)).cpu()
