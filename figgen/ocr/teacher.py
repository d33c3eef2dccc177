"""The seam between text recognisers and losses: upright crops of words in, differentiable numbers out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor, nn


class Features(NamedTuple):
    """What a recogniser's last layer sees of M crops."""

    values: Tensor  # (T, M, F)
    lengths: Tensor  # (M,) int64: how many of the T belong to each crop


class Teacher(nn.Module, ABC):
    """Reads upright crops of words, and says how far a crop is from a given text.

    Crops are RGB (M, 3, height, w <= max_width) in [-1, 1], whose first `widths` (M,) columns hold the word.
    """

    height: int  # of the crops it reads
    max_width: int  # of the crops it reads

    @abstractmethod
    def encode(self, text: str) -> list[int] | None:
        """The symbols of `text`; None where it cannot be read: unknown characters, nothing at all, too long."""

    @abstractmethod
    def misreading(self, crops: Tensor, widths: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
        """How unlikely the M encoded texts are, per symbol: (M,), 0 at best."""

    @abstractmethod
    def features(self, crops: Tensor, widths: Tensor) -> Features:
        """What the last layer sees."""

    @abstractmethod
    def read(self, crops: Tensor, widths: Tensor) -> list[str]:
        """M strings."""


def feature_distance(ours: Features, theirs: Features) -> Tensor:
    """Mean squared difference of each of M crops, over its own frames and all features: (M,)."""
    error = (ours.values - theirs.values).square().mean(2)  # (T, M)
    frames = error.new_ones(len(error)).cumsum(0)[:, None] <= ours.lengths
    return (error * frames).sum(0) / ours.lengths.clamp(min=1)
