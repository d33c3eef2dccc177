"""What a picture is to be: its caption, and, where words have places, its layout."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Condition(NamedTuple):
    """Of B pictures, as a denoiser sees it."""

    features: Tensor  # (B, L, F): of the caption's tokens
    mask: Tensor  # (B, L) bool: where there are any
    hint: Tensor | None = None  # (B, K, h, w): of the layout, on the grid of the latents


def with_hint(x_t: Tensor, known: Condition) -> Tensor:
    """Noisy latents (B, c, h, w) => the same with what is known of the layout (B, c + K, h, w)."""
    return x_t if known.hint is None else torch.cat([x_t, known.hint], 1)
