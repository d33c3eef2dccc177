"""A VAE that somebody else trained: Stable Diffusion's, or any other AutoencoderKL of diffusers."""

from __future__ import annotations

from typing import Any

from figgen.autoencoder.vae import VAE, downsample_of
from figgen.runs.errors import CheckpointError, ConfigError


def load(source: str, subfolder: str | None, revision: str, channels: int, downsample: int) -> VAE:
    """The VAE in the folder `source`, or of that name on the Hugging Face hub, ready to be fine-tuned.

    `channels` and `downsample` are what the rest of the config counts on; they are held against the source's small
    config before its large weights are read or fetched.
    """
    from diffusers import AutoencoderKL

    place: dict[str, Any] = {"subfolder": subfolder, "revision": revision}
    try:
        config = AutoencoderKL.load_config(source, **place)
        check(config, source, channels, downsample)
        net = AutoencoderKL.from_pretrained(source, low_cpu_mem_usage=False, **place)
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"No AutoencoderKL at {place_of(source, subfolder)} ({str(error).splitlines()[0]}): set "
            "autoencoder.net.source to a folder that save_pretrained wrote or to a name on the Hugging Face hub (with "
            "autoencoder.net.subfolder=vae where it holds a whole pipeline), or choose autoencoder=kl."
        ) from error
    return VAE(net.float().requires_grad_(True))


def check(config: dict[str, Any], source: str, channels: int, downsample: int) -> None:
    """Raise ConfigError where the source's config is not of this kind of net, or not what was counted on."""
    if config.get("_class_name") != "AutoencoderKL":
        raise ConfigError(
            f"autoencoder.net.source={source} holds a {config.get('_class_name')}, not an AutoencoderKL; of a whole "
            "pipeline name the part as well, autoencoder.net.subfolder=vae"
        )
    if config["in_channels"] != channels:
        raise ConfigError(
            f"autoencoder.net.source={source} takes pictures of {config['in_channels']} channels, the dataset's have "
            f"{channels}: choose autoencoder=kl, which is built for either"
        )
    if downsample_of(config) != downsample:
        raise ConfigError(
            f"autoencoder.net.downsample={downsample}: that of {source} is {downsample_of(config)}, say so"
        )


def place_of(source: str, subfolder: str | None) -> str:
    """The override or overrides that named it."""
    inner = f" autoencoder.net.subfolder={subfolder}" if subfolder else ""
    return f"autoencoder.net.source={source}{inner}"
