"""What can be said of the steps of a training: the optimizer's keys, and trainer=."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Mark, Natural, NotNegative, Range

DEVICES = Path("/dev")
Momentum = Annotated[float, Range(0, 1, open_high=True)]
LearningRate = Annotated[float, Mark(lambda rate: 0 < rate <= 1, "{} above 0 and at most 1")]


@dataclass(frozen=True, kw_only=True)
class OptimSettings:
    """The optimizer and its schedule."""

    steps: Count
    optimizer: Literal["adamw", "muon"] = "adamw"
    learning_rate: LearningRate
    betas: tuple[Momentum, Momentum]
    weight_decay: NotNegative
    schedule: Literal["onecycle", "cosine", "constant"]
    warmup_steps: Natural
    grad_clip: NotNegative | None

    def learning_rate_at(self, step: int) -> float:
        """Linear warm-up, then constant, or a half cosine down to 0 (cosine) or to 1/100 (onecycle)."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        if self.schedule == "constant":
            return self.learning_rate
        progress = (step - self.warmup_steps) / max(1, self.steps - self.warmup_steps)
        least = 0.01 if self.schedule == "onecycle" else 0.0
        return self.learning_rate * (least + (1 - least) * (1 + math.cos(math.pi * progress)) / 2)


@dataclass(frozen=True, kw_only=True)
class TrainerSettings:
    """Hardware and rhythm."""

    accelerator: Literal["cpu", "gpu"]
    devices: Count
    strategy: Literal["auto", "ddp"]
    precision: Literal["32-true", "bf16-mixed"]
    threads: Count | None
    checkpoint_every: NotNegative
    log_every: Count
    grad_norms_every: Natural = 0
    looks: Natural = 0


OPTIONS: dict[str, object] = {"trainer": TrainerSettings}


def no_bf16_on_cpu(cfg: DictConfig) -> str | None:
    if cfg.trainer.accelerator == "cpu" and cfg.trainer.precision != "32-true":
        return f"trainer.precision={cfg.trainer.precision} is very slow on a CPU: set trainer.precision=32-true"
    return None


def one_device(cfg: DictConfig) -> str | None:
    if cfg.trainer.devices > 1:
        return (
            f"trainer.devices={cfg.trainer.devices}: a run takes one device so far: set trainer.devices=1, "
            "and let a sweep's jobs run side by side instead"
        )
    return None


def gpu_is_there(cfg: DictConfig) -> str | None:
    if cfg.trainer.accelerator == "gpu" and not has_gpu():
        return "trainer=gpu: this machine shows no NVIDIA GPU, say trainer=cpu"
    return None


def has_gpu() -> bool:
    """Whether CUDA would find a device: NVIDIA's driver, or the one that Windows shares, unless all are hidden."""
    devices = [*DEVICES.glob("nvidia[0-9]*"), *DEVICES.glob("dxg")]
    return bool(devices) and os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1")


CHECKS = (no_bf16_on_cpu, one_device)
MACHINE = (gpu_is_there,)
