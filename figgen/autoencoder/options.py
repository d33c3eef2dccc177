"""What can be said of an autoencoder."""

from __future__ import annotations

from typing import Annotated, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Natural, Range
from figgen.cli.rules import shown
from figgen.runs.hub import why_absent
from figgen.training.options import LearningRate, OptimSettings

Width = Annotated[int, Range(8)]  # channels; group norm wants some

OPTIONS: dict[str, object] = {
    "autoencoder": OptimSettings,
    "autoencoder.batch_size": Count,
    "autoencoder.text_aware": bool,
    "autoencoder.net.channels": Literal[1, 3],
    "autoencoder.net.downsample": Literal[2, 4, 8, 16],
    "autoencoder.net.latent_channels": Annotated[int, Range(1, 256)],
    "autoencoder.net.width": Width,
    "autoencoder.net.layers_per_block": Count,
    "autoencoder.net.encoder_blocks": Natural,
    "autoencoder.net.decoder_blocks": Natural,
    "autoencoder.net.source": str,
    "autoencoder.net.subfolder": str | None,
    "autoencoder.net.revision": str,
    "autoencoder.sizes.*.width": Width,
    "autoencoder.sizes.*.layers_per_block": Count,
    "autoencoder.sizes.*.steps": Count,
    "autoencoder.sizes.*.batch_size": Count,
    "autoencoder.sizes.*.learning_rate": LearningRate,
    "autoencoder.sizes.*.warmup_steps": Natural,
}


def learns(section: DictConfig) -> bool:
    """Whether an autoencoder or a denoiser has weights to train: only then does its file have an optimizer's keys."""
    return "learning_rate" in section


def size_fits_patches(cfg: DictConfig) -> str | None:
    f, size = cfg.autoencoder.net.get("downsample", 1), list(cfg.dataset.size)
    if any(side % f for side in size):
        fitting = [-(-side // f) * f for side in size]
        return f"dataset.size={shown(size)} does not divide by autoencoder.net.downsample={f}; {shown(fitting)} does"
    return None


def text_loss_has_pupil(cfg: DictConfig) -> str | None:
    if cfg.loss.text is not None and not learns(cfg.autoencoder):
        return (
            f"loss={cfg.loss.name} teaches an autoencoder, and autoencoder={cfg.autoencoder.name} has nothing to "
            "learn: set loss=plain, or choose autoencoder=kl"
        )
    return None


def weights_can_be_had(cfg: DictConfig) -> str | None:
    net = cfg.autoencoder.net
    file = "/".join(filter(None, (net.get("subfolder"), "config.json")))
    if "source" in net and (why := why_absent(net.source, file, net.revision)):
        return f"autoencoder.net.source={net.source}: {why}; give a folder that has it, or choose autoencoder=kl"
    return None


CHECKS = (size_fits_patches, text_loss_has_pupil)
MACHINE = (weights_can_be_had,)
