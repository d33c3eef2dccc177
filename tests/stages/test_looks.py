"""Looks at validation items during training: at their steps, of the same items, and without a trace in the weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from omegaconf import DictConfig
from PIL import Image
from torch import nn

from figgen.train import train
from figgen.training.looking import at_rest

Tiny = Callable[..., DictConfig]


def rows(outputs: Path, stage: str) -> list[dict[str, float]]:
    (path,) = outputs.glob(f"stages/{stage}/*/metrics.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


def pictures(outputs: Path, stage: str) -> dict[str, np.ndarray]:
    found = sorted(outputs.glob(f"*/*/samples/progress/{stage}/*.png"))
    return {path.stem: np.asarray(Image.open(path)) for path in found}


def test_looks_leave_pictures_and_a_curve_and_change_no_step(tiny: Tiny, tmp_path: Path) -> None:
    steps = ("stages=[autoencoder,diffusion]", "autoencoder.steps=5", "denoiser.steps=4")
    for looks in (0, 2):
        train(tiny(*steps, f"trainer.looks={looks}", f"paths.outputs={tmp_path / str(looks)}"))
    seen, unseen = tmp_path / "2", tmp_path / "0"
    for stage, at, number in (("autoencoder", (3, 5), "psnr"), ("diffusion", (2, 4), "noise_mse")):
        curve = [row["step"] for row in rows(seen, stage) if f"validation/{number}" in row]
        assert tuple(curve) == at and tuple(pictures(seen, stage)) == tuple(f"{step:06d}" for step in at)
        assert [r["loss"] for r in rows(seen, stage)] == [r["loss"] for r in rows(unseen, stage)]
        assert pictures(unseen, stage) == {}


def test_every_run_is_looked_at_on_the_same_figures(tiny: Tiny, tmp_path: Path) -> None:
    for seed in (0, 1):
        train(tiny("stages=[autoencoder]", f"seed={seed}", f"paths.outputs={tmp_path / str(seed)}"))
    ((first,), (second,)) = (pictures(tmp_path / str(seed), "autoencoder").values() for seed in (0, 1))
    originals = slice(0, first.shape[0] // 2)
    assert np.array_equal(first[originals], second[originals]) and not np.array_equal(first, second)


def test_numbers_go_where_the_next_row_takes_them(tiny: Tiny, tmp_path: Path) -> None:
    train(tiny("stages=[autoencoder]", "autoencoder.steps=8", "trainer.looks=2", "trainer.log_every=3"))
    assert {row["step"]: "validation/psnr" in row for row in rows(tmp_path, "autoencoder")} == {
        3: False,
        6: True,
        8: True,
    }


def test_at_rest_every_part_evaluates_and_goes_on_as_it_was() -> None:
    net = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(3)).train()
    net[1].eval()
    with pytest.raises(RuntimeError), at_rest(net):
        assert not any(part.training for part in net.modules())
        raise RuntimeError
    assert [part.training for part in net.modules()] == [True, True, False]
    assert torch.equal(net[1].running_mean, torch.zeros(3))
