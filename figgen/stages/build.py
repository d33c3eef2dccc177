"""The edge where configs become networks, losses and modules."""

from __future__ import annotations

from dataclasses import fields

import torch
from diffusers import SchedulerMixin
from hydra.utils import instantiate
from omegaconf import DictConfig

from figgen.autoencoder.base import Autoencoder
from figgen.autoencoder.lettering import Lettering
from figgen.autoencoder.lettering_module import LetteringModule
from figgen.autoencoder.module import AutoencoderModule
from figgen.autoencoder.text_aware import TextAware
from figgen.diffusion.layout import MapReader
from figgen.diffusion.module import DiffusionModule, TextDenoiser
from figgen.layout.module import LayoutModule
from figgen.losses.combined import Combined
from figgen.losses.parts import Objective
from figgen.runs.identity import plain
from figgen.training.options import OptimSettings, TrainerSettings
from figgen.training.seeding import seeded


def device(cfg: DictConfig) -> torch.device:
    """Where networks work outside of training, too."""
    return torch.device({"cpu": "cpu", "gpu": "cuda"}[cfg.trainer.accelerator])


def trainer_settings(cfg: DictConfig) -> TrainerSettings:
    return TrainerSettings(**plain(cfg.trainer))


def optim_settings(section: DictConfig) -> OptimSettings:
    """The optimizer's keys of conf/autoencoder/*.yaml or conf/denoiser/*.yaml."""
    return OptimSettings(**{field.name: plain(section[field.name]) for field in fields(OptimSettings)})


def autoencoder(cfg: DictConfig) -> Autoencoder:
    """The net as it is born: its first weights are a function of the seed."""
    with seeded(cfg.seed, "autoencoder"):
        return instantiate(cfg.autoencoder.net)


def decoder(cfg: DictConfig) -> Autoencoder:
    """The autoencoder, with letters where it is to know them."""
    net = autoencoder(cfg)
    return TextAware(net, lettering(cfg), glyphs=cfg.layout.glyphs) if cfg.autoencoder.text_aware else net


def loss(cfg: DictConfig) -> Objective:
    """What the autoencoder minimises, the adversary aside. A text term has a `weight`, or `lam` is the plain share."""
    recon, text = instantiate(cfg.loss.recon), plain(cfg.loss.text)
    if text is None:
        return recon
    start, weight, lam = text.pop("warmup_steps", 0), text.pop("weight", 1.0), text.pop("lam", None)
    shares = (weight, 1.0) if lam is None else (1 - lam, lam)
    return Combined(recon, instantiate(text), weight=shares[0], plain_weight=shares[1], start=start)


def autoencoder_module(cfg: DictConfig, net: Autoencoder) -> AutoencoderModule:
    """The net with what it learns from."""
    with seeded(cfg.seed, "adversary"):
        adversary = instantiate(cfg.loss.adversary)
    flip, clip = cfg.dataset.horizontal_flip, cfg.loss.clipped
    return AutoencoderModule(
        net, loss(cfg), optim_settings(cfg.autoencoder), seed=cfg.seed, adversary=adversary, flip=flip, clip=clip
    )


def lettering(cfg: DictConfig) -> Lettering:
    """The net that draws letters, as it is born."""
    with seeded(cfg.seed, "lettering"):
        return instantiate(cfg.lettering.net)


def lettering_module(cfg: DictConfig) -> LetteringModule:
    return LetteringModule(lettering(cfg), optim_settings(cfg.lettering), seed=cfg.seed, glyphs=cfg.layout.glyphs)


def layout_module(cfg: DictConfig) -> LayoutModule:
    """The planner, as it is born, with what it learns from."""
    with seeded(cfg.seed, "planner"):
        planner = instantiate(cfg.layout.planner.net, size=tuple(cfg.dataset.size))
    return LayoutModule(planner, optim_settings(cfg.layout.planner), cfg.seed)


def diffusion_module(cfg: DictConfig, frozen: Autoencoder) -> DiffusionModule:
    """The denoiser and what reads captions and maps, as they are born, with what they learn from."""
    shape = {"latent_channels": frozen.latent_channels, "downsample": frozen.downsample}
    with seeded(cfg.seed, "diffusion"):
        map_reader = MapReader(frozen.downsample, **plain(cfg.denoiser.map)) if cfg.layout.map else None
        hints = cfg.denoiser.map.width if map_reader else 0
        denoiser = instantiate(cfg.denoiser.net, **shape, hint_channels=hints)
        text_encoder = instantiate(cfg.text_encoder.net)
    return DiffusionModule(
        TextDenoiser(denoiser, text_encoder, map_reader),
        frozen,
        instantiate(cfg.denoiser.noise),
        instantiate(cfg.sampler.policy),
        optim_settings(cfg.denoiser),
        seed=cfg.seed,
        ema_decay=cfg.denoiser.ema_decay,
        caption_dropout=cfg.denoiser.caption_dropout,
        weighting=cfg.denoiser.weighting,
        layout_dropout=cfg.denoiser.layout_dropout,
        glyphs=cfg.layout.glyphs,
    )


def scheduler(cfg: DictConfig) -> SchedulerMixin:
    """diffusers' solver, on the noise schedule that the denoiser was trained with."""
    noise = instantiate(cfg.denoiser.noise)
    return instantiate(cfg.solver.scheduler, **noise.config)
