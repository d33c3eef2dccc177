"""What a training step wants of a machine, worked out on the meta device: shapes are followed, nothing is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from omegaconf import DictConfig
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

from figgen.layout.character_map import empty_map
from figgen.runs import memory
from figgen.runs.errors import ConfigError
from figgen.stages import build

TRAINED, FROZEN = 16, 4  # bytes: a weight, its gradient and AdamW's two moments, four each; a weight alone
BACKWARD = 1.15  # gradients of what was kept are there beside it for a while
GIB = 2**30
CARDS = (8, 12, 16, 24, 32, 48, 80, 141)  # GiB of memory that a GPU may have


@dataclass(frozen=True)
class Need:
    """Of one step: weights to train, and bytes."""

    weights: int
    held: int  # by weights, gradients, moments and averages
    kept: int  # by the forward pass for the backward pass

    @property
    def bytes(self) -> float:
        return self.held + BACKWARD * self.kept

    @property
    def card(self) -> str:
        """The GPU that has as much, and a tenth more."""
        card = next((card for card in CARDS if card * GIB >= 1.1 * self.bytes), None)
        return f"a GPU with {card} GiB" if card else f"more than a GPU with {CARDS[-1]} GiB"


def autoencoder_need(cfg: DictConfig) -> Need:
    """Of the net alone: what its loss looks at comes on top."""
    with on_paper():
        net = build.autoencoder(cfg)
        pixels = torch.empty(cfg.autoencoder.batch_size, cfg.dataset.channels, *cfg.dataset.size)
        with kept_bytes(net) as kept:
            net.decode_raw(net.encode_pixels(pixels).mean)
    return need_of(net, kept, cfg)


def diffusion_need(cfg: DictConfig) -> Need:
    """Of denoiser and text encoder and their averages."""
    count = cfg.denoiser.batch_size
    with on_paper():
        decoder = build.decoder(cfg)
        module = build.diffusion_module(cfg, decoder)
        latents = torch.empty(count, *latent_shape(cfg))
        map = None if module.model.map_reader is None else empty_map(count, tuple(cfg.dataset.size))
        with kept_bytes(module) as kept:
            module.model(latents, torch.zeros(count, dtype=torch.int64), [""] * count, map)
    return need_of(module, kept, cfg)


def latent_shape(cfg: DictConfig) -> tuple[int, int, int]:
    """Channels, height and width of one picture's latent."""
    with on_paper():
        net = build.decoder(cfg)
    height, width = (side // net.downsample for side in cfg.dataset.size)
    return net.latent_channels, height, width


NEEDS: dict[str, Callable[[DictConfig], Need]] = {"autoencoder": autoencoder_need, "diffusion": diffusion_need}


def refuse_what_does_not_fit(cfg: DictConfig, stages: Sequence[str]) -> None:
    """Raise ConfigError where training one of the `stages` would run out of memory."""
    free = torch.cuda.mem_get_info()[0] if cfg.trainer.accelerator == "gpu" else memory.free()
    for stage in (stage for stage in stages if stage in NEEDS):
        if (need := NEEDS[stage](cfg)).bytes > free:
            raise ConfigError(
                f"{stage}: {need.weights:,} weights and what a step keeps want about {size(need.bytes)}, and "
                f"{size(free)} are free here: take a smaller batch_size or scale=demo, or {need.card}"
            )


def need_of(module: nn.Module, kept: Sequence[int], cfg: DictConfig) -> Need:
    """The sum over the module's weights and what was kept; in bfloat16 what is kept takes half."""
    weights = sum(p.numel() for p in module.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in module.parameters() if not p.requires_grad)
    share = 2 if cfg.trainer.precision == "bf16-mixed" else 1
    return Need(weights, weights * TRAINED + frozen * FROZEN, sum(kept) // share)


def size(count: float) -> str:
    """Bytes in words."""
    return f"{count / GIB:.1f} GiB" if count >= GIB else f"{count / 2**20:.0f} MiB"


@contextmanager
def on_paper() -> Iterator[None]:
    """Nets built and called inside have shapes and no content."""
    with torch.device("meta"), FusedAttention():
        yield


class FusedAttention(TorchFunctionMode):
    """Attention keeps what fused kernels keep; the meta device would keep the weights of every pair of positions."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is scaled_dot_product_attention:
            return Attended.apply(*args[:3], *(kwargs[name] for name in ("query", "key", "value")[len(args) :]))
        return func(*args, **kwargs)


class Attended(torch.autograd.Function):
    """Queries (..., L, F), keys (..., S, F), values (..., S, G) => something of the result's shape (..., L, G)."""

    @staticmethod
    def forward(ctx: FunctionCtx, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        result = queries.new_empty(*queries.shape[:-1], values.shape[-1])
        ctx.save_for_backward(queries, keys, values, result)
        return result


@contextmanager
def kept_bytes(module: nn.Module) -> Iterator[list[int]]:
    """The sizes of all that forward passes inside keep for the backward pass, each once, the module's weights aside."""
    sizes: list[int] = []
    seen = {tensor.untyped_storage()._cdata: tensor for tensor in (*module.parameters(), *module.buffers())}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in seen:
            seen[storage._cdata] = tensor  # held, or another tensor could get its address
            sizes.append(storage.nbytes())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        yield sizes
