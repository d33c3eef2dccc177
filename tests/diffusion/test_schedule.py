"""α̅ against the product it is, and the formulas that invert each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from figgen.diffusion.schedule import NoiseSchedule


def alpha_bar(betas: np.ndarray) -> np.ndarray:
    kept, product = [], 1.0
    for beta in betas:
        product *= 1 - beta
        kept.append(product)
    return np.array(kept)


def test_linear_betas() -> None:
    schedule = NoiseSchedule(1000, 1e-4, 0.02, "linear")
    np.testing.assert_allclose(schedule.alpha_bar, alpha_bar(np.linspace(1e-4, 0.02, 1000)), rtol=1e-4)


def test_scaled_linear_betas_are_linear_in_their_root() -> None:
    schedule = NoiseSchedule(1000, 0.00085, 0.012, "scaled_linear")
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    np.testing.assert_allclose(schedule.alpha_bar, alpha_bar(betas), rtol=1e-4)


def test_each_sample_is_destroyed_at_its_own_step() -> None:
    schedule = NoiseSchedule(10, 0.1, 0.5)
    kept = alpha_bar(np.linspace(0.1, 0.5, 10))
    x_0, noise = torch.full((3, 1, 2, 2), 2.0), torch.full((3, 1, 2, 2), -1.0)
    x_t = schedule.add_noise(x_0, noise, torch.tensor([0, 4, 9]))
    for row, t in zip(x_t, (0, 4, 9), strict=True):
        assert row.flatten().tolist() == pytest.approx([2 * kept[t] ** 0.5 - (1 - kept[t]) ** 0.5] * 4, rel=1e-5)


def test_noise_and_x_0_are_found_again() -> None:
    schedule = NoiseSchedule()
    x_0, noise, t = torch.randn(4, 2, 3, 3), torch.randn(4, 2, 3, 3), torch.tensor([10, 200, 500, 900])
    x_t = schedule.add_noise(x_0, noise, t)
    torch.testing.assert_close(schedule.noise_between(x_0, x_t, t), noise, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(schedule.predict_x_0(x_t, noise, t), x_0, rtol=1e-3, atol=1e-3)


def test_schedule_adds_nothing_to_saved_weights() -> None:
    assert NoiseSchedule().state_dict() == {}
