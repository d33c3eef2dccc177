"""What the denoiser is shown in training, against the published loop written out by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from figgen.diffusion.samplers.baseline import Baseline
from figgen.diffusion.samplers.scheduled import Scheduled
from figgen.diffusion.schedule import NoiseSchedule

T = 1000
SHAPE = (4, 2, 3, 5)


def alpha_bars() -> list[float]:
    """Of the published schedule, beta 1e-4 -> 0.02, in Python's own floats."""
    kept, product = [], 1.0
    for t in range(T):
        product *= 1 - (1e-4 + (0.02 - 1e-4) * t / (T - 1))
        kept.append(product)
    return kept


ALPHA_BAR = alpha_bars()


def latents() -> Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(7))


def denoise(x_t: Tensor, t: Tensor) -> Tensor:
    """Something that depends on both of its arguments, sample by sample."""
    return torch.tanh(0.7 * x_t) + (t / T)[:, None, None, None]


def forward(x_0: Tensor, noise: Tensor, t: int) -> Tensor:
    return math.sqrt(ALPHA_BAR[t]) * x_0 + math.sqrt(1 - ALPHA_BAR[t]) * noise


def published(x_0: Tensor, m: int, generator: torch.Generator, p: list[float]) -> tuple[Tensor, Tensor, Tensor]:
    """Section by section what markup2im's training loop does, one sample at a time, in float64."""
    t = torch.randint(T, (len(x_0),), generator=generator)
    torch.multinomial(torch.tensor(p), 1, generator=generator)
    while int(t.max()) >= T - m:
        m -= 1
    drawn = torch.randn(x_0.shape, generator=generator)
    fresh = [torch.randn(x_0.shape, generator=generator) for _ in range(m)]
    shown, targets = [], []
    for i, ti in enumerate(t.tolist()):
        x = forward(x_0[i].double(), drawn[i].double(), ti + m)
        for s in range(m):
            now = ti + m - s
            predicted = denoise(x[None], torch.tensor([now]))[0]
            x_0_hat = (x - math.sqrt(1 - ALPHA_BAR[now]) * predicted) / math.sqrt(ALPHA_BAR[now])
            x = forward(x_0_hat, fresh[s][i].double(), now - 1)
        shown.append(x)
        targets.append((x - math.sqrt(ALPHA_BAR[ti]) * x_0[i].double()) / math.sqrt(1 - ALPHA_BAR[ti]))
    return torch.stack(shown), t, torch.stack(targets)


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_rollout_equals_the_published_loop(m: int, seed: int) -> None:
    p = [0.0] * m
    p[m - 1] = 1.0
    x_0 = latents()
    x_t, t, target = Scheduled(p, p)(x_0, denoise, NoiseSchedule(), torch.Generator().manual_seed(seed), 0.5)
    expected_x, expected_t, expected = published(x_0, m, torch.Generator().manual_seed(seed), [0.0, *p])
    assert torch.equal(t, expected_t)
    torch.testing.assert_close(x_t.double(), expected_x, rtol=1e-3, atol=2e-3)
    torch.testing.assert_close(target.double(), expected, rtol=1e-3, atol=5e-3)


@pytest.mark.parametrize("sampler", [Baseline(), Scheduled([0.0], [0.0])])
def test_without_rollout_the_target_is_the_drawn_noise(sampler: Baseline | Scheduled) -> None:
    x_0 = latents()
    x_t, t, target = sampler(x_0, denoise, NoiseSchedule(), torch.Generator().manual_seed(3), 0.5)
    generator = torch.Generator().manual_seed(3)
    assert torch.equal(t, torch.randint(T, (4,), generator=generator))
    if isinstance(sampler, Scheduled):
        torch.multinomial(torch.tensor([1.0, 0.0]), 1, generator=generator)
    noise = torch.randn(SHAPE, generator=generator)
    assert torch.equal(target, noise)
    expected = torch.stack([forward(x, e, int(ti)) for x, e, ti in zip(x_0, noise, t, strict=True)])
    torch.testing.assert_close(x_t, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("progress", "p_1"), [(0.0, 0.0), (0.25, 0.2), (0.5, 0.4), (1.0, 0.8)])
def test_default_ramp_is_the_published_one(progress: float, p_1: float) -> None:
    assert Scheduled().probabilities(progress).tolist() == pytest.approx([1 - p_1, p_1], abs=1e-6)


def test_every_m_has_a_ramp_of_its_own() -> None:
    made = Scheduled([0.1, 0.3], [0.5, 0.0]).probabilities(0.5)
    assert made.tolist() == pytest.approx([1 - 0.3 - 0.15, 0.3, 0.15], abs=1e-6)


def test_rollouts_come_as_often_as_the_ramp_says() -> None:
    calls = []

    def counting(x_t: Tensor, t: Tensor) -> Tensor:
        calls.append(len(t))
        return x_t

    generator, sampler = torch.Generator().manual_seed(0), Scheduled()
    for _ in range(1000):
        sampler(torch.zeros(1, 1, 1, 1), counting, NoiseSchedule(), generator, 0.5)
    assert 340 < len(calls) < 460  # 400 ± four standard deviations


def test_whole_batch_is_lowered_near_the_last_step() -> None:
    schedule, sampler = NoiseSchedule(3, 0.1, 0.5), Scheduled([0.0, 1.0], [0.0, 1.0])  # m = 2 wherever it fits
    met = set()
    for seed in range(60):
        asked: list[list[int]] = []

        def watching(x_t: Tensor, t: Tensor, asked: list[list[int]] = asked) -> Tensor:
            asked.append(t.tolist())
            return x_t

        x_0 = torch.zeros(2, 1, 1, 1)
        t = sampler(x_0, watching, schedule, torch.Generator().manual_seed(seed), 1.0).t
        drawn = torch.randint(3, (2,), generator=torch.Generator().manual_seed(seed))
        assert torch.equal(t, drawn)  # not redrawn
        m = min(2, 2 - int(t.max()))
        assert asked == [(t + m - s).tolist() for s in range(m)]
        met.add(m)
    assert met == {0, 1, 2}


def test_no_gradient_flows_through_the_rollout() -> None:
    net = nn.Linear(1, 1)

    def learning(x_t: Tensor, t: Tensor) -> Tensor:
        assert not torch.is_grad_enabled()
        return net(x_t)

    x_t, _, target = Scheduled([1.0], [1.0])(
        torch.zeros(4, 1, 1, 1), learning, NoiseSchedule(), torch.Generator().manual_seed(0), 0.5
    )
    assert not x_t.requires_grad
    assert not target.requires_grad
    assert torch.is_grad_enabled()
