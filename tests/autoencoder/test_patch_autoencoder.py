"""The patch autoencoder starts as the principal components of its patches."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from figgen.autoencoder.patch import PatchAutoencoder
from figgen.losses.parts import Posterior

F, C = 4, 6


def pictures(seed: int = 0) -> Tensor:
    """Smooth-ish pictures with channels of different strength, so that principal components are well apart."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(5, 3, 16, 24, generator=generator).cumsum(3) * torch.tensor([1.0, 0.6, 0.3])[:, None, None]
    return (x / x.abs().amax()).float()


def solved(x: Tensor) -> PatchAutoencoder:
    torch.manual_seed(0)
    net = PatchAutoencoder(3, F, C, width=8, encoder_blocks=1, decoder_blocks=1)
    net.solve(x)
    return net


def patches_of(x: np.ndarray) -> np.ndarray:
    """Pictures (B, 3, H, W) => every f x f patch as a row, loop by loop."""
    b, _, height, width = x.shape
    rows = [
        x[i, :, y : y + F, z : z + F].ravel() for i in range(b) for y in range(0, height, F) for z in range(0, width, F)
    ]
    return np.stack(rows)


def test_solved_start_reconstructs_like_pca() -> None:
    x = pictures()
    patches = patches_of(x.numpy().astype(np.float64))
    mean = patches.mean(0)
    _, _, components = np.linalg.svd(patches - mean, full_matrices=False)
    expected = (patches - mean) @ components[:C].T @ components[:C] + mean
    net = solved(x)
    recon = net.decode_raw(net.encode_pixels(x).mean).detach().numpy()
    np.testing.assert_allclose(patches_of(recon), expected, atol=1e-5)


def test_solved_latents_have_unit_mean_square_and_sorted_channels() -> None:
    x = pictures()
    latents = solved(x).encode_pixels(x).mean.detach()
    variance = latents.var((0, 2, 3), correction=0)
    assert float(variance.mean()) == pytest.approx(1, rel=1e-4)
    assert (variance.diff() <= 0).all()
    torch.testing.assert_close(latents.mean((0, 2, 3)), torch.zeros(C), rtol=0, atol=1e-4)


def test_sign_of_components_is_stable() -> None:
    first, second = solved(pictures()), solved(pictures().flip(0) + 1e-6 * pictures(1)[:, :, :, :])
    torch.testing.assert_close(first.to_latent.weight, second.to_latent.weight, rtol=1e-2, atol=1e-2)
    directions = first.to_patch.weight[:, :, 0, 0].detach()
    largest = directions.gather(0, directions.abs().argmax(0, keepdim=True))
    assert (largest > 0).all()


def test_decode_inverts_scaling() -> None:
    x = pictures()
    net = solved(x)
    posterior = net.encode_pixels(x)
    raw_recon = net.decode_raw(posterior.mean)
    net.measure(Posterior(posterior.mean * 3 + 2, posterior.logvar))  # any shift and scale
    assert not torch.equal(net.scale, torch.ones_like(net.scale))
    torch.testing.assert_close(net.decode(net.encode_latents(posterior.mean)), raw_recon, rtol=0, atol=1e-5)


def test_non_square_pictures_keep_their_shape() -> None:
    net = PatchAutoencoder(1, 8, 4, width=8, encoder_blocks=1, decoder_blocks=1)
    posterior = net.encode_pixels(torch.zeros(2, 1, 16, 40))
    assert posterior.mean.shape == posterior.logvar.shape == (2, 4, 2, 5)
    assert net.decode(posterior.mean).shape == (2, 1, 16, 40)


def test_every_weight_learns() -> None:
    """Zero-initialised branches wake up: after one step their gradients reach every weight."""
    x = pictures()
    net = solved(x)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        posterior = net.encode_pixels(x)
        recon = net.decode_raw(posterior.mean + (0.5 * posterior.logvar).exp())
        (recon - x.flip(3)).square().mean().backward()
        optimizer.step()
    silent = [name for name, p in net.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []
