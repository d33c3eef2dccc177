"""Every dataset of the config has a miniature that goes the whole road: drawn, prepared, trained on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from figgen.cli.choices import CONF, groups
from figgen.runs.errors import ConfigError
from figgen.stages.options import RUN_RULES
from figgen.train import train

DATASETS = sorted(groups()["dataset"])
HALF_A_MINUTE = 30.0  # of one processor
LEAST = {"train": 200, "test": 32}
SOME = 24  # samples that stand for all


@pytest.mark.parametrize("name", DATASETS)
def test_its_miniature_is_large_enough_and_drawn_in_half_a_minute_of_one_processor(name: str, tmp_path: Path) -> None:
    miniature = instantiate(OmegaConf.load(CONF / "dataset" / f"{name}.yaml").miniature)
    assert all(miniature.counts[split] >= least for split, least in LEAST.items())
    few = replace(miniature, num_train=SOME // 2, num_val=0, num_test=SOME // 2)
    replace(few, num_train=1, num_test=1).write(tmp_path / "warm", workers=1)
    before = time.process_time()
    few.write(tmp_path / "few", workers=1)
    assert (time.process_time() - before) / SOME * sum(miniature.counts.values()) < HALF_A_MINUTE


@pytest.mark.parametrize("name", DATASETS)
def test_the_road_is_walked_on_it_with_a_text_loss_or_the_loss_is_refused(
    name: str, tiny: Callable[..., DictConfig], tmp_path: Path
) -> None:
    cfg = tiny(f"dataset={name}", "loss=tpl")
    if not cfg.dataset.has_text:
        with pytest.raises(ConfigError, match="show none: choose loss=plain"):
            RUN_RULES.validate(cfg)
        cfg = tiny(f"dataset={name}", "loss=plain")
    RUN_RULES.validate(cfg)
    train(cfg)
    (run,) = tmp_path.glob("*/*/run.json")
    state = json.loads(run.read_text())
    assert state["status"] == "FINISHED" and list(state["stages"]) == ["autoencoder", "diffusion", "evaluation"]
    assert (run.parent / "samples" / "grid.png").stat().st_size > 1000
