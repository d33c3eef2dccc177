"""Training a denoiser: averaged weights, dropped captions, latents of unit variance, masked tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lightning as L
import pytest
import torch
from torch import Tensor, nn

from figgen.autoencoder.base import Autoencoder, sample
from figgen.autoencoder.patch import PatchAutoencoder
from figgen.data.loading.images import to_pixels
from figgen.diffusion.caches import LatentBatch, LatentCache, measured_on
from figgen.diffusion.condition import Condition
from figgen.diffusion.denoiser import UNetDenoiser
from figgen.diffusion.module import DiffusionModule, TextDenoiser
from figgen.diffusion.samplers.baseline import Baseline
from figgen.diffusion.schedule import NoiseSchedule
from figgen.layout.module import Layouts
from figgen.losses.parts import Posterior
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.training.fitting import make_trainer
from figgen.training.options import OptimSettings, TrainerSettings

torch.set_num_threads(1)
OPTIM = OptimSettings(
    steps=6, learning_rate=0.1, betas=(0.9, 0.99), weight_decay=0.0, schedule="constant", warmup_steps=0, grad_clip=1.0
)
CPU = TrainerSettings(
    accelerator="cpu", devices=1, strategy="auto", precision="32-true", threads=1, checkpoint_every=1e9, log_every=1
)


class Listening(nn.Module):
    """A text encoder that keeps what it heard."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def forward(self, captions: Sequence[str]) -> tuple[Tensor, Tensor]:
        self.heard += captions
        return torch.zeros(len(captions), 1, 1), torch.ones(len(captions), 1)


