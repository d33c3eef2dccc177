"""diffusers' AutoencoderKL behind figgen's seam, and out again into diffusers' own folder."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
import torch
from conftest import composed
from diffusers import AutoencoderKL
from torch import Tensor

from figgen.autoencoder.kl import KLAutoencoder
from figgen.losses.parts import Posterior

torch.set_num_threads(1)
FACTORS = (4, 8, 16)


@pytest.mark.parametrize(("downsample", "latent_channels"), product(FACTORS, FACTORS))
def test_latents_have_the_factor_and_the_channels_asked_for(downsample: int, latent_channels: int) -> None:
    net = KLAutoencoder(3, downsample, latent_channels, width=8, layers_per_block=1)
    assert (net.downsample, net.latent_channels) == (downsample, latent_channels)
    posterior = net.encode_pixels(torch.zeros(1, 3, 32, 64))
    assert posterior.mean.shape == (1, latent_channels, 32 // downsample, 64 // downsample)
    assert posterior.logvar.shape == posterior.mean.shape
    assert net.decode(posterior.mean).shape == (1, 3, 32, 64)


def test_scale_paper_is_the_published_kl_f8() -> None:
    """ML-Figs: ch 128, mult 1-2-4-4, two blocks, 384 px, batch 4, 4.5e-6 per picture, Adam 0.5 0.9, no warm-up."""
    cfg = composed("scale=paper")
    assert list(cfg.dataset.size) == [384, 384]
    kl = cfg.autoencoder
    assert (kl.batch_size, kl.learning_rate, list(kl.betas), kl.warmup_steps) == (4, 4 * 4.5e-6, [0.5, 0.9], 0)
    with torch.device("meta"):
        net = KLAutoencoder(**{k: v for k, v in kl.net.items() if k != "_target_"}).net
    assert list(net.config.block_out_channels) == [128, 256, 512, 512]
    assert [len(block.resnets) for block in net.encoder.down_blocks] == [2, 2, 2, 2]
    assert not any(hasattr(block, "attentions") for block in net.encoder.down_blocks)
    assert net.config.latent_channels == 4
    assert sum(p.numel() for p in net.parameters()) == 83_653_863  # as Stable Diffusion's, which has the same shape


def measured() -> tuple[KLAutoencoder, Tensor]:
    """A net whose latents have another mean and spread in every channel, and some pictures."""
    torch.manual_seed(0)
    net = KLAutoencoder(1, 4, 4, width=8, layers_per_block=1).eval()
    mean = torch.randn(64, 4, 6, 6) * torch.tensor([0.5, 1, 2, 4]).view(1, 4, 1, 1) + torch.arange(4).view(1, 4, 1, 1)
    net.measure(Posterior(mean, torch.full_like(mean, -20.0)))
    return net, torch.rand(2, 1, 16, 24) * 2 - 1


@torch.no_grad()
def test_from_pretrained_loads_the_export_and_gives_the_same_pictures(tmp_path: Path) -> None:
    net, pictures = measured()
    net.export(tmp_path / "vae")
    loaded = AutoencoderKL.from_pretrained(tmp_path / "vae")
    assert sorted(p.name for p in (tmp_path / "vae").iterdir()) == [
        "config.json",
        "diffusion_pytorch_model.safetensors",
        "latents.json",
    ]
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "vae").iterdir()} == {0o644}
    expected, posterior = loaded.encode(pictures).latent_dist, net.encode_pixels(pictures)
    assert torch.equal(posterior.mean, expected.mean)
    assert torch.equal(posterior.logvar, expected.logvar)
    assert torch.equal(net.decode_raw(posterior.mean), loaded.decode(expected.mean).sample)


@torch.no_grad()
def test_final_latents_are_decoded_with_what_the_exported_folder_says(tmp_path: Path) -> None:
    """Once with figgen's own numbers, once as diffusers' SDXL pipelines do: both are exact, channel by channel."""
    net, pictures = measured()
    net.export(tmp_path)
    loaded, own = AutoencoderKL.from_pretrained(tmp_path), json.loads((tmp_path / "latents.json").read_text())
    config = loaded.config
    latents = net.encode_latents(net.encode_pixels(pictures).mean)
    shift, scale, mean, std = (
        torch.tensor(x).view(1, 4, 1, 1) for x in (own["shift"], own["scale"], config.latents_mean, config.latents_std)
    )
    expected = net.decode(latents)
    assert torch.equal(loaded.decode(latents / scale + shift).sample, expected)
    sdxl = loaded.decode(latents * std / config.scaling_factor + mean).sample
    torch.testing.assert_close(sdxl, expected, rtol=0, atol=1e-5)


def test_scaling_factor_gives_the_latents_as_a_whole_unit_variance(tmp_path: Path) -> None:
    net, _ = measured()
    net.export(tmp_path)
    config = AutoencoderKL.from_pretrained(tmp_path).config
    raw = torch.randn(20000, 4) / net.scale.flatten() + net.shift.flatten()
    final = (raw - config.shift_factor) * config.scaling_factor
    assert float(final.mean()) == pytest.approx(0, abs=0.02)
    assert float(final.var()) == pytest.approx(1, abs=0.03)


def test_an_export_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    net, _ = measured()
    net.export(tmp_path / "vae")
    net.shift.zero_()
    net.export(tmp_path / "vae")
    assert json.loads((tmp_path / "vae" / "latents.json").read_text())["shift"] == [0, 0, 0, 0]
    assert [p.name for p in tmp_path.iterdir()] == ["vae"]


def test_last_layer_is_the_one_before_the_pixels() -> None:
    net = KLAutoencoder(3, 4, 4, width=8, layers_per_block=1)
    assert net.last_layer().shape == (3, 8, 3, 3)
