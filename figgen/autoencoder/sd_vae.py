"""A VAE that somebody else trained: Stable Diffusion's, or any other AutoencoderKL of diffusers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diffusers import AutoencoderKL

from figgen.autoencoder.vae import VAE, downsample_of
from figgen.runs.errors import CheckpointError, ConfigError

WEIGHTS = "diffusion_pytorch_model.safetensors"


def load(source: str, subfolder: str | None, revision: str, channels: int, downsample: int) -> VAE:
    """The VAE in the folder `source`, or of that name on the Hugging Face hub, ready to be fine-tuned.

    `channels` and `downsample` are what the rest of the config counts on; they are held against the source's small
    config before its large weights are fetched.
    """
    try:
        config = AutoencoderKL.load_config(found(source, subfolder, revision, "config.json"))
        check(config, source, channels, downsample)
        net = AutoencoderKL.from_pretrained(found(source, subfolder, revision, WEIGHTS), low_cpu_mem_usage=False)
    except (OSError, ValueError) as error:
        inner = f" autoencoder.net.subfolder={subfolder}" if subfolder else ""
        raise CheckpointError(
            f"No AutoencoderKL at autoencoder.net.source={source}{inner} ({str(error).splitlines()[0]}): give a folder "
            "that save_pretrained wrote or a name on the Hugging Face hub (with autoencoder.net.subfolder=vae where it "
            "holds a whole pipeline), or choose autoencoder=kl."
        ) from error
    return VAE(net.float().requires_grad_(True))


def found(source: str, subfolder: str | None, revision: str, file: str) -> Path:
    """The folder of the VAE on this machine; of one on the hub, `file` is fetched unless an earlier run has it."""
    root, inner = Path(source).expanduser(), Path(subfolder or "")
    if not root.is_dir():
        from huggingface_hub import snapshot_download

        root = Path(snapshot_download(source, revision=revision, allow_patterns=str(inner / file)))
    return root / inner


def check(config: Mapping[str, Any], source: str, channels: int, downsample: int) -> None:
    """Raise ConfigError where the source's config is not of this kind of net, or not what was counted on."""
    kind = config.get("_class_name")
    if kind != "AutoencoderKL":
        raise ConfigError(f"autoencoder.net.source={source} holds a {kind}, not an AutoencoderKL: choose another one")
    if config["in_channels"] != channels:
        raise ConfigError(
            f"autoencoder.net.source={source} takes pictures of {config['in_channels']} channels, the dataset's have "
            f"{channels}: choose autoencoder=kl, which is built for either"
        )
    if downsample_of(config) != downsample:
        raise ConfigError(
            f"autoencoder.net.downsample={downsample}: that of {source} is {downsample_of(config)}, say so"
        )
