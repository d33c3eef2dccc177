"""diffusers' AutoencoderKL behind figgen's seam, and back into diffusers' own folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diffusers import AutoencoderKL
from torch import Tensor

from figgen.autoencoder.base import Autoencoder
from figgen.losses.parts import Posterior
from figgen.runs.files import whole_folder, write_json


class VAE(Autoencoder):
    """An AutoencoderKL, wherever its weights come from."""

    def __init__(self, net: AutoencoderKL) -> None:
        config = net.config
        super().__init__(config.in_channels, downsample_of(config), config.latent_channels)
        self.net = net

    def encode_pixels(self, pixels: Tensor) -> Posterior:
        posterior = self.net.encode(pixels).latent_dist
        return Posterior(posterior.mean, posterior.logvar)

    def decode_raw(self, raw: Tensor) -> Tensor:
        return self.net.decode(raw).sample

    def last_layer(self) -> Tensor:
        return self.net.decoder.conv_out.weight

    def export(self, folder: Path) -> None:
        """What AutoencoderKL.from_pretrained(folder) loads, and latents.json with figgen's own shift and scale."""
        self.net.register_to_config(**self.latent_config())
        with whole_folder(folder) as part:
            self.net.save_pretrained(part)
            write_json(part / "latents.json", {"shift": _numbers(self.shift), "scale": _numbers(self.scale)})
            for file in part.iterdir():
                file.chmod(0o644)  # diffusers writes weights that only their owner may read

    def latent_config(self) -> dict[str, float | list[float]]:
        """Shift and scale as diffusers' pipelines understand them.

        Those of SD multiply raw latents by scaling_factor, those of SD 3 take shift_factor off before: one number for
        all channels, with which the latents as a whole have variance 1 (and mean 0). Those of SDXL read raw latents as
        latents · latents_std / scaling_factor + latents_mean: numbers per channel, exactly `decode`.
        """
        mean = self.shift.mean()
        overall = (self.scale.pow(-2) + (self.shift - mean).square()).mean().sqrt()
        return {
            "shift_factor": mean.item(),
            "scaling_factor": 1 / overall.item(),
            "latents_mean": _numbers(self.shift),
            "latents_std": _numbers(1 / (self.scale * overall)),
        }


def downsample_of(config: Mapping[str, Any]) -> int:
    """Pixels per latent position of an AutoencoderKL with this config: every level but the last halves the picture."""
    return 2 ** (len(config["block_out_channels"]) - 1)


def _numbers(per_channel: Tensor) -> list[float]:
    return per_channel.flatten().tolist()
