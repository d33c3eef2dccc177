"""A run on its way: what every stage is given, and how its results are kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig

from figgen.data.loading.order import EndlessBatches
from figgen.data.source import DataSource
from figgen.layout.module import Layouts
from figgen.layout.words import respelled
from figgen.ocr.batch import BoxBatch
from figgen.runs.directory import Folder
from figgen.runs.files import write_json, write_text
from figgen.runs.tracking import Mirror
from figgen.stages import build
from figgen.stages.road import stage_folder
from figgen.training.fitting import Batches, fit
from figgen.training.looking import Look
from figgen.training.seeding import derive
from figgen.training.stepping import SteppedModule

TABLE = "images.csv"  # what a metric says of each picture: in a stage's folder
Results = dict[str, Any]  # names => numbers, {value, n, low, high}, or words


@dataclass(frozen=True)
class Context:
    """One run: its config, its data, its folder, and a folder per stage."""

    cfg: DictConfig
    source: DataSource
    run: Folder

    def folder(self, stage: str) -> Folder:
        """A stage's, shared by all runs that agree on what it depends on; evaluation is the run's own."""
        return stage_folder(self.cfg, self.source.fingerprint, stage)

    def layouts(self, split: str) -> Layouts:
        """Where the words of a split's figures stand, as spelled as can be known."""
        return Layouts(self.source.split(split), folded=self.is_folded)

    def spelled(self, boxes: BoxBatch, captions: Sequence[str]) -> BoxBatch:
        """The same for the words of some figures."""
        return respelled(boxes, captions) if self.is_folded else boxes

    @property
    def is_folded(self) -> bool:
        """Whether the annotation has lost case and punctuation."""
        return bool(self.cfg.detector.name == "annotation" and self.cfg.dataset.letters == "published")

    def order(self, items: Sized, batch_size: int, stage: str) -> Callable[[int], Iterator[list[int]]]:
        """From a step number to the batches that follow it."""
        rank, world = int(os.environ.get("LOCAL_RANK", 0)), self.cfg.trainer.devices
        seed = derive(self.cfg.seed, "order", stage)
        return lambda step: iter(EndlessBatches(len(items), batch_size, seed, step, rank=rank, world_size=world))

    def fit(
        self,
        stage: str,
        module: SteppedModule,
        items: Batches,
        batch_size: int,
        mirror: Mirror,
        look: Look | None = None,
    ) -> None:
        """Train a stage's module to its last step, from where an earlier attempt stopped."""
        fit(
            module,
            items,
            self.order(items, batch_size, stage),
            batch_size=batch_size,
            folder=self.folder(stage).path,
            label=stage,
            settings=build.trainer_settings(self.cfg),
            mirror=mirror,
            profiler=self.cfg.profiler,
            look=look,
        )


def keep_results(folder: Folder, results: Results, table: str | None = None) -> None:
    """Numbers of a finished stage as a file, beside the values of single pictures where it has some."""
    write_json(folder.path / "results.json", results)
    if table is not None:
        write_text(folder.path / TABLE, table)
