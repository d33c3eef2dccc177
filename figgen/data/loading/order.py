"""The order in which training sees its pictures: a pure function of (seed, epoch), endless, with a known place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np


class EndlessBatches:
    """Index lists of `batch_size` for rank `rank` of `world_size`, from step `start_step` on, without end.

    Shuffled epochs are laid end to end and cut into batches: every item comes once an epoch, also where batches do not
    divide it. Step k is the same whatever step one starts at. The ranks' batches of a step lie side by side in the
    stream. It is a batch sampler for a DataLoader, with no length, for it does not end.
    """

    def __init__(
        self, num_items: int, batch_size: int, seed: int, start_step: int = 0, *, rank: int = 0, world_size: int = 1
    ) -> None:
        if num_items < 1 or batch_size < 1 or not 0 <= rank < world_size or start_step < 0:
            raise ValueError(f"no order for {num_items=}, {batch_size=}, {start_step=}, {rank=}, {world_size=}")
        self.num_items, self.batch_size, self.seed, self.start_step = num_items, batch_size, seed, start_step
        self.rank, self.world_size = rank, world_size

    def __iter__(self) -> Iterator[list[int]]:
        epoch_order = lru_cache(maxsize=2)(self.epoch_order)
        place = (self.start_step * self.world_size + self.rank) * self.batch_size
        while True:
            epochs, offsets = np.divmod(np.arange(place, place + self.batch_size), self.num_items)
            yield [int(epoch_order(int(epoch))[offset]) for epoch, offset in zip(epochs, offsets, strict=True)]
            place += self.world_size * self.batch_size

    def epoch_order(self, epoch: int) -> np.ndarray:
        """The items 0 ... num_items-1 in the order of an epoch."""
        return np.random.default_rng([self.seed, epoch]).permutation(self.num_items)
