"""How far two pictures are apart to the eye: structure (SSIM), features (LPIPS). All take uint8 (N, C, H, W)."""

from __future__ import annotations

import numpy as np
import torch
from torchmetrics.functional.image import structural_similarity_index_measure

from figgen.data.loading.images import to_pixels
from figgen.losses.perceptual import Lpips

AT_ONCE = 16


def ssim(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Structural similarity per picture (N,), Gaussian window of σ = 1.5 (Wang et al. 2004); 1 for equal pictures."""
    first, second = (torch.from_numpy(pictures).float() / 255 for pictures in (a, b))
    values = structural_similarity_index_measure(first, second, data_range=1.0, reduction="none")
    assert isinstance(values, torch.Tensor)
    return values.double().reshape(-1).numpy()


@torch.no_grad()
def lpips(a: np.ndarray, b: np.ndarray, net: Lpips) -> np.ndarray:
    """LPIPS per picture (N,); 0 for equal pictures."""
    pairs = zip(*(torch.from_numpy(pictures).to(net.mean.device).split(AT_ONCE) for pictures in (a, b)), strict=True)
    return torch.cat([net.distances(to_pixels(x), to_pixels(y)) for x, y in pairs]).double().cpu().numpy()
