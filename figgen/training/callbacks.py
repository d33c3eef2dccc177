"""What happens around a training step: show it, log it, save it, heed signals."""

from __future__ import annotations

import time

import lightning as L

from figgen.runs.metrics_log import MetricsLog
from figgen.runs.progress import Meter
from figgen.runs.tracking import Mirror
from figgen.training.checkpoints import CheckpointFiles
from figgen.training.interrupts import INTERRUPTS
from figgen.training.stepping import SteppedModule


def stepped(module: L.LightningModule) -> SteppedModule:
    assert isinstance(module, SteppedModule)  # the only kind that figgen fits
    return module


def as_row(module: SteppedModule) -> dict[str, float]:
    return {key: float(value) for key, value in module.row.items()}


class ShowProgress(L.Callback):
    """Stage, step of total, loss parts, items a second, time left."""

    def __init__(self, label: str, total: int, batch_size: int) -> None:
        self.meter = Meter(label, total, "items", batch_size)

    def on_train_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        self.meter.__enter__()

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: L.LightningModule, *_: object) -> None:
        parts = "  ".join(f"{k} {v:.3g}" for k, v in as_row(stepped(pl_module)).items() if k not in ("lr", "grad_norm"))
        self.meter.update(trainer.global_step, parts)

    def teardown(self, trainer: L.Trainer, pl_module: L.LightningModule, stage: str) -> None:
        self.meter.__exit__(None, None, None)


class WriteMetrics(L.Callback):
    """Every `every` steps, and at the last, a row in metrics.jsonl and in MLflow."""

    def __init__(self, log: MetricsLog, mirror: Mirror, every: int, batch_size: int) -> None:
        self.history, self.mirror, self.every, self.batch_size = log, mirror, every, batch_size

    def on_train_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        self.since, self.steps = time.monotonic(), 0

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: L.LightningModule, *_: object) -> None:
        self.steps += 1
        step = trainer.global_step
        if not trainer.is_global_zero or (step % self.every and step != trainer.max_steps):
            return
        now = time.monotonic()
        speed = self.steps * self.batch_size * trainer.world_size / max(now - self.since, 1e-9)
        self.since, self.steps = now, 0
        module = stepped(pl_module)
        notes = {name: float(value) for name, value in module.notes.items()}
        module.notes = {}
        row = {**as_row(module), **notes, "items_per_second": speed}
        if self.history.append(step, row):
            self.mirror.row(step, row)


class SaveOften(L.Callback):
    """A checkpoint every so many seconds, at the end, and before a signal is obeyed."""

    def __init__(self, files: CheckpointFiles, seconds: float) -> None:
        self.files, self.seconds = files, seconds

    def on_train_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        self.saved = time.monotonic()
        INTERRUPTS.listen()

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: L.LightningModule, *_: object) -> None:
        is_due = time.monotonic() - self.saved >= self.seconds
        if is_due or INTERRUPTS.pending is not None or trainer.global_step == trainer.max_steps:
            trainer.save_checkpoint(self.files.folder / "step.ckpt")
            self.saved = time.monotonic()
        INTERRUPTS.check()
