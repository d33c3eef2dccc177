"""What passes between an autoencoder and its loss, and between a loss and the stages."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from figgen.ocr.batch import BoxBatch


class Posterior(NamedTuple):
    """A diagonal Gaussian over latents."""

    mean: Tensor  # (B, c, h, w)
    logvar: Tensor  # (B, c, h, w)


class LossParts(NamedTuple):
    """The number to minimise and the named, already weighted numbers it is the sum of."""

    total: Tensor  # ()
    parts: dict[str, Tensor]  # each ()


class Objective(nn.Module):
    """A loss, or a term of one. Beside its value it has something to say where it looks at words."""

    def examine(self, pixels: Tensor, boxes: BoxBatch) -> dict[str, float]:
        """Original training pictures (n, C, H, W) in [-1, 1] and their words => what was measured on them.

        Raises where nothing could be learned from them.
        """
        return {}

    def report(self) -> dict[str, int]:
        """What was counted while it trained."""
        return {}

    def words_read(self, pixels: Tensor, boxes: BoxBatch) -> list[bool]:
        """Of each word that its own reader could read: does it, in `pixels` (n, C, H, W)? Empty without a reader."""
        return []
