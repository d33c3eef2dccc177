"""From configs to objects: solvers that start where all is noise, a recipe that weighs as it was published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from conftest import composed
from omegaconf import DictConfig

from figgen.losses.parts import Posterior
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.stages import build

Tiny = Callable[..., DictConfig]


def published(*overrides: str) -> DictConfig:
    return composed("experiments=mlfigs/tpl", *overrides)


@pytest.mark.parametrize("solver", ["ddim", "ddpm", "dpmpp"])
def test_every_solver_starts_from_pure_noise_whatever_its_steps(tiny: Tiny, solver: str) -> None:
    for steps in (3, 20, 70):
        scheduler = build.scheduler(tiny(f"solver={solver}"))
        scheduler.set_timesteps(steps)
        assert int(scheduler.timesteps[0]) == 999 and len(scheduler.timesteps) == steps


def test_spacing_of_a_solver_can_be_chosen(tiny: Tiny) -> None:
    scheduler = build.scheduler(tiny("solver=ddim", "solver.scheduler.timestep_spacing=leading"))
    scheduler.set_timesteps(70)
    assert int(scheduler.timesteps[0]) == 966  # 69 times the whole part of 1000 / 70


def test_published_tpl_recipe_is_the_published_loss_twice() -> None:
    """Per number of a picture, of pixels in [-1, 1] where they were published in [0, 1]."""
    cfg = published()
    assert cfg.loss.recon.perceptual.weight == 2 * 0.2
    generator = torch.Generator().manual_seed(0)
    x, y = torch.rand(2, 2, 3, 16, 24, generator=generator)
    posterior = Posterior(*torch.randn(2, 2, 4, 2, 3, generator=generator))
    boxes = BoxBatch.collate([[TextBox.from_ltwh(2, 3, 5, 4, "a"), TextBox.from_ltwh(9, 9, 8, 6, "b")], []])
    kl = 0.5 * sum((m**2 + v.exp() - 1 - v).sum() for m, v in zip(*posterior, strict=True)) / 2
    square = (x[0] - y[0]).square()
    tpl = (square[:, 3:7, 2:7].mean() + square[:, 9:15, 9:17].mean()) / 2 / 2  # boxes, pictures
    expected = (x - y).abs().sum() / 2 + 0.8 * 3 * 16 * 24 * tpl + 1e-6 * kl
    without_lpips = build.loss(published("loss.recon.perceptual=null"))
    total, _ = without_lpips(2 * x - 1, 2 * y - 1, posterior, boxes, 0)
    torch.testing.assert_close(total * 3 * 16 * 24, 2 * expected)


def test_published_tpl_recipe_clips_no_gradient_and_rounds_no_number() -> None:
    cfg = published()
    assert cfg.autoencoder.grad_clip is None and cfg.denoiser.grad_clip is None
    assert cfg.trainer.precision == "32-true"
