"""One fit, resumable: the same for every stage."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import lightning as L

from figgen.runs.console import say
from figgen.runs.metrics_log import MetricsLog
from figgen.runs.tracking import Mirror
from figgen.training.callbacks import SaveOften, ShowProgress, WriteMetrics
from figgen.training.checkpoints import CheckpointFiles
from figgen.training.interrupts import INTERRUPTS
from figgen.training.looking import Look, LookOften
from figgen.training.options import TrainerSettings
from figgen.training.stepping import SteppedModule

Order = Callable[[int], Iterator[list[int]]]  # from a step number to the indices of the batches that follow it


class Batches(Protocol):
    """Something to train on, by index."""

    def __len__(self) -> int: ...

    def batch(self, indices: Sequence[int]) -> object: ...


class Stream:
    """Batches for ever from the step that training stands at: resuming needs no state."""

    def __init__(self, items: Batches, order: Order, step: Callable[[], int]) -> None:
        self.items, self.order, self.step = items, order, step

    def __iter__(self) -> Iterator[object]:
        return (self.items.batch(indices) for indices in self.order(self.step()))


def make_trainer(settings: TrainerSettings, max_steps: int, **more: Any) -> L.Trainer:
    """A quiet Lightning trainer for so many optimizer steps."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    logging.getLogger("lightning.fabric").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="lightning")
    return L.Trainer(
        accelerator=settings.accelerator,
        devices=settings.devices,
        strategy=settings.strategy,
        precision=settings.precision,  # type: ignore[arg-type]
        max_steps=max_steps,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
        **more,
    )


def fit(
    module: SteppedModule,
    items: Batches,
    order: Order,
    *,
    batch_size: int,
    folder: Path,
    label: str,
    settings: TrainerSettings,
    mirror: Mirror,
    profiler: str | None = None,
    look: Look | None = None,
) -> None:
    """Train `module` to its last step, going on from the newest sound checkpoint in folder/checkpoints.

    look: what is seen of a few validation items every so often.
    """
    files = CheckpointFiles(folder / "checkpoints")
    resumed = files.newest_sound()
    if resumed:
        say(f"{label}: going on from step {int(resumed.stem.split('-')[1])}")
    module.weigh_every = settings.grad_norms_every
    log = MetricsLog(folder / "metrics.jsonl")
    looking = [LookOften(look, folder, mirror, label, settings)] if look and settings.looks else []
    callbacks = [
        ShowProgress(label, module.optim.steps, batch_size),
        *looking,
        WriteMetrics(log, mirror, settings.log_every, batch_size),
        SaveOften(files, settings.checkpoint_every),
    ]
    trainer = make_trainer(settings, module.optim.steps, callbacks=callbacks, plugins=[files], profiler=profiler)
    with INTERRUPTS.postponed():
        stream = Stream(items, order, lambda: module.global_step)
        trainer.fit(module, stream, ckpt_path=resumed, weights_only=True)
    INTERRUPTS.check()
