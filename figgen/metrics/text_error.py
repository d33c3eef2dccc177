"""The text perceptual loss as a number to judge by: squared error where words stand, each word alike."""

from __future__ import annotations

import numpy as np
import torch

from figgen.data.loading.images import to_pixels
from figgen.losses.weight_maps import weight_map
from figgen.ocr.batch import BoxBatch


def tpl(a: np.ndarray, b: np.ndarray, boxes: BoxBatch) -> np.ndarray:
    """uint8 (N, C, H, W) twice, and their words => TPL per picture (N,), on pixels in [-1, 1]; NaN without words."""
    weights = weight_map(boxes, *a.shape[1:]) * len(a)  # the published sum is a mean over pictures
    error = (to_pixels(torch.from_numpy(a)) - to_pixels(torch.from_numpy(b))).square()
    has_words = weights.flatten(1).amax(1) > 0
    return (weights * error).sum((1, 2, 3)).where(has_words, torch.nan).double().numpy()
