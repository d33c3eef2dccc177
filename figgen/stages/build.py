"""The edge where configs become objects: the only place that instantiates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra.utils import instantiate
from omegaconf import DictConfig

from figgen.data.source import DataSource
from figgen.runs.directory import Folder
from figgen.runs.identity import plain, run_name

if TYPE_CHECKING:
    from torch import nn

    from figgen.autoencoder.base import Autoencoder
    from figgen.autoencoder.module import AutoencoderModule
    from figgen.data.preparing.fetching import Origin
    from figgen.diffusion.module import DiffusionModule
    from figgen.training.fitting import TrainerSettings
    from figgen.training.stepping import OptimSettings


def data_source(cfg: DictConfig) -> DataSource:
    """The dataset; cheap, nothing is drawn or read."""
    data = cfg.dataset
    return DataSource(
        data.name,
        instantiate(data.reader),
        instantiate(data.miniature),
        Path(cfg.paths.data),
        source=data.source,
        size=tuple(data.size),
        channels=data.channels,
        max_bad_fraction=data.max_bad_fraction,
        detector=instantiate(cfg.detector.model),
        fit=data.fit,
    )


def origin(cfg: DictConfig) -> Origin:
    """Where the dataset's original files come from."""
    from figgen.data.preparing.fetching import Origin

    data = plain(cfg.dataset)
    folder = Path(cfg.paths.data) / "original" / data["name"]
    return Origin(data["name"], data["about"], data["hub"], data["unpack"], folder)


def run_folder(cfg: DictConfig, fingerprint: str) -> Folder:
    """outputs/<group>/<dataset>-<loss>-<sampler>-s<seed>-<signature>."""
    return Folder(Path(cfg.paths.outputs) / cfg.group / run_name(cfg, fingerprint), "run.json")


def stage_folder(cfg: DictConfig, fingerprint: str, stage: str) -> Folder:
    """What runs share: outputs/stages/<stage>/<name and signature of what the stage depends on>."""
    path = Path(cfg.paths.outputs) / "stages" / stage / run_name(cfg, fingerprint, stage)
    return Folder(path, "stage.json")


def trainer_settings(cfg: DictConfig) -> TrainerSettings:
    from figgen.training.fitting import TrainerSettings

    return TrainerSettings(**plain(cfg.trainer))


def optim_settings(section: DictConfig) -> OptimSettings:
    """The optimizer's keys of conf/autoencoder/*.yaml or conf/denoiser/*.yaml."""
    from figgen.training.stepping import OptimSettings

    names = ("steps", "learning_rate", "betas", "weight_decay", "schedule", "warmup_steps", "grad_clip")
    return OptimSettings(**{name: plain(section[name]) for name in names})


def autoencoder(cfg: DictConfig) -> Autoencoder:
    """The net as it is born: its first weights are a function of the seed."""
    from figgen.training.seeding import seeded

    with seeded(cfg.seed, "autoencoder"):
        return instantiate(cfg.autoencoder.net)


def loss(cfg: DictConfig) -> nn.Module:
    """What the autoencoder minimises, the adversary aside."""
    recon = instantiate(cfg.loss.recon)
    return recon if cfg.loss.text is None else instantiate(cfg.loss.text, recon=recon)


def autoencoder_module(cfg: DictConfig, net: Autoencoder) -> AutoencoderModule:
    """The net with what it learns from."""
    from figgen.autoencoder.module import AutoencoderModule
    from figgen.training.seeding import seeded

    with seeded(cfg.seed, "adversary"):
        adversary = instantiate(cfg.loss.adversary)
    flip = cfg.dataset.horizontal_flip
    return AutoencoderModule(net, loss(cfg), optim_settings(cfg.autoencoder), cfg.seed, adversary, flip)


def diffusion_module(cfg: DictConfig, frozen: Autoencoder) -> DiffusionModule:
    from figgen.diffusion.module import DiffusionModule, TextDenoiser
    from figgen.training.seeding import seeded

    with seeded(cfg.seed, "diffusion"):
        denoiser = instantiate(cfg.denoiser.net, latent_channels=frozen.latent_channels, downsample=frozen.downsample)
        text_encoder = instantiate(cfg.text_encoder.net)
    return DiffusionModule(
        TextDenoiser(denoiser, text_encoder),
        frozen,
        instantiate(cfg.denoiser.noise),
        instantiate(cfg.sampler.policy),
        optim_settings(cfg.denoiser),
        cfg.seed,
        cfg.denoiser.ema_decay,
        cfg.denoiser.caption_dropout,
    )


def scheduler(cfg: DictConfig) -> Any:
    """diffusers' solver, on the noise schedule that the denoiser was trained with."""
    noise = instantiate(cfg.denoiser.noise)
    return instantiate(cfg.solver.scheduler, **noise.config)
