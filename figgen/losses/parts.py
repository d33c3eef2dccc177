"""What passes between an autoencoder and its loss."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Posterior(NamedTuple):
    """A diagonal Gaussian over latents."""

    mean: Tensor  # (B, c, h, w)
    logvar: Tensor  # (B, c, h, w)


class LossParts(NamedTuple):
    """The number to minimise and the named, already weighted numbers it is the sum of."""

    total: Tensor  # ()
    parts: dict[str, Tensor]  # each ()
