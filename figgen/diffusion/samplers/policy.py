"""What every sampler is called with and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

Denoise = Callable[[Tensor, Tensor], Tensor]  # noisy latents (B, c, h, w), t (B,) => predicted noise


class TrainingInput(NamedTuple):
    """The denoiser is shown x_t at t and shall answer `target`."""

    x_t: Tensor  # (B, c, h, w)
    t: Tensor  # (B,) int64
    target: Tensor  # (B, c, h, w)


def normal_like(x: Tensor, generator: torch.Generator) -> Tensor:
    """ε ~ N(0, I) of x's shape, drawn on the CPU so that it is the same on every device."""
    return torch.randn(x.shape, generator=generator).to(x)


def uniform_steps(x_0: Tensor, num_steps: int, generator: torch.Generator) -> Tensor:
    """t ~ U{0 … T-1}, one per sample."""
    return torch.randint(num_steps, (x_0.shape[0],), generator=generator).to(x_0.device)
