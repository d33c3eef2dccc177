"""A step: its learning rate in closed form, and the refusal of what is not a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lightning as L
import pytest
import torch
from torch import Tensor, nn

from figgen.runs.errors import NonFiniteError
from figgen.training.fitting import make_trainer
from figgen.training.options import OptimSettings, TrainerSettings
from figgen.training.stepping import SteppedModule, check_finite, gradient_norms

torch.set_num_threads(1)
CPU = TrainerSettings(
    accelerator="cpu", devices=1, strategy="auto", precision="32-true", threads=1, checkpoint_every=1e9, log_every=1
)


def settings(schedule: str, warmup: int = 10, steps: int = 110, clip: float = 1.0) -> OptimSettings:
    return OptimSettings(
        steps=steps,
        learning_rate=0.2,
        betas=(0.9, 0.99),
        weight_decay=0.0,
        schedule=schedule,
        warmup_steps=warmup,
        grad_clip=clip,
    )


@pytest.mark.parametrize("schedule", ["constant", "cosine", "onecycle"])
def test_warm_up_is_linear_and_reaches_the_peak(schedule: str) -> None:
    rate = settings(schedule).learning_rate_at
    assert [rate(step) for step in range(10)] == pytest.approx([0.02 * n for n in range(1, 11)])
    assert rate(10) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("schedule", "quarter", "half", "end"),
    [
        ("constant", 0.2, 0.2, 0.2),
        ("cosine", 0.2 * (2 + 2**0.5) / 4, 0.1, 0.0),
        ("onecycle", 0.002 + 0.198 * (2 + 2**0.5) / 4, 0.101, 0.002),
    ],
)
def test_after_warm_up_the_rate_is_its_closed_form(schedule: str, quarter: float, half: float, end: float) -> None:
    rate = settings(schedule).learning_rate_at
    assert [rate(35), rate(60), rate(110)] == pytest.approx([quarter, half, end])


def test_without_warm_up_the_first_step_is_at_the_peak() -> None:
    assert settings("cosine", warmup=0).learning_rate_at(0) == pytest.approx(0.2)


@dataclass(frozen=True)
class Keyed:
    keys: tuple[str, ...] = ("book_3/figure_7", "book_9/figure_1")

    def to(self, device: Any) -> Keyed:
        return self


class ForEver:
    def __iter__(self) -> Iterator[Keyed]:
        while True:
            yield Keyed()


class Slope(SteppedModule):
    """Minimises (w - 3)² until `spoil` changes the loss at one step."""

    def __init__(self, optim: OptimSettings, spoil: Callable[[Tensor, int], Tensor] | None = None) -> None:
        super().__init__(optim, seed=0)
        self.w = nn.Parameter(torch.zeros(2))
        self.spoil = spoil

    def losses(self, batch: Keyed) -> tuple[Tensor, dict[str, Tensor]]:
        pixel = (self.w - 3).square().mean()
        if self.spoil:
            pixel = pixel + self.spoil(self.w, self.global_step)
        calm = self.w.sum() * 0
        return pixel + calm, {"pixel": pixel, "calm": calm}


class Watch(L.Callback):
    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []
        self.weights: list[Tensor] = []

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: Any, *_: Any) -> None:
        self.rows.append({k: float(v) for k, v in pl_module.row.items()})
        self.weights.append(pl_module.w.detach().clone())


def test_optimizer_is_given_the_rate_of_its_step() -> None:
    optim = settings("cosine", warmup=2, steps=6, clip=1e9)
    watch = Watch()
    make_trainer(CPU, 6, callbacks=[watch]).fit(Slope(optim), ForEver())
    assert [row["lr"] for row in watch.rows] == pytest.approx([optim.learning_rate_at(step) for step in range(6)])
    by_hand = torch.zeros(2, requires_grad=True)
    adam = torch.optim.AdamW([by_hand], lr=1.0, betas=(0.9, 0.99), weight_decay=0.0)
    for step in range(6):
        adam.param_groups[0]["lr"] = optim.learning_rate_at(step)
        adam.zero_grad()
        (by_hand - 3).square().mean().backward()
        adam.step()
        torch.testing.assert_close(watch.weights[step], by_hand.detach())


def test_gradient_is_clipped_and_its_own_norm_logged() -> None:
    watch = Watch()
    optim = settings("constant", warmup=0, steps=1, clip=0.5)
    module = Slope(optim)
    seen = []
    module.w.register_hook(lambda g: seen.append(g.clone()))
    make_trainer(CPU, 1, callbacks=[watch]).fit(module, ForEver())
    # d/dw mean((w - 3)²) at 0 is (-3, -3), of norm 3·√2
    assert seen[0].tolist() == pytest.approx([-3, -3])
    assert watch.rows[0]["grad_norm"] == pytest.approx(3 * 2**0.5)


def nan_loss(w: Tensor, step: int) -> Tensor:
    return torch.tensor(float("nan") if step == 2 else 0.0)


def infinite_slope(w: Tensor, step: int) -> Tensor:
    return (w.sum() * 0).sqrt() if step == 2 else w.sum() * 0


@pytest.mark.parametrize(
    ("spoil", "named"), [(nan_loss, "loss part pixel = nan"), (infinite_slope, "gradient gradient norm = nan")]
)
def test_what_is_not_a_number_stops_before_the_update(spoil: Callable[[Tensor, int], Tensor], named: str) -> None:
    watch = Watch()
    module = Slope(settings("constant", warmup=0, steps=5), spoil)
    with pytest.raises(NonFiniteError) as caught:
        make_trainer(CPU, 5, callbacks=[watch]).fit(module, ForEver())
    message = str(caught.value)
    assert "step 2:" in message
    assert named in message
    assert "book_3/figure_7, book_9/figure_1" in message
    assert "calm" not in message
    assert len(watch.weights) == 2
    assert torch.equal(module.w.detach(), watch.weights[-1])


def test_finite_values_pass() -> None:
    check_finite({"a": torch.tensor(1.0), "b": torch.tensor(-1e30)}, 0, ["k"], "loss part")


def test_the_norm_of_each_part_is_that_of_its_own_gradient() -> None:
    w = nn.Parameter(torch.tensor([3.0, 4.0]))
    unused = nn.Parameter(torch.ones(1))
    parts = {"square": w.square().sum(), "sum": 2 * w.sum(), "constant": torch.tensor(7.0)}
    norms = gradient_norms(parts, [w, unused])
    assert {name: float(norm) for name, norm in norms.items()} == pytest.approx(
        {"grad_norm_square": 10.0, "grad_norm_sum": 2 * 2**0.5}  # ‖2w‖ = 2·5, ‖(2, 2)‖
    )
