"""CRAFT checkpoints in the published format: random ones, and one that finds dark ink."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from figgen.ocr import craft

# conv, norm: the way of one channel from the picture to the score map, through the finest skip connection
WAY = [
    ("basenet.slice1.0", "basenet.slice1.1"),
    ("basenet.slice1.3", "basenet.slice1.4"),
    ("basenet.slice1.7", "basenet.slice1.8"),
    ("basenet.slice1.10", "basenet.slice1.11"),
    ("upconv4.conv.0", "upconv4.conv.1"),
    ("upconv4.conv.3", "upconv4.conv.4"),
    *((f"conv_cls.{i}", None) for i in (0, 2, 4, 6, 8)),
]
SKIP = 64  # channels that upconv4 gets from below, before those of the skip connection
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def random_state(seed: int = 0) -> dict[str, Tensor]:
    """The weights of a newborn CRAFT."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return craft.package("models.craftnet", "-").CraftNet().state_dict()


def ink_state() -> dict[str, Tensor]:
    """A CRAFT whose character score is the picture's darkness and whose link score is nothing."""
    state = {key: torch.zeros_like(value) for key, value in random_state().items()}
    for key in state:
        if key.endswith("running_var"):
            state[key] += 1
    for step, (conv, norm) in enumerate(WAY):
        weight = state[f"{conv}.weight"]
        middle = weight.shape[-1] // 2
        if step == 0:  # 1 - mean of the colours: the picture comes normalised
            weight[0, :, middle, middle] = -torch.tensor(STD) / 3
            state[f"{conv}.bias"][0] = 1 - sum(MEAN) / 3
        else:
            weight[0, SKIP if conv == "upconv4.conv.0" else 0, middle, middle] = 1
        if norm:
            state[f"{norm}.weight"][0] = 1
    return state


def save(state: dict[str, Tensor], path: Path, prefix: str = "module.") -> Path:
    """As published: a flat dict of tensors, each name behind DataParallel's `module.`."""
    torch.save({f"{prefix}{key}": value for key, value in state.items()}, path)
    return path
