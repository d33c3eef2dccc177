"""Pixels, in one declared range: float32 in [-1, 1], channels first. One function in, one function out."""

from __future__ import annotations

import torch
from torch import Tensor


def to_pixels(raw: Tensor) -> Tensor:
    """uint8 (..., C, H, W) => float32 pixels in [-1, 1]."""
    if raw.dtype != torch.uint8:
        raise TypeError(f"raw pictures are uint8, got {raw.dtype}")
    return raw.float() / 127.5 - 1


def to_uint8(pixels: Tensor) -> Tensor:
    """float32 pixels (..., C, H, W), nominally in [-1, 1] => uint8. What lies outside is clamped."""
    check_range(pixels)
    return ((pixels.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def check_range(pixels: Tensor, limit: float = 3.0) -> None:
    """Raise where pixels cannot be in [-1, 1]: another dtype, or values that no small overshoot explains."""
    if not pixels.is_floating_point():
        raise TypeError(f"pixels are float in [-1, 1], got {pixels.dtype}")
    if pixels.numel() and not pixels.detach().abs().amax() <= limit:  # NaN is beyond any limit
        low, high = pixels.detach().aminmax()
        raise ValueError(f"pixels must be in [-1, 1], got [{low:.2f}, {high:.2f}]: were they scaled to 0..255?")
