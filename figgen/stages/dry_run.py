"""Would it run, and what would it cost? Sizes on paper, and one step of what is small; nothing is written."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf
from torch import Tensor

from figgen.autoencoder.lettering_module import Windows
from figgen.autoencoder.text_aware import SURE
from figgen.data.loading.fitted import FittedSplit, fit_split
from figgen.data.loading.images import to_pixels
from figgen.data.loading.sheet import Sheet
from figgen.data.source import DataSource
from figgen.diffusion.caches import LatentBatch
from figgen.layout.module import Layouts
from figgen.losses.parts import Posterior
from figgen.losses.perceptual import cached_weights
from figgen.ocr.batch import BoxBatch
from figgen.runs import memory
from figgen.runs.console import say
from figgen.runs.cores import threads
from figgen.stages import build
from figgen.stages.road import data_source, wanted
from figgen.stages.sizing import GIB, Need, autoencoder_need, diffusion_need, kept_bytes, latent_shape, need_of, size
from figgen.training.stepping import SteppedModule, check_finite

MOST = 1.5 * GIB  # that a step may want to be tried and timed here
STEPS = 3  # that are timed, after one to warm up; the fastest counts
BUSY = 0.8  # of the time, less of which a thread has a core for itself where others work

Losses = Callable[[], tuple[Tensor, dict[str, Tensor]]]
Step = tuple[SteppedModule, Losses]


def dry_run(cfg: DictConfig, source: DataSource) -> None:
    """Print shapes, sizes, memory and time of every stage."""
    torch.set_num_threads(threads(cfg.trainer.threads))
    cfg = without_downloads(cfg)
    with tempfile.TemporaryDirectory() as folder:
        figures = some_figures(cfg, source, Path(folder))
        first, count = figures.batch([0]), cfg.autoencoder.batch_size
        shape, latent = (count, *first.pixels.shape[1:]), (count, *latent_shape(cfg))
        say(f"batch        pixels {shape}, {len(first.boxes)} words in the first, caption: {first.captions[0]}")
        say(f"latents      {latent}, {first.pixels.numel() / torch.Size(latent[1:]).numel():.0f}x fewer numbers")
        need = with_loss(autoencoder_need(cfg), cfg, figures)
        if need.weights:
            report("autoencoder", need, cfg, lambda: autoencoder_step(cfg, figures))
        for stage in (stage for stage in SMALL if stage in wanted(cfg)):
            module, losses = SMALL[stage](cfg, figures)
            with kept_bytes(module) as kept:
                held = losses()  # what they keep is let go of as soon as they are gone
            del held
            report(stage, need_of(module, kept, cfg), cfg, partial(SMALL[stage], cfg, figures))
    report("diffusion", diffusion_need(cfg), cfg, lambda: diffusion_step(cfg, first.captions[0]))
    say("dry run: nothing was written")


def without_downloads(cfg: DictConfig) -> DictConfig:
    """The config without an LPIPS whose weights a real run would fetch first; what is left out is said."""
    perceptual = cfg.loss.recon.perceptual
    if perceptual is None or perceptual.weights or cached_weights():
        return cfg
    say("loss         LPIPS is not counted: its weights are not on this machine, a real run would fetch them")
    return OmegaConf.merge(cfg, {"loss": {"recon": {"perceptual": None}}})  # type: ignore[return-value]


def some_figures(cfg: DictConfig, source: DataSource, folder: Path) -> FittedSplit:
    """As many as a batch has, of the prepared data or of a miniature drawn just large enough, fitted in `folder`."""
    data, count = cfg.dataset, cfg.autoencoder.batch_size
    if source.resolved == "miniature":
        small = {"miniature": {"num_train": 2 * count, "num_test": 2}, "source": "miniature"}
        changes: dict[str, Any] = {"dataset": small, "paths": {"data": str(folder)}}
        source = data_source(OmegaConf.merge(cfg, changes))  # type: ignore[arg-type]
    height, width = data.size
    sheet = Sheet(height, width, data.channels, data.fit)
    fit_split(source.ensure_shards(), "train", folder / "fitted", sheet, limit=count)
    return FittedSplit(folder / "fitted", "train")


def with_loss(need: Need, cfg: DictConfig, figures: FittedSplit) -> Need:
    """And what its loss and its adversary look with: measured on one figure, they read real words."""
    figure, count = figures.batch([0]), cfg.autoencoder.batch_size
    loss, adversary = build.loss(cfg), instantiate(cfg.loss.adversary)
    target = to_pixels(figure.pixels)
    recon, flat = target.clone().requires_grad_(), torch.zeros(1, 1, 1, 1)
    judges = torch.nn.ModuleList([loss, *([adversary] if adversary else [])])
    with kept_bytes(judges) as kept:
        total = loss(recon, target, Posterior(flat, flat), figure.boxes, cfg.autoencoder.steps).total
        verdict = adversary.verdict(recon, target) if adversary else None
    more = need_of(judges, [count * size for size in kept], cfg)
    del total, verdict  # they held what was counted
    return replace(need, held=need.held + more.held, kept=need.kept + more.kept)


def autoencoder_step(cfg: DictConfig, figures: FittedSplit) -> Step:
    batch = figures.batch([i % len(figures) for i in range(cfg.autoencoder.batch_size)])
    net = build.autoencoder(cfg)
    net.solve(to_pixels(batch.pixels))
    module = build.autoencoder_module(cfg, net)
    module.adversary = None  # it steps an optimizer of its own, which needs a trainer
    return module, lambda: module.losses(batch)


def lettering_step(cfg: DictConfig, figures: FittedSplit) -> Step:
    """On the figures as they are, for want of an autoencoder that would give their grounds back."""
    windows = Windows(Layouts(figures), figures.folder / f"{figures.name}.npy")
    module, count = build.lettering_module(cfg), cfg.lettering.batch_size
    batch = windows.batch([i % len(windows) for i in range(count)])
    return module, lambda: module.losses(batch)


def planner_step(cfg: DictConfig, figures: FittedSplit) -> Step:
    module = build.layout_module(cfg)
    batch = Layouts(figures).batch([i % len(figures) for i in range(cfg.layout.planner.batch_size)])
    return module, lambda: module.losses(batch)


SMALL: dict[str, Callable[[DictConfig, FittedSplit], Step]] = {"lettering": lettering_step, "planner": planner_step}


def diffusion_step(cfg: DictConfig, caption: str) -> Step:
    """On latents as they are after measuring: of unit variance, whatever they show."""
    count = cfg.denoiser.batch_size
    noise = torch.randn(count, *latent_shape(cfg), generator=torch.Generator().manual_seed(cfg.seed))
    boxes = BoxBatch.collate([[]] * count)
    latents = LatentBatch(("",) * count, (caption,) * count, Posterior(noise, torch.full_like(noise, SURE)), boxes)
    module = build.diffusion_module(cfg, build.decoder(cfg).requires_grad_(False))
    return module, lambda: module.losses(latents)


def report(label: str, need: Need, cfg: DictConfig, step: Callable[[], Step]) -> None:
    """One line: weights, memory, and time where a step is small enough to be tried."""
    free = memory.free()
    line = f"{label:<12} {need.weights:,} weights, about {size(need.bytes)}"
    if need.bytes < min(MOST, free / 2):
        say(f"{line}, {timed(*step())}")
    else:
        here = "which are free here" if need.bytes < free else f"more than the {size(free)} that are free here"
        say(f"{line}, {here}; too much for a dry run to time: best on {need.card}")


def timed(module: SteppedModule, losses: Losses) -> str:
    """Seconds of a step and hours of all, in words; what a busy machine adds to them is said."""
    times = []
    for _ in range(1 + STEPS):
        started, worked = time.perf_counter(), time.thread_time()
        total, parts = losses()
        total.backward()
        times.append((time.perf_counter() - started, time.thread_time() - worked))
    check_finite(parts, 0, ["the batch"], "loss part")
    seconds, own = min(times[1:])
    steps = module.optim.steps
    text = f"{seconds:.2f} s a step on this processor, {steps:,} steps = {duration(seconds * steps)}"
    if own < BUSY * seconds:
        text += (
            f" while others work on it ({own / seconds:.0%} of a core was left): alone about {duration(own * steps)}"
        )
    return f"{text};  " + "  ".join(f"{name} {value.item():.3g}" for name, value in parts.items())


def duration(seconds: float) -> str:
    """In the unit that a person would take."""
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{max(seconds, 1):.0f} s"
