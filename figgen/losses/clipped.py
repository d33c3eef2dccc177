"""A picture is judged as it is saved: what lies beyond white is white.

Decoders are unbounded and pictures are not, so a reconstruction is clipped in the end. Where the target is white or
black, going further is then no error; a loss that says it is makes flat areas tremble around their own colour. Where
the target is anything else, what lies beyond stays as it is: clipping it would leave it no gradient to come back by.
"""

from __future__ import annotations

import torch
from torch import Tensor


def clipped(recon: Tensor, target: Tensor) -> Tensor:
    """Pixels x̂ and x (B, C, H, W) => x̂, but x where x is an end of [-1, 1] and x̂ lies beyond it."""
    beyond = ((target >= 1) & (recon > 1)) | ((target <= -1) & (recon < -1))
    return torch.where(beyond, target, recon)
