"""A run on its way: what every stage is given, and how its results are kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig

from figgen.data.loading.order import EndlessBatches
from figgen.data.source import DataSource
from figgen.layout.module import Layouts
from figgen.layout.words import respelled
from figgen.ocr.batch import BoxBatch
from figgen.runs import provenance
from figgen.runs.directory import Folder, status_of
from figgen.runs.files import write_json
from figgen.runs.identity import flatten
from figgen.runs.metrics_log import MetricsLog
from figgen.runs.tracking import Mirror
from figgen.stages import build
from figgen.stages.road import science, signature, stage_folder
from figgen.training.fitting import Batches, fit
from figgen.training.seeding import derive
from figgen.training.stepping import SteppedModule

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

    def fit(self, stage: str, module: SteppedModule, items: Batches, batch_size: int, mirror: Mirror) -> None:
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
        )

    @contextmanager
    def mirrored(self, stage: str) -> Iterator[Mirror]:
        """An MLflow run for the stage, the same one at every attempt, with the status that is true at the end."""
        folder = self.folder(stage)
        mirror = Mirror(self.cfg.logger.tracking_uri, folder.state.get("mlflow_run_id"))
        name = folder.path.name if stage != "evaluation" else self.run.path.name
        log = MetricsLog(folder.path / "metrics.jsonl")
        mirror.open(self.cfg.group, f"{stage} {name}", self.tags(stage), flatten(science(self.cfg, stage)), log)
        folder.update(mlflow_run_id=mirror.wait_for_id())
        mirror.artifact(self.run.path / "config.yaml")
        try:
            yield mirror
        except BaseException as error:
            mirror.close(status_of(error))
            raise
        mirror.close("FINISHED")

    def tags(self, stage: str) -> dict[str, str]:
        """What one filters and compares by in the MLflow UI."""
        cfg, git = self.cfg, provenance.git_state()
        return {
            "stage": stage,
            "signature": signature(cfg, self.source.fingerprint, stage),
            "dataset": cfg.dataset.name,
            "loss": cfg.loss.name,
            "sampler": cfg.sampler.name,
            "layout": cfg.layout.name,
            "group": cfg.group,
            "data.source": self.source.resolved,
            "data.fingerprint": self.source.fingerprint,
            "git.commit": str(git["commit"]),
            "git.dirty": str(git["dirty"]),
            "host": provenance.machine()["host"],
            "command": provenance.command_line(),
            "run_directory": str(self.run.path),
        }


def record_results(results: Results, folder: Folder, mirror: Mirror, step: int) -> None:
    """Numbers of a finished stage, as a file, as a row of metrics and in MLflow."""
    write_json(folder.path / "results.json", results)
    row = {key: m["value"] if isinstance(m, dict) else m for key, m in results.items()}
    row = {key: float(value) for key, value in row.items() if isinstance(value, int | float)}
    if MetricsLog(folder.path / "metrics.jsonl").append(step, row):
        mirror.row(step, row)
