"""Training a planner on captions and boxes; pictures are not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from figgen.data.loading.fitted import FittedSplit
from figgen.data.shards import words_of
from figgen.layout.planner import Planner
from figgen.layout.words import respelled
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.training.options import OptimSettings
from figgen.training.seeding import seeded
from figgen.training.stepping import SteppedModule


@dataclass(frozen=True)
class LayoutBatch:
    """Some captions, and where the words of their pictures stand."""

    keys: tuple[str, ...]
    captions: tuple[str, ...]
    boxes: tuple[tuple[TextBox, ...], ...]  # in pixels of the fitted pictures

    def to(self, device: torch.device | str) -> LayoutBatch:
        return self


@dataclass(frozen=True)
class Layouts:
    """A fitted split without its pictures. folded: its annotation has lost case and punctuation."""

    split: FittedSplit
    folded: bool = False

    @cached_property
    def words(self) -> list[tuple[TextBox, ...]]:
        """Of each picture."""
        columns = self.split.table.select(["quads", "texts", "confidences"])
        return [words_of(row) for row in columns.to_pylist()]

    def boxes(self, indices: Sequence[int] | None = None) -> BoxBatch:
        """The words of the pictures at `indices`, or of all, as spelled as can be known."""
        boxes, captions = self.split.boxes(indices), self.split.captions
        if not self.folded:
            return boxes
        return respelled(boxes, captions if indices is None else [captions[i] for i in indices])

    def __len__(self) -> int:
        return len(self.split)

    def batch(self, indices: Sequence[int]) -> LayoutBatch:
        return LayoutBatch(
            keys=tuple(self.split.keys[i] for i in indices),
            captions=tuple(self.split.captions[i] for i in indices),
            boxes=tuple(self.words[i] for i in indices),
        )


class LayoutModule(SteppedModule[LayoutBatch]):
    """-log p of the layouts that the pictures have."""

    def __init__(self, planner: Planner, optim: OptimSettings, seed: int) -> None:
        super().__init__(optim, seed)
        self.planner = planner

    def losses(self, batch: LayoutBatch) -> tuple[Tensor, dict[str, Tensor]]:
        with seeded(self.seed, "planner", self.global_rank, self.global_step):  # dropout
            return self.planner.losses(batch.captions, batch.boxes)

    def trained(self) -> nn.Module:
        return self.planner
