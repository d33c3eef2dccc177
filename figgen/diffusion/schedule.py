"""How latents are destroyed: α̅_t and the two formulas that hang on it."""

from __future__ import annotations

import torch
from diffusers import DDPMScheduler
from torch import Tensor, nn

from figgen.cli.kinds import Fraction
from figgen.diffusion.options import BetaSchedule, Weighting

SHARP = 0.2  # spread of the noise below which latents are as good as clean


class NoiseSchedule(nn.Module):
    """The forward marginal q(x_t | x_0) = N(√ᾱ_t·x_0, 1 - ᾱ_t) for t = 0 … T-1."""

    alpha_bar: Tensor

    def __init__(
        self,
        num_steps: int = 1000,
        beta_start: Fraction = 1e-4,
        beta_end: Fraction = 0.02,
        beta_schedule: BetaSchedule = "linear",
    ) -> None:
        super().__init__()
        self.num_steps = num_steps
        self.config = {
            "num_train_timesteps": num_steps,
            "beta_start": beta_start,
            "beta_end": beta_end,
            "beta_schedule": beta_schedule,
        }
        self.register_buffer("alpha_bar", DDPMScheduler(**self.config).alphas_cumprod, persistent=False)

    def coefficients(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """t (B,) => √ᾱ_t and √(1 - ᾱ_t), each (B, 1, 1, 1)."""
        alpha_bar = self.alpha_bar[t][:, None, None, None]
        return alpha_bar.sqrt(), (1 - alpha_bar).sqrt()

    def add_noise(self, x_0: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """x_t = √ᾱ_t·x_0 + √(1 - ᾱ_t)·ε."""
        signal, spread = self.coefficients(t)
        return signal * x_0 + spread * noise

    def noise_between(self, x_0: Tensor, x_t: Tensor, t: Tensor) -> Tensor:
        """The ε that leads from x_0 to x_t: (x_t - √ᾱ_t·x_0) / √(1 - ᾱ_t)."""
        signal, spread = self.coefficients(t)
        return (x_t - signal * x_0) / spread

    def predict_x_0(self, x_t: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """The x_0 that `noise` leads to x_t from: (x_t - √(1 - ᾱ_t)·ε) / √ᾱ_t."""
        signal, spread = self.coefficients(t)
        return (x_t - spread * noise) / signal

    def weight(self, t: Tensor, weighting: Weighting) -> Tensor:
        """What an error in ε counts (B,): as such; as the error in x_0 that it makes, (1 - ᾱ)/ᾱ; or between the two.

        Between: the error in x_0 over the noise's spread, so that shapes and edges both are asked for. Where there is
        less noise than SHARP nothing more is to be learned, and what a net gets wrong there would drown all else.
        """
        signal, spread = (value[:, 0, 0, 0] for value in self.coefficients(t))
        in_x_0 = (spread / signal).square()
        return {"noise": torch.ones_like(signal), "x_0": in_x_0, "between": in_x_0 / spread.clamp_min(SHARP)}[weighting]
