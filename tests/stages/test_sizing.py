"""Sizes on paper are those of real steps, and finding them takes no memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig
from torch import nn

from figgen.runs.provenance import ROOT
from figgen.stages import build
from figgen.stages.dry_run import duration
from figgen.stages.sizing import Need, autoencoder_need, diffusion_need, kept_bytes, latent_shape

Tiny = Callable[..., DictConfig]


def test_what_is_kept_for_the_backward_pass_is_counted_once_and_without_weights() -> None:
    net, x = nn.Linear(10, 20, bias=False), torch.zeros(4, 10)
    with kept_bytes(net) as kept:
        hidden = net(x)
        (hidden * hidden).sum()
        torch.relu(hidden)
    assert sorted(kept) == [4 * 10 * 4, 4 * 20 * 4, 4 * 20 * 4]  # x; hidden, twice in a product; relu's result


def test_an_autoencoder_on_paper_is_as_large_as_a_real_one(tiny: Tiny) -> None:
    cfg = tiny()
    net, need = build.autoencoder(cfg), autoencoder_need(cfg)
    assert need.weights == sum(p.numel() for p in net.parameters())
    assert need.held == 16 * need.weights
    with kept_bytes(net) as kept:
        net.decode_raw(net.encode_pixels(torch.zeros(2, 3, 128, 160)).mean)
    assert need.kept == pytest.approx(sum(kept), rel=0.02)
    assert latent_shape(cfg) == (16, 16, 20)


def test_a_denoiser_on_paper_is_as_large_as_a_real_one_and_so_is_its_average(tiny: Tiny) -> None:
    cfg = tiny()
    module, need = build.diffusion_module(cfg, build.autoencoder(cfg)), diffusion_need(cfg)
    assert need.weights == sum(p.numel() for p in module.model.parameters())
    assert need.held == (16 + 4) * need.weights
    with kept_bytes(module) as kept:
        module.model(torch.zeros(2, 16, 16, 20), torch.zeros(2, dtype=torch.int64), ["", ""])
    assert need.kept == pytest.approx(sum(kept), rel=0.05)


def test_half_precision_keeps_half(tiny: Tiny) -> None:
    assert autoencoder_need(tiny("trainer=gpu")).kept == autoencoder_need(tiny()).kept // 2


def test_the_card_has_a_tenth_more_than_is_wanted() -> None:
    assert Need(1, 21 * 2**30, 0).card == "a GPU with 24 GiB"
    assert Need(1, 22 * 2**30, 0).card == "a GPU with 32 GiB"
    assert Need(1, 200 * 2**30, 0).card == "more than a GPU with 141 GiB"


@pytest.mark.parametrize(("seconds", "said"), [(0.01, "1 s"), (119, "119 s"), (120, "2.0 min"), (9000, "2.5 h")])
def test_a_duration_is_said_in_the_unit_that_a_person_would_take(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.slow
@pytest.mark.parametrize("words", ["+experiments=mlfigs/tpl dataset.source=miniature trainer=cpu"])
def test_the_published_sizes_are_found_within_little_memory(words: str, tmp_path: Path) -> None:
    code = "from figgen.train import main; main(); from benchmarks.loader import peak; print(peak())"
    given = [*words.split(), "dry_run=true", f"paths.outputs={tmp_path}"]
    done = subprocess.run([sys.executable, "-c", code, *given], cwd=ROOT, capture_output=True, text=True)
    assert int(done.stdout.splitlines()[-1]) < 4 * 2**30
    assert "autoencoder  83,653,863 weights" in done.stdout and "diffusion    752,315,908 weights" in done.stdout
    assert list(tmp_path.iterdir()) == []
