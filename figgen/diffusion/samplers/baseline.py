"""Plain DDPM training: noise added to the true latent (Ho et al. 2020, algorithm 1)."""

from __future__ import annotations

import torch
from torch import Tensor

from figgen.diffusion.samplers.policy import Denoise, TrainingInput, normal_like, uniform_steps
from figgen.diffusion.schedule import NoiseSchedule


class Baseline:
    """x_t ~ q(x_t | x_0), target ε."""

    def __call__(
        self, x_0: Tensor, denoise: Denoise, schedule: NoiseSchedule, generator: torch.Generator, progress: float
    ) -> TrainingInput:
        t = uniform_steps(x_0, schedule.num_steps, generator)
        noise = normal_like(x_0, generator)
        return TrainingInput(schedule.add_noise(x_0, noise, t), t, noise)
