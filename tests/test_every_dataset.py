"""Every dataset of the config has a miniature that goes the whole road: drawn, prepared, trained on."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from figgen.cli.choices import CONF, groups
from figgen.data.manifest import Manifest
from figgen.data.shards import table_of
from figgen.data.source import DataSource
from figgen.runs.errors import ConfigError
from figgen.stages.options import RUN_RULES
from figgen.stages.road import data_source
from figgen.train import train

DATASETS = sorted(groups()["dataset"])
MINUTE = 60.0
LEAST = {"train": 200, "test": 32}

pytestmark = pytest.mark.slow


def source_of(name: str, data: Path) -> DataSource:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return data_source(compose("config", [f"dataset={name}", f"paths.data={data}"]))


def cpu_seconds() -> float:
    """Of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


@pytest.mark.parametrize("name", DATASETS)
def test_its_miniature_is_drawn_within_a_minute_on_two_cores_and_nothing_in_it_is_bad(
    name: str, data_folder: Path
) -> None:
    before = cpu_seconds()
    shards = source_of(name, data_folder).ensure_shards()
    assert cpu_seconds() - before < 2 * MINUTE
    made = Manifest.read(shards)
    assert made.num_bad == 0
    assert all(made.counts[split] >= least for split, least in LEAST.items()) and made.counts["val"] > 0
    before = cpu_seconds()
    source_of(name, data_folder).ensure_shards()
    assert cpu_seconds() - before < 2


@pytest.mark.parametrize("name", DATASETS)
def test_its_records_have_captions_keys_of_their_own_and_words_where_it_says_so(name: str, data_folder: Path) -> None:
    source = source_of(name, data_folder)
    shards = source.ensure_shards()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        has_text = compose("config", [f"dataset={name}"]).dataset.has_text
    keys: list[str] = []
    for split in Manifest.read(shards).counts:
        table = table_of(shards, split)
        keys += table["key"].to_pylist()
        assert all(caption.strip() for caption in table["caption"].to_pylist())
        assert any(map(len, table["texts"].to_pylist())) == has_text
    assert len(set(keys)) == len(keys)


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
