"""Picture i is a function of caption i and seed i alone; guidance is a formula; ancestral steps are Ho et al.'s."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler
from torch import Tensor

from figgen.autoencoder.patch import PatchAutoencoder
from figgen.diffusion.captions import ByteEncoder
from figgen.diffusion.denoiser import UNetDenoiser
from figgen.diffusion.generate import decoded, generate, guided
from figgen.diffusion.module import TextDenoiser
from figgen.diffusion.schedule import NoiseSchedule

torch.set_num_threads(1)
CAPTIONS = ["a line plot", "a bar chart of losses", "", "x", "two words", "the picture", "a table", "axes"]
SEEDS = list(range(100, 108))
BETAS = {"num_train_timesteps": 50, "beta_start": 0.002, "beta_end": 0.2, "beta_schedule": "linear"}
SOLVERS = {
    "ddpm": DDPMScheduler(**BETAS, clip_sample=False),
    "ddim": DDIMScheduler(**BETAS, clip_sample=False),
    "dpmpp": DPMSolverMultistepScheduler(**BETAS, algorithm_type="dpmsolver++"),
}


@pytest.fixture(scope="module")
def model() -> TextDenoiser:
    torch.manual_seed(0)
    denoiser = UNetDenoiser(4, NoiseSchedule(50, 0.002, 0.2), [8, 8], layers_per_block=1, heads=2, text_width=8)
    return TextDenoiser(denoiser, ByteEncoder(width=8, depth=1, heads=2, max_bytes=24)).eval()


@pytest.fixture(scope="module")
def autoencoder() -> PatchAutoencoder:
    torch.manual_seed(1)
    net = PatchAutoencoder(3, 4, 4, width=8, encoder_blocks=1, decoder_blocks=1)
    net.solve(torch.rand(4, 3, 16, 24) * 2 - 1)
    return net


def drawn(model: TextDenoiser, autoencoder: Any, solver: str, which: slice, guidance: float = 3.0) -> Tensor:
    pictures, _ = generate(
        model,
        autoencoder,
        SOLVERS[solver],
        CAPTIONS[which],
        SEEDS[which],
        latent_size=(4, 6),
        steps=6,
        guidance=guidance,
    )
    return pictures.float()


@pytest.mark.parametrize("solver", SOLVERS)
def test_picture_5_alone_equals_picture_5_of_eight(model: TextDenoiser, autoencoder: Any, solver: str) -> None:
    batch = drawn(model, autoencoder, solver, slice(None))
    alone = drawn(model, autoencoder, solver, slice(5, 6))
    assert batch.shape == (8, 3, 16, 24)
    assert (batch[5] - alone[0]).abs().max() <= 1  # a level of rounding
    assert (batch[5] - batch[4]).abs().max() > 20


def test_same_seed_draws_the_same_picture_twice(model: TextDenoiser, autoencoder: Any) -> None:
    again = [drawn(model, autoencoder, "dpmpp", slice(0, 2)) for _ in range(2)]
    assert torch.equal(*again)


def ancestral(model: TextDenoiser, caption: str, seed: int) -> Tensor:
    """Ho et al. 2020, algorithm 2, with the small variance, every step, one picture, float64 around the net."""
    count = BETAS["num_train_timesteps"]
    assert isinstance(count, int)
    betas = [0.002 + 0.198 * t / (count - 1) for t in range(count)]
    bars = [math.prod(1 - b for b in betas[: t + 1]) for t in range(count)]
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(1, 4, 4, 6, generator=generator).double()
    for t in reversed(range(count)):
        with torch.no_grad():
            noise = model(x.float(), torch.tensor([t]), [caption]).double()
        x = (x - betas[t] / math.sqrt(1 - bars[t]) * noise) / math.sqrt(1 - betas[t])
        if t > 0:
            variance = (1 - bars[t - 1]) / (1 - bars[t]) * betas[t]
            x = x + math.sqrt(variance) * torch.randn(1, 4, 4, 6, generator=generator).double()
    return x.float()


def test_ancestral_sampling_is_the_published_algorithm(model: TextDenoiser, autoencoder: Any) -> None:
    pictures, _ = generate(
        model, autoencoder, SOLVERS["ddpm"], ["x", "y"], [3, 4], latent_size=(4, 6), steps=50, guidance=1.0
    )
    with torch.no_grad():
        expected = decoded(autoencoder, ancestral(model, "y", 4))
    assert (pictures[1].float() - expected[0].float()).abs().max() <= 1


def test_guidance_is_its_formula_and_1_is_conditional(model: TextDenoiser) -> None:
    x, t = torch.randn(2, 4, 4, 6), torch.tensor([3, 40])
    with torch.no_grad():
        told = model.condition(["a", "b"]), model.condition(["", ""])
        conditional, unconditional = model(x, t, ["a", "b"]), model(x, t, ["", ""])
        assert torch.equal(guided(model.denoiser, x, t, *told, guidance=1.0), conditional)
        expected = -2 * unconditional + 3 * conditional
        torch.testing.assert_close(guided(model.denoiser, x, t, *told, guidance=3.0), expected, rtol=1e-4, atol=1e-4)
    assert (conditional - unconditional).abs().max() > 1e-4


def test_frames_are_spread_and_end_with_the_picture(model: TextDenoiser, autoencoder: Any) -> None:
    pictures, frames = generate(
        model, autoencoder, SOLVERS["ddim"], ["a"], [0], latent_size=(4, 6), steps=9, guidance=1.0, frames=3
    )
    assert list(frames) == [1, 5, 9]
    assert torch.equal(frames[9], pictures)
    assert pictures.dtype == torch.uint8
