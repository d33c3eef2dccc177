"""How far two pictures are apart to a network's eye (LPIPS)."""

from __future__ import annotations

import numpy as np
import torch

from figgen.data.loading.images import to_pixels
from figgen.losses.perceptual import Lpips, cached_weights
from figgen.metrics.pixels import check
from figgen.runs.errors import CheckpointError

AT_ONCE = 16


@torch.no_grad()
def lpips(a: np.ndarray, b: np.ndarray, net: Lpips) -> np.ndarray:
    """uint8 (N, C, H, W) twice => LPIPS per picture (N,); 0 for equal pictures."""
    check(a, b)
    pairs = zip(*(torch.from_numpy(pictures).to(net.mean.device).split(AT_ONCE) for pictures in (a, b)), strict=True)
    return torch.cat([net.distances(to_pixels(x), to_pixels(y)) for x, y in pairs]).double().cpu().numpy()


def network(weights: str | None) -> Lpips:
    """LPIPS with VGG16's weights from a file; None takes those that torchvision has downloaded before."""
    path = weights or cached_weights()
    if path is None:
        raise CheckpointError(
            "metrics: lpips needs VGG16's weights: give torchvision's file (vgg16-397923af.pth) as vgg_weights=PATH, "
            "or leave lpips out"
        )
    return Lpips(weights=str(path)).eval()
