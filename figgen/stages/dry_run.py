"""Would it run, and what would it cost? One batch through everything; nothing is written."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig, OmegaConf
from torch import Tensor

from figgen.data.loading.images import to_pixels
from figgen.data.source import DataSource
from figgen.diffusion.caches import LatentBatch, measured_on
from figgen.runs.console import say
from figgen.runs.cores import threads
from figgen.stages import build
from figgen.stages.road import data_source
from figgen.training.stepping import SteppedModule, check_finite

PER_WEIGHT = 16  # bytes: a weight, its gradient and AdamW's two moments, four each


def dry_run(cfg: DictConfig, source: DataSource) -> None:
    """Print shapes, sizes, memory and time of every stage asked for."""
    torch.set_num_threads(threads(cfg.trainer.threads))
    with tempfile.TemporaryDirectory() as folder:
        batch = one_batch(cfg, source, Path(folder))
    pixels = to_pixels(batch.pixels)
    say(f"batch        pixels {tuple(pixels.shape)}, {len(batch.boxes)} words, caption: {batch.captions[0]}")
    autoencoder = build.autoencoder(cfg)
    autoencoder.solve(pixels)
    posterior = autoencoder.encode_pixels(pixels)
    say(f"latents      {tuple(posterior.mean.shape)}, {pixels.numel() / posterior.mean.numel():.0f}x fewer numbers")
    if autoencoder.has_weights:
        module = build.autoencoder_module(cfg, autoencoder)
        report("autoencoder", module, lambda: module.losses(batch))
    autoencoder.eval().requires_grad_(False)
    with torch.no_grad():
        posterior = autoencoder.encode_pixels(pixels)
        measured_on(autoencoder, posterior)
    many = torch.arange(cfg.denoiser.batch_size) % len(batch)
    latents = LatentBatch(
        tuple(batch.keys[i] for i in many.tolist()),
        tuple(batch.captions[i] for i in many.tolist()),
        type(posterior)(*(x[many] for x in posterior)),
    )
    diffusion = build.diffusion_module(cfg, autoencoder)
    report("diffusion", diffusion, lambda: diffusion.losses(latents))
    say("dry run: nothing was written")


def one_batch(cfg: DictConfig, source: DataSource, folder: Path) -> Any:
    """A batch of the prepared data, or of a miniature drawn just large enough, in a folder that goes again."""
    if source.resolved == "miniature":
        small = {"num_train": 2 * cfg.autoencoder.batch_size, "num_test": 2}
        changes: dict[str, Any] = {
            "dataset": {"miniature": small, "source": "miniature"},
            "paths": {"data": str(folder)},
        }
        source = data_source(OmegaConf.merge(cfg, changes))  # type: ignore[arg-type]
    train = source.split("train")
    return train.batch([i % len(train) for i in range(cfg.autoencoder.batch_size)])


def report(label: str, module: SteppedModule, losses: Callable[[], tuple[Tensor, dict[str, Tensor]]]) -> None:
    """One step, forward and backward, twice: the second is timed."""
    with saved_bytes() as held:
        total, parts = losses()
        total.backward()
    started = time.monotonic()
    total, parts = losses()
    total.backward()
    seconds = time.monotonic() - started
    check_finite(parts, 0, ["the batch"], "loss part")
    weights = sum(p.numel() for p in module.trained_parameters())
    memory = (weights * PER_WEIGHT + held[0]) / 2**20
    hours = seconds * module.optim.steps / 3600
    text = "  ".join(f"{name} {value.item():.3g}" for name, value in parts.items())
    say(
        f"{label:<12} {weights:,} weights, about {memory:,.0f} MiB, {seconds:.2f} s a step on this processor, "
        f"{module.optim.steps:,} steps = {hours:.2f} h;  {text}"
    )


@contextmanager
def saved_bytes() -> Iterator[list[int]]:
    """Counts, in the list's one item, the bytes that the forward pass keeps for the backward pass."""
    held = [0]

    def keep(tensor: Tensor) -> Tensor:
        held[0] += tensor.numel() * tensor.element_size()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        yield held
