"""No autoencoder at all: pixels are normalised per channel, and nothing is trained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from figgen.autoencoder.base import sample
from figgen.autoencoder.identity import IdentityAutoencoder
from figgen.cli.choices import CONF
from figgen.diffusion.denoiser import UNetDenoiser
from figgen.diffusion.schedule import NoiseSchedule
from figgen.stages.options import RUN_RULES
from figgen.train import train

torch.set_num_threads(1)


def composed(*overrides: str) -> DictConfig:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("config", ["autoencoder=identity", *overrides])


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_come_back_untouched(channels: int) -> None:
    net = IdentityAutoencoder(channels)
    assert (net.downsample, net.latent_channels, net.has_weights) == (1, channels, False)
    pixels = torch.rand(2, channels, 6, 10) * 2 - 1
    posterior = net.encode_pixels(pixels)
    assert torch.equal(sample(posterior, torch.Generator().manual_seed(0)), pixels)
    assert torch.equal(net.decode_raw(posterior.mean), pixels)


def test_measured_pixels_have_zero_mean_and_unit_variance_per_channel() -> None:
    net, pixels = IdentityAutoencoder(3), torch.rand(8, 3, 16, 16) * torch.tensor([2, 1, 0.5]).view(1, 3, 1, 1) - 1
    net.measure(net.encode_pixels(pixels))
    latents = net.encode_latents(pixels)
    torch.testing.assert_close(latents.mean((0, 2, 3)), torch.zeros(3), rtol=0, atol=1e-5)
    torch.testing.assert_close(latents.var((0, 2, 3), correction=0), torch.ones(3), rtol=1e-5, atol=0)
    torch.testing.assert_close(net.decode(latents), pixels, rtol=0, atol=1e-6)


@pytest.mark.parametrize("loss", ["tpl", "ocr", "ocr_perceptual"])
def test_a_text_loss_is_refused_in_one_sentence(loss: str) -> None:
    (problem,) = RUN_RULES.problems(composed(f"loss={loss}"))
    assert problem.startswith(f"loss={loss} teaches an autoencoder, and autoencoder=identity has nothing to learn")


@pytest.mark.parametrize("overrides", [(), ("debug=fast",), ("scale=paper",), ("dataset.size=[33,17]",)])
def test_it_fits_every_scale_and_size(overrides: tuple[str, ...]) -> None:
    assert RUN_RULES.problems(composed(*overrides)) == []


def test_a_denoiser_of_pixels_attends_where_a_position_spans_four() -> None:
    sizes = {"layers_per_block": 1, "heads": 2, "text_width": 4, "attention_from": 4}
    net = UNetDenoiser(3, NoiseSchedule(), [8, 8, 8, 8], downsample=1, **sizes).net
    assert [hasattr(block, "attentions") for block in net.down_blocks] == [False, False, True, False]
    assert [hasattr(block, "attentions") for block in net.up_blocks] == [False, True, False, False]
    latent = UNetDenoiser(4, NoiseSchedule(), [8, 8, 8, 8], downsample=8, **sizes).net
    assert [hasattr(block, "attentions") for block in latent.down_blocks] == [True, True, True, False]


SMALL = ["debug=fast", "logger=none", "trainer.threads=1", "dataset.size=[32,48]", "dataset.sizes.demo=[32,48]"]
NETS = [
    "denoiser=unet",
    "text_encoder=bytes",
    "denoiser.net.widths=[16,16]",
    "denoiser.batch_size=2",
    "text_encoder.net.width=16",
    "text_encoder.net.depth=1",
]


@pytest.mark.slow
def test_the_whole_road_is_walked_in_pixel_space(tmp_path: Path) -> None:
    cfg = composed(*SMALL, *NETS, f"paths.outputs={tmp_path / 'out'}", f"paths.data={tmp_path / 'data'}")
    train(cfg)
    (run,) = (tmp_path / "out").glob("*/*/run.json")
    stages = json.loads(run.read_text())["stages"]
    assert stages["autoencoder"]["results"]["steps"] == 0
    assert stages["autoencoder"]["results"]["latent_variance"] == pytest.approx(1, abs=1e-3)
    assert (run.parent / "samples" / "grid.png").stat().st_size > 1000
    assert not (run.parent / "export" / "vae").exists()


def test_a_dry_run_says_what_the_denoiser_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(composed(*SMALL, *NETS, "dry_run=true", f"paths.outputs={tmp_path}", f"paths.data={tmp_path}"))
    said = capsys.readouterr().out
    assert "latents      (4, 3, 32, 48)" in said and "diffusion " in said and "autoencoder  " not in said
    assert list(tmp_path.iterdir()) == []
