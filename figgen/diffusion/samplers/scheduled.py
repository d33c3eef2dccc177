"""Scheduled sampling (Deng et al., ICLR 2023): the noisy latent is sometimes the model's own roll-out.

The roll-out starts m steps noisier, at t + m, and comes back to t by predicting x_0 and re-noising it with the
forward marginal. The target is the noise that leads from the *true* x_0 to the roll-out's x_t.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from figgen.cli.kinds import Fraction
from figgen.diffusion.samplers.policy import Denoise, TrainingInput, normal_like, uniform_steps
from figgen.diffusion.schedule import NoiseSchedule


class Scheduled:
    """p_m goes linearly from start[m-1] to end[m-1] over training, p_0 = 1 - Σ p_m; one m per batch."""

    def __init__(self, start: Sequence[Fraction] = (0.0,), end: Sequence[Fraction] = (0.8,)) -> None:
        self.start, self.end = torch.tensor(list(start)), torch.tensor(list(end))

    def probabilities(self, progress: float) -> Tensor:
        """Progress g/G in [0, 1] => p_0 … p_M."""
        p = self.start + progress * (self.end - self.start)
        return torch.cat([1 - p.sum(0, keepdim=True), p]).clamp_min(0)

    def __call__(
        self, x_0: Tensor, denoise: Denoise, schedule: NoiseSchedule, generator: torch.Generator, progress: float
    ) -> TrainingInput:
        t = uniform_steps(x_0, schedule.num_steps, generator)
        m = int(torch.multinomial(self.probabilities(progress), 1, generator=generator))
        m = max(0, min(m, schedule.num_steps - 1 - int(t.max())))  # the whole batch is lowered, t is not redrawn
        noise = normal_like(x_0, generator)
        if m == 0:
            return TrainingInput(schedule.add_noise(x_0, noise, t), t, noise)
        x_t = roll_out(schedule.add_noise(x_0, noise, t + m), t, m, denoise, schedule=schedule, generator=generator)
        return TrainingInput(x_t, t, schedule.noise_between(x_0, x_t, t))


@torch.no_grad()
def roll_out(
    x: Tensor, t: Tensor, m: int, denoise: Denoise, *, schedule: NoiseSchedule, generator: torch.Generator
) -> Tensor:
    """x_{t+m} => x_t by m of the model's own predictions; x̂_0 is not clipped, each ε is fresh."""
    for s in reversed(range(m)):
        x_0 = schedule.predict_x_0(x, denoise(x, t + s + 1), t + s + 1)
        x = schedule.add_noise(x_0, normal_like(x, generator), t + s)
    return x
