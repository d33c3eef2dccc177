"""Beyond white is white: no error and no gradient there, and everywhere else nothing changes."""

from __future__ import annotations

import torch

from figgen.losses.clipped import clipped


def test_overshooting_an_end_of_the_range_is_free_and_all_else_is_as_it_was() -> None:
    target = torch.tensor([1.0, 1.0, -1.0, -1.0, 0.5, 0.5, -0.5])
    recon = torch.tensor([1.3, 0.9, -1.2, 1.1, 1.4, 0.2, -1.6], requires_grad=True)
    (gradient,) = torch.autograd.grad((clipped(recon, target) - target).square().sum(), recon)
    error = torch.tensor([0.0, -0.1, 0.0, 2.1, 0.9, -0.3, -1.1])
    torch.testing.assert_close(clipped(recon, target) - target, error)
    torch.testing.assert_close(gradient, 2 * error)
