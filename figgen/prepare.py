"""Bring a dataset's original files into the form that every run reads: python -m figgen.prepare dataset=X from=PATH."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import launch
from figgen.cli.verbs import PREPARE
from figgen.data.source import DataSource
from figgen.runs.console import say
from figgen.runs.progress import LabelledMeters
from figgen.stages import build
from figgen.training.interrupts import INTERRUPTS


def prepare(cfg: DictConfig) -> None:
    """Convert the original files of cfg.dataset, or draw contact sheets of what was converted."""
    source = build.data_source(cfg)
    with INTERRUPTS.listening():
        if cfg.action == "inspect":
            inspect(cfg, source)
        else:
            convert(cfg, source)


def convert(cfg: DictConfig, source: DataSource) -> None:
    """One share of the work; whoever does the last one puts the whole together and shows the overview."""
    from figgen.data.preparing.preparation import prepare_folder
    from figgen.data.showing.overview import overview

    original = build.origin(cfg).find(cfg["from"])
    if cfg.force and cfg.num_shards == 1:
        shutil.rmtree(source.prepared, ignore_errors=True)
    label = "preparing" if cfg.num_shards == 1 else f"preparing shard {cfg.shard} of {cfg.num_shards}"
    with LabelledMeters() as report:
        manifest = prepare_folder(
            source.reader,
            original,
            source.prepared,
            detector=source.detector,
            max_bad_fraction=source.max_bad_fraction,
            shard=cfg.shard,
            num_shards=cfg.num_shards,
            on_progress=partial(report, label),
        )
    if manifest is None:
        say(f"shard {cfg.shard} of {cfg.num_shards} is done; the last shard to end puts {source.name} together")
    else:
        say(overview(source.prepared, source.name, cfg.detector.name))


def inspect(cfg: DictConfig, source: DataSource) -> None:
    """Contact sheets, a PNG and an HTML page per split."""
    from figgen.data.showing.contact_sheet import contact_sheets

    with LabelledMeters() as report:
        shards = source.ensure_shards(report)
    folder = Path(cfg.paths.outputs) / "inspect" / f"{source.name}-{source.resolved}"
    for path in contact_sheets(shards, folder, cfg.pictures):
        say(str(path))


def main() -> None:
    launch(prepare, PREPARE)


if __name__ == "__main__":
    main()
