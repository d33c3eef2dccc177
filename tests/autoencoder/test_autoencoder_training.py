"""Training an autoencoder: the adversary joins late and does not count as a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import lightning as L
import pytest
import torch

from figgen.autoencoder.module import AutoencoderModule
from figgen.autoencoder.patch import PatchAutoencoder
from figgen.data.loading.batch import Batch
from figgen.losses.adversary import PatchAdversary
from figgen.losses.parts import LossParts
from figgen.losses.plain import PlainLoss
from figgen.ocr.batch import BoxBatch
from figgen.runs.errors import NonFiniteError
from figgen.training.fitting import make_trainer
from figgen.training.options import OptimSettings, TrainerSettings

torch.set_num_threads(1)
OPTIM = OptimSettings(
    steps=4, learning_rate=1e-3, betas=(0.9, 0.99), weight_decay=0.0, schedule="constant", warmup_steps=0, grad_clip=1.0
)
CPU = TrainerSettings(
    accelerator="cpu", devices=1, strategy="auto", precision="32-true", threads=1, checkpoint_every=1e9, log_every=1
)


def batch() -> Batch:
    pixels = torch.randint(256, (2, 3, 32, 40), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    return Batch(("a", "b"), ("one", "two"), pixels, BoxBatch.collate([[], []]))


def module(loss: PlainLoss | None = None, **more: Any) -> AutoencoderModule:
    torch.manual_seed(0)
    net = PatchAutoencoder(3, 4, 4, width=8, encoder_blocks=1, decoder_blocks=1)
    return AutoencoderModule(net, loss or PlainLoss(), OPTIM, seed=0, **more)


class ForEver:
    def __iter__(self) -> Iterator[Batch]:
        while True:
            yield batch()


class Watch(L.Callback):
    """Notes after each step its row, the discriminator's first weight and the step counter."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []
        self.judges: list[torch.Tensor] = []
        self.steps: list[int] = []

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: Any, *_: Any) -> None:
        self.rows.append({k: float(v) for k, v in pl_module.row.items()})
        self.judges.append(next(pl_module.adversary.parameters()).detach().clone())
        self.steps.append(trainer.global_step)


def test_adversary_joins_at_its_start_and_counts_no_step() -> None:
    made = module(adversary=PatchAdversary(3, start=2, learning_rate=1e-3, width=8))
    assert made.adversary is not None
    born = next(made.adversary.parameters()).detach().clone()
    watch = Watch()
    make_trainer(CPU, 4, callbacks=[watch]).fit(made, ForEver())
    assert ["adversary" in row for row in watch.rows] == [False, False, True, True]
    assert watch.steps == [1, 2, 3, 4]
    changed = [not torch.equal(a, b) for a, b in zip([born, *watch.judges], watch.judges, strict=False)]
    assert changed == [False, False, True, True]
    for row in watch.rows:
        parts = sum(v for k, v in row.items() if k in ("l1", "kl", "adversary"))
        assert row["loss"] == pytest.approx(parts, rel=1e-5)


def test_discriminator_weights_are_never_touched_by_the_autoencoders_optimizer() -> None:
    made = module(adversary=PatchAdversary(3, width=8))
    judged = {id(p) for p in made.adversary.parameters()}  # type: ignore[union-attr]
    assert judged.isdisjoint(id(p) for p in made.trained_parameters())


class Broken(PlainLoss):
    """No number at the second step."""

    def forward(self, recon: Any, target: Any, posterior: Any, boxes: Any, step: int) -> LossParts:
        total, parts = super().forward(recon, target, posterior, boxes, step)
        return LossParts(total / (step != 1), parts)


def test_a_step_that_is_refused_moves_neither_side() -> None:
    made = module(adversary=PatchAdversary(3, start=1, learning_rate=1e-3, width=8), loss=Broken())
    assert made.adversary is not None
    born = [weight.detach().clone() for weight in made.adversary.parameters()]
    with pytest.raises(NonFiniteError, match="step 1: loss part adversary = nan"):
        make_trainer(CPU, 4).fit(made, ForEver())
    assert all(map(torch.equal, made.adversary.parameters(), born))


def test_same_seed_and_step_draw_the_same_noise() -> None:
    made = module()
    assert torch.equal(made.losses(batch())[0], made.losses(batch())[0])


class Seen(PlainLoss):
    """Keeps the pictures it was shown."""

    def forward(self, recon: Any, target: Any, *rest: Any) -> Any:
        self.target = target
        return super().forward(recon, target, *rest)


@pytest.mark.parametrize("flip", [False, True])
def test_pictures_are_mirrored_whole_and_only_where_asked(flip: bool) -> None:
    net = PatchAutoencoder(3, 4, 4, width=8, encoder_blocks=1, decoder_blocks=1)
    seen = Seen()
    made = AutoencoderModule(net, seen, OPTIM, seed=0, flip=flip)
    pixels = batch().pixels[:1].repeat(32, 1, 1, 1)
    many = Batch(("k",) * 32, ("",) * 32, pixels, BoxBatch.collate([[]] * 32))
    made.losses(many)
    true = pixels[0].float() / 127.5 - 1
    straight = sum(torch.allclose(x, true) for x in seen.target)
    mirrored = sum(torch.allclose(x, true.flip(2)) for x in seen.target)
    assert straight + mirrored == 32
    assert (4 < mirrored < 28) if flip else mirrored == 0
