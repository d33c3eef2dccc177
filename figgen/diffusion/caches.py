"""Latents of a whole split, encoded once: posterior mean and spread, so that every step still draws its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from figgen.autoencoder.base import Autoencoder
from figgen.data.loading.fitted import FittedSplit
from figgen.data.loading.images import to_pixels
from figgen.layout.module import Layouts
from figgen.losses.parts import Posterior
from figgen.ocr.batch import BoxBatch
from figgen.runs.files import whole_file
from figgen.runs.progress import progress

LATENTS = "cache/latents-train.npy"  # within the folder of the stage whose latents they are


@dataclass(frozen=True)
class LatentBatch:
    """Some pictures as posteriors over raw latents, with their captions."""

    keys: tuple[str, ...]
    captions: tuple[str, ...]
    posterior: Posterior  # each (B, c, h, w)
    boxes: BoxBatch  # where their words stand; its corners stay on the CPU

    def to(self, device: torch.device | str) -> LatentBatch:
        return LatentBatch(self.keys, self.captions, Posterior(*(x.to(device) for x in self.posterior)), self.boxes)

    def __len__(self) -> int:
        return len(self.keys)


@torch.no_grad()
def encode_split(autoencoder: Autoencoder, split: FittedSplit, batch_size: int = 32) -> Posterior:
    """All N pictures => mean and logvar, each (N, c, h, w) on the CPU."""
    device = autoencoder.shift.device
    parts: list[Posterior] = []
    with progress("encoding", len(split), "images") as meter:
        for start in range(0, len(split), batch_size):
            batch = split.batch(range(start, min(start + batch_size, len(split))))
            posterior = autoencoder.encode_figures(to_pixels(batch.pixels.to(device)), batch.boxes)
            parts.append(Posterior(*(x.cpu() for x in posterior)))
            meter.update(min(start + batch_size, len(split)))
    return Posterior(*(torch.cat(x) for x in zip(*parts, strict=True)))


class LatentCache:
    """A split's latents in one memory-mapped file, beside the captions."""

    def __init__(self, layouts: Layouts, path: Path) -> None:
        self.layouts, self.latents = layouts, np.load(path, mmap_mode="r")

    @classmethod
    def make(cls, autoencoder: Autoencoder, layouts: Layouts, path: Path) -> LatentCache:
        """Open the file at `path`, encoding the split first where it is not there."""
        if not path.exists():
            posterior = encode_split(autoencoder, layouts.split)
            with whole_file(path) as file:
                np.save(file, torch.stack(list(posterior)).numpy())
        return cls(layouts, path)

    def __len__(self) -> int:
        return len(self.layouts)

    def batch(self, indices: Sequence[int]) -> LatentBatch:
        mean, logvar = (torch.from_numpy(half[list(indices)]) for half in self.latents)
        split = self.layouts.split
        return LatentBatch(
            keys=tuple(split.keys[i] for i in indices),
            captions=tuple(split.captions[i] for i in indices),
            posterior=Posterior(mean, logvar),
            boxes=self.layouts.boxes(indices),
        )


def measured_on(autoencoder: Autoencoder, posterior: Posterior) -> Tensor:
    """Measure shift and scale, and return the variance of the final latents per channel, which must be 1."""
    autoencoder.measure(posterior)
    latents = autoencoder.encode_latents(posterior.mean)
    spread = (posterior.logvar.exp() * autoencoder.scale.square()).mean((0, 2, 3))
    return latents.var((0, 2, 3), correction=0) + spread
