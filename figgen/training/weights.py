"""Weights that leave a stage: safetensors, whole or absent."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file, save
from torch import nn

from figgen.runs.errors import CheckpointError
from figgen.runs.files import whole_file

EXPORT = "export/weights.safetensors"  # within a stage's folder
EXPORTED_VAE = "export/vae"  # within the autoencoder's: the same weights as diffusers has them


def save_weights(module: nn.Module, path: Path) -> None:
    """All parameters and buffers of `module` => `path`."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()}
    with whole_file(path) as file:
        file.write(save(tensors))


def load_weights(module: nn.Module, path: Path) -> None:
    """`path` => `module`, which must have exactly these weights."""
    try:
        module.load_state_dict(load_file(path))
    except (OSError, RuntimeError) as error:
        raise CheckpointError(f"{path} does not hold these weights ({error}): train again with force=true") from error
