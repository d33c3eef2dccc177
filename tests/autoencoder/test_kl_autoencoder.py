"""diffusers' AutoencoderKL behind figgen's seam."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKL

from figgen.autoencoder.kl import KLAutoencoder

torch.set_num_threads(1)


@pytest.mark.parametrize("downsample", [4, 8, 16])
def test_latents_are_smaller_by_the_factor_asked_for(downsample: int) -> None:
    net = KLAutoencoder(3, downsample, 5, width=8, layers_per_block=1)
    posterior = net.encode_pixels(torch.zeros(1, 3, 32, 64))
    assert posterior.mean.shape == posterior.logvar.shape == (1, 5, 32 // downsample, 64 // downsample)
    assert net.decode(posterior.mean).shape == (1, 3, 32, 64)


def test_net_round_trips_through_save_pretrained(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = KLAutoencoder(1, 4, 3, width=8, layers_per_block=1)
    net.net.save_pretrained(tmp_path)
    pictures = torch.rand(2, 1, 16, 24) * 2 - 1
    loaded = AutoencoderKL.from_pretrained(tmp_path)
    with torch.no_grad():
        expected = loaded.encode(pictures).latent_dist
        posterior = net.encode_pixels(pictures)
        torch.testing.assert_close(posterior.mean, expected.mean)
        torch.testing.assert_close(posterior.logvar.exp(), expected.var)
        torch.testing.assert_close(net.decode(posterior.mean), loaded.decode(expected.mean).sample, rtol=0, atol=1e-5)


def test_last_layer_is_the_one_before_the_pixels() -> None:
    net = KLAutoencoder(3, 4, 4, width=8, layers_per_block=1)
    assert net.last_layer().shape == (3, 8, 3, 3)
