"""One optimizer step, the same for every stage: learning rate, guards, update, all functions of the step alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import lightning as L
import torch
from torch import Tensor, nn

from figgen.runs.errors import NonFiniteError
from figgen.training.muon import Muon
from figgen.training.options import OptimSettings


def adamw(optim: OptimSettings, parameters: Sequence[nn.Parameter]) -> torch.optim.AdamW:
    return torch.optim.AdamW(
        parameters, lr=optim.learning_rate, betas=optim.betas, weight_decay=optim.weight_decay, fused=True
    )


class Keyed(Protocol):
    """A batch whose samples have names."""

    @property
    def keys(self) -> Sequence[str]: ...


B = TypeVar("B", bound=Keyed)


class SteppedModule(L.LightningModule, Generic[B]):
    """A stage's net and what it minimises. Subclasses give `losses`; this takes the step.

    `global_step` counts updates of the first optimizer alone: an adversary steps its own behind Lightning's back.
    """

    automatic_optimization = False
    weigh_every = 0  # steps between two looks at how hard each loss part pulls; 0: never

    def __init__(self, optim: OptimSettings, seed: int) -> None:
        super().__init__()
        self.optim, self.seed = optim, seed
        self.row: dict[str, Tensor | float] = {}  # what the last step has to say, read by callbacks
        self.notes: dict[str, Tensor | float] = {}  # what is found now and then, until the next row of metrics takes it

    def losses(self, batch: B) -> tuple[Tensor, dict[str, Tensor]]:
        """The number to minimise and its named parts."""
        raise NotImplementedError

    def trained(self) -> nn.Module:
        """What the first optimizer updates."""
        return self

    def trained_parameters(self) -> list[nn.Parameter]:
        return [p for p in self.trained().parameters() if p.requires_grad]

    def configure_optimizers(self) -> list[torch.optim.Optimizer]:
        if self.optim.optimizer == "muon":
            optim = self.optim
            return [Muon(self.trained(), lr=optim.learning_rate, betas=optim.betas, weight_decay=optim.weight_decay)]
        return [adamw(self.optim, self.trained_parameters())]

    def training_step(self, batch: B, batch_idx: int) -> None:
        total, parts = self.losses(batch)
        check_finite({**parts, "loss": total}, self.global_step, batch.keys, "loss part")
        if self.weigh_every and self.global_step % self.weigh_every == 0:
            self.notes |= gradient_norms(parts, self.trained_parameters())
        self.manual_backward(total)
        self.update(total, parts, batch.keys)

    def update(self, total: Tensor, parts: dict[str, Tensor], keys: Sequence[str]) -> None:
        """Clip, refuse what is not a number, step at this step's learning rate."""
        optimizers = self.optimizers()
        optimizer = optimizers[0] if isinstance(optimizers, list) else optimizers
        limit = math.inf if self.optim.grad_clip is None else self.optim.grad_clip
        norm = nn.utils.clip_grad_norm_(self.trained_parameters(), limit)
        check_finite({"gradient norm": norm}, self.global_step, keys, "gradient")
        rate = self.optim.learning_rate_at(self.global_step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad()
        self.row = {"loss": total.detach(), **{k: v.detach() for k, v in parts.items()}, "grad_norm": norm, "lr": rate}


def gradient_norms(parts: dict[str, Tensor], parameters: Sequence[nn.Parameter]) -> dict[str, Tensor]:
    """{"grad_norm_<part>": the norm of the gradient that this part alone would give}, of parts that have one."""
    norms = {}
    for name, part in parts.items():
        if part.requires_grad:
            gradients = torch.autograd.grad(part, parameters, retain_graph=True, allow_unused=True)
            norms[f"grad_norm_{name}"] = nn.utils.get_total_norm([g for g in gradients if g is not None])
    return norms


def check_finite(values: dict[str, Tensor], step: int, keys: Sequence[str], what: str) -> None:
    """Raise, naming step, part and samples, where one of `values` is not a number. One device sync."""
    if torch.stack([v.detach() for v in values.values()]).isfinite().all():
        return
    bad = ", ".join(f"{name} = {v.item()}" for name, v in values.items() if not v.isfinite())
    raise NonFiniteError(
        f"step {step}: {what} {bad} on samples {', '.join(keys)}; nothing was updated. "
        "Lower the learning rate, or look at these samples."
    )
