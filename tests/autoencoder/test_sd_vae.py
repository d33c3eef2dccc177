"""A VAE that somebody else saved is fine-tuned, and leaves as it came: in diffusers' own folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import huggingface_hub
import pytest
import torch
from diffusers import AutoencoderKL, UNet2DModel
from huggingface_hub.errors import LocalEntryNotFoundError
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from figgen.autoencoder.sd_vae import load
from figgen.cli.choices import CONF
from figgen.runs.errors import CheckpointError, ConfigError
from figgen.stages.options import RUN_RULES
from figgen.stages.road import signature
from figgen.train import train

torch.set_num_threads(1)
Source = Callable[..., Path]


def save(folder: Path, seed: int = 0, channels: int = 3) -> Path:
    """A tiny VAE with random weights, factor 4, in `folder`."""
    torch.manual_seed(seed)
    net = AutoencoderKL(
        channels,
        channels,
        ("DownEncoderBlock2D",) * 3,
        ("UpDecoderBlock2D",) * 3,
        (8, 8, 8),
        latent_channels=4,
        norm_num_groups=4,
    )
    net.save_pretrained(folder)
    return folder


def composed(source: Path, *overrides: str) -> DictConfig:
    given = [f"autoencoder.net.source={source}", "autoencoder.net.downsample=4"]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("config", ["autoencoder=sd_vae", *given, *overrides])


@pytest.mark.parametrize("subfolder", [None, "vae"])
@torch.no_grad()
def test_its_weights_and_its_shape_are_the_source_s(tmp_path: Path, subfolder: str | None) -> None:
    place = save(tmp_path / (subfolder or ""))
    net, original = load(str(tmp_path), subfolder, "main", 3, 4), AutoencoderKL.from_pretrained(place)
    assert (net.channels, net.downsample, net.latent_channels) == (3, 4, 4)
    pictures = torch.rand(1, 3, 16, 24) * 2 - 1
    assert torch.equal(net.encode_pixels(pictures).mean, original.encode(pictures).latent_dist.mean)
    assert all(p.requires_grad and p.dtype == torch.float32 for p in net.parameters())


def test_what_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        CheckpointError, match=r"No AutoencoderKL at autoencoder\.net\.source=.*nowhere.*autoencoder=kl"
    ):
        load(str(tmp_path / "nowhere"), None, "main", 3, 8)


def test_a_pipeline_without_its_part_named_is_explained(tmp_path: Path) -> None:
    save(tmp_path / "vae")
    with pytest.raises(CheckpointError, match=r"autoencoder\.net\.subfolder=vae"):
        load(str(tmp_path), None, "main", 3, 4)


def test_another_kind_of_net_is_refused(tmp_path: Path) -> None:
    UNet2DModel(sample_size=8, block_out_channels=(8, 8), norm_num_groups=4, **BLOCKS).save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match="holds a UNet2DModel, not an AutoencoderKL"):
        load(str(tmp_path), None, "main", 3, 4)


BLOCKS = {"down_block_types": ("DownBlock2D",) * 2, "up_block_types": ("UpBlock2D",) * 2}


def test_grey_pictures_are_refused_by_a_colour_vae(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"takes pictures of 3 channels, the dataset's have 1: choose autoencoder=kl"):
        load(str(save(tmp_path)), None, "main", 1, 4)


def test_a_grey_vae_takes_grey_pictures(tmp_path: Path) -> None:
    assert load(str(save(tmp_path, channels=1)), None, "main", 1, 4).channels == 1


def test_a_wrong_downsample_is_told_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"autoencoder\.net\.downsample=8: .* is 4"):
        load(str(save(tmp_path)), None, "main", 3, 8)


@pytest.mark.parametrize("scale", ["demo", "paper"])
def test_both_scales_are_valid(tmp_path: Path, scale: str) -> None:
    assert RUN_RULES.problems(composed(tmp_path, f"scale={scale}")) == []


def test_other_weights_in_the_same_place_make_another_run(tmp_path: Path) -> None:
    save(tmp_path / "vae", seed=0)
    cfg = composed(tmp_path, "autoencoder.net.subfolder=vae")
    first = signature(cfg, "data")
    assert signature(cfg, "data") == first
    (tmp_path / "unet.bin").write_text("a pipeline's other parts do not matter")
    assert signature(cfg, "data") == first
    save(tmp_path / "vae", seed=1)
    assert signature(cfg, "data") != first


def test_a_hub_that_cannot_be_reached_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(name: str, **_: object) -> str:
        raise LocalEntryNotFoundError(f"no connection to fetch {name}\nand more")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with pytest.raises(CheckpointError, match=r"no connection to fetch some/vae\): give a folder") as caught:
        load("some/vae", None, "main", 3, 8)
    assert len(str(caught.value).splitlines()) == 1


def test_only_the_vae_of_a_pipeline_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "vae")
    asked = []

    def fetch(name: str, revision: str, allow_patterns: str) -> str:
        asked.append((name, revision, allow_patterns))
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    load("CompVis/stable-diffusion-v1-4", "vae", "main", 3, 4)
    assert asked == [
        ("CompVis/stable-diffusion-v1-4", "main", "vae/config.json"),
        ("CompVis/stable-diffusion-v1-4", "main", "vae/diffusion_pytorch_model.safetensors"),
    ]


@pytest.mark.slow
def test_a_run_fine_tunes_it_and_its_folder_holds_what_from_pretrained_loads(tmp_path: Path) -> None:
    source = save(tmp_path / "source")
    paths = [f"paths.outputs={tmp_path / 'out'}", f"paths.data={tmp_path / 'data'}"]
    cfg = composed(source, "debug=fast", "logger=none", "trainer.threads=1", "stages=[autoencoder]", *paths)
    train(cfg)
    (run,) = (tmp_path / "out").glob("debug/*/run.json")
    assert (run.parent / "export" / "vae").is_symlink()
    tuned = AutoencoderKL.from_pretrained(run.parent / "export" / "vae")
    before, after = AutoencoderKL.from_pretrained(source).state_dict(), tuned.state_dict()
    assert before.keys() == after.keys()
    assert not any(torch.equal(before[name], after[name]) for name in before if name.endswith("conv_out.weight"))
    results = json.loads(run.read_text())["stages"]["autoencoder"]["results"]
    assert results["steps"] == 2
    assert results["latent_variance"] == pytest.approx(1, abs=1e-3)
    assert tuned.config.scaling_factor != pytest.approx(0.18215)
