"""The same few validation items every so often: pictures for the eye, numbers for a curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import lightning as L
import torch
from PIL import Image
from torch import nn

from figgen.runs.files import whole_file
from figgen.runs.tracking import Mirror
from figgen.training.options import TrainerSettings
from figgen.training.stepping import SteppedModule

FOLDER = "samples/progress"  # of a stage; below it one of the stage's name, for runs gather them


class Seen(NamedTuple):
    """What one look at a net in training shows."""

    picture: Image.Image
    numbers: dict[str, float]


Look = Callable[[], Seen]


class LookOften(L.Callback):
    """`settings.looks` times in a training, last at its last step: samples/progress/<stage>/000300.png, a row, MLflow.

    It draws on no randomness of the training, and so changes none of its steps.
    """

    def __init__(self, look: Look, folder: Path, mirror: Mirror, label: str, settings: TrainerSettings) -> None:
        self.look, self.folder, self.mirror, self.label = look, folder / FOLDER / label, mirror, label
        self.settings = settings

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: L.LightningModule, *_: object) -> None:
        step, rows = trainer.global_step, self.settings.log_every
        every = math.ceil(trainer.max_steps / self.settings.looks / rows) * rows  # where a row takes the numbers
        if not trainer.is_global_zero or (step % every and step != trainer.max_steps):
            return
        assert isinstance(pl_module, SteppedModule)
        with at_rest(pl_module), torch.no_grad():
            seen = self.look()
        pl_module.notes |= {f"validation/{name}": number for name, number in seen.numbers.items()}
        path = self.folder / f"{step:06d}.png"
        with whole_file(path) as file:
            seen.picture.save(file, "png")
        self.mirror.pictures(f"{self.label}/validation", {step: path})


@contextmanager
def at_rest(net: nn.Module) -> Iterator[None]:
    """The net evaluates inside; each part of it goes on as it was."""
    modes = {part: part.training for part in net.modules()}
    net.eval()
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode


def progress_of(folder: Path, label: str) -> dict[int, Path]:
    """The pictures that looks at a stage have left, by step."""
    return {int(path.stem): path for path in sorted((folder / FOLDER / label).glob("*.png"))}