class Mixing(nn.Module):
    """The smallest denoiser that learns."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Conv2d(2, 2, 1)

    def forward(self, x_t: Tensor, t: Tensor, known: Condition) -> Tensor:
        return self.mix(x_t)


def module(dropout: float = 0.1, decay: float = 0.3) -> DiffusionModule:
    torch.manual_seed(0)
    model = TextDenoiser(Mixing(), Listening())
    return DiffusionModule(
        model,
        Autoencoder(3, 4, 2),
        NoiseSchedule(),
        Baseline(),
        OPTIM,
        seed=0,
        ema_decay=decay,
        caption_dropout=dropout,
        weighting="noise",
        layout_dropout=0.0,
        glyphs=False,
    )


def batch(size: int = 4) -> LatentBatch:
    latents = torch.randn(2, size, 2, 1, 1, generator=torch.Generator().manual_seed(1))
    names = tuple(f"caption {i}" for i in range(size))
    return LatentBatch(names, names, Posterior(latents[0], latents[1] - 4), BoxBatch.collate([[]] * len(names)))


class ForEver:
    def __iter__(self) -> Iterator[LatentBatch]:
        while True:
            yield batch()


class Watch(L.Callback):
    """The weights, and their averages, after every step."""

    def __init__(self, made: DiffusionModule) -> None:
        self.weights, self.averages = [as_list(made.model)], [as_list(made.ema)]

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: Any, *_: Any) -> None:
        self.weights.append(as_list(pl_module.model))
        self.averages.append(as_list(pl_module.ema))


def as_list(net: nn.Module) -> list[float]:
    return torch.cat([p.detach().flatten() for p in net.parameters()]).tolist()


@pytest.mark.parametrize("decay", [0.3, 0.0, 0.9999])
def test_average_follows_its_law(decay: float) -> None:
    made = module(decay=decay)
    watch = Watch(made)
    make_trainer(CPU, 6, callbacks=[watch]).fit(made, ForEver())
    assert len(watch.weights) == 7
    assert watch.weights[0] != watch.weights[-1]
    average = watch.averages[0]
    for step in range(1, 7):
        d = min(decay, step / (step + 10))
        average = [d * a + (1 - d) * w for a, w in zip(average, watch.weights[step], strict=True)]
        assert watch.averages[step] == pytest.approx(average, abs=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_captions_are_dropped_as_often_as_asked(share: float) -> None:
    made = module(dropout=share)
    many = batch(4000)
    made.losses(many)
    heard = made.model.text_encoder.heard
    assert isinstance(heard, list)
    dropped = heard.count("")
    assert abs(dropped - 4000 * share) <= 4 * (4000 * share * (1 - share)) ** 0.5
    kept = [(text, own) for text, own in zip(heard, many.captions, strict=True) if text]
    assert all(text == own for text, own in kept)


def test_same_step_draws_the_same_loss() -> None:
    made = module()
    assert torch.equal(made.losses(batch())[0], made.losses(batch())[0])


def test_autoencoder_is_neither_trained_nor_saved_again() -> None:
    torch.manual_seed(0)
    frozen = PatchAutoencoder(3, 4, 2, width=8, encoder_blocks=1, decoder_blocks=1)
    model = TextDenoiser(Mixing(), Listening())
    made = DiffusionModule(
        model,
        frozen,
        NoiseSchedule(),
        Baseline(),
        OPTIM,
        seed=0,
        ema_decay=0.9,
        caption_dropout=0.1,
        weighting="noise",
        layout_dropout=0.0,
        glyphs=False,
    )
    assert {name.partition(".")[0] for name in made.state_dict()} == {"model", "ema"}
    assert {id(p) for p in made.trained_parameters()} == {id(p) for p in model.parameters()}


def test_measured_latents_have_zero_mean_and_unit_variance() -> None:
    generator = torch.Generator().manual_seed(0)
    strength = torch.tensor([5.0, 0.1, 1.0])[:, None, None]
    mean = torch.randn(400, 3, 5, 6, generator=generator) * strength + torch.tensor([7.0, -2.0, 0.0])[:, None, None]
    logvar = torch.randn(400, 3, 5, 6, generator=generator) - 2  # noise is part of the variance
    autoencoder = Autoencoder(3, 4, 3)
    said = measured_on(autoencoder, Posterior(mean, logvar))
    drawn = autoencoder.encode_latents(sample(Posterior(mean, logvar), generator))
    torch.testing.assert_close(said, torch.ones(3), rtol=0, atol=1e-4)
    torch.testing.assert_close(drawn.var((0, 2, 3)), torch.ones(3), rtol=0, atol=0.05)
    torch.testing.assert_close(drawn.mean((0, 2, 3)), torch.zeros(3), rtol=0, atol=0.05)


class Split:
    """Six pictures, as a fitted split shows them, and how often it was asked."""

    keys = tuple("abcdef")
    captions = tuple(f"caption {key}" for key in "abcdef")

    def __init__(self) -> None:
        self.pixels = torch.randint(256, (6, 3, 8, 12), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
        self.asked = 0

    def __len__(self) -> int:
        return 6

    def batch(self, indices: Sequence[int]) -> Any:
        self.asked += 1
        return SimpleNamespace(pixels=self.pixels[list(indices)], boxes=self.boxes(indices))

    def boxes(self, indices: Sequence[int]) -> BoxBatch:
        return BoxBatch.collate([[TextBox.from_ltwh(0, 0, 8, 4, self.keys[i])] for i in indices])


def test_split_is_encoded_once_and_read_back_in_any_order(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = PatchAutoencoder(3, 4, 2, width=8, encoder_blocks=1, decoder_blocks=1)
    split: Any = Split()
    path = tmp_path / "latents.npy"
    LatentCache.make(net, Layouts(split), path)
    asked = split.asked
    cache = LatentCache.make(net, Layouts(split), path)
    assert split.asked == asked
    got = cache.batch([4, 1])
    with torch.no_grad():
        expected = net.encode_pixels(to_pixels(split.pixels[[4, 1]]))
    torch.testing.assert_close(got.posterior.mean, expected.mean)
    torch.testing.assert_close(got.posterior.logvar, expected.logvar)
    assert (got.keys, got.captions, got.boxes.texts) == (("e", "b"), ("caption e", "caption b"), ("e", "b"))


@pytest.mark.parametrize("change", [lambda f: f + 5.0, lambda f: f * 0])
def test_denoiser_does_not_see_masked_tokens(change: Callable[[Tensor], Tensor]) -> None:
    torch.manual_seed(0)
    net = UNetDenoiser(2, NoiseSchedule(), [8, 16], layers_per_block=1, heads=2, text_width=4).eval()
    x_t, t, features = torch.randn(2, 2, 4, 10), torch.tensor([5, 900]), torch.randn(2, 6, 4)
    mask = torch.arange(6).expand(2, 6) < torch.tensor([[3], [1]])
    with torch.no_grad():
        seen = net(x_t, t, Condition(features, mask))
        hidden = net(x_t, t, Condition(torch.where(mask[..., None], features, change(features)), mask))
        shown = net(x_t, t, Condition(torch.where(mask[..., None], change(features), features), mask))
    assert seen.shape == x_t.shape
    torch.testing.assert_close(hidden, seen, rtol=0, atol=1e-5)
    assert (shown - seen).abs().max() > 1e-5


def test_denoiser_turns_velocity_into_noise() -> None:
    schedule, t = NoiseSchedule(), torch.tensor([5, 500, 999])
    x_0, noise = torch.randn(2, 3, 2, 4, 4)
    net = UNetDenoiser(2, schedule, [8, 16], layers_per_block=1, heads=2, text_width=4)
    kept = schedule.alpha_bar[t].reshape(3, 1, 1, 1)
    velocity = kept.sqrt() * noise - (1 - kept).sqrt() * x_0
    net.net = Answering(velocity)
    predicted = net(schedule.add_noise(x_0, noise, t), t, Condition(torch.zeros(3, 1, 4), torch.ones(3, 1)))
    torch.testing.assert_close(predicted, noise, rtol=0, atol=1e-5)


class Answering(nn.Module):
    """A UNet that knows the answer."""

    def __init__(self, answer: Tensor) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, *_: Any, **__: Any) -> SimpleNamespace:
        return SimpleNamespace(sample=self.answer)
