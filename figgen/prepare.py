"""Bring a dataset's original files into the form that every run reads: python -m figgen.prepare dataset=X from=PATH."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import launch
from figgen.cli.verb import Outcome, Verb
from figgen.data.preparing.fetching import Origin
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.showing.contact_sheet import contact_sheets
from figgen.data.showing.overview import overview
from figgen.data.source import DataSource
from figgen.runs.console import say
from figgen.runs.identity import plain
from figgen.runs.places import said_again
from figgen.runs.progress import LabelledMeters
from figgen.stages.options import PREPARE_RULES
from figgen.stages.road import data_source
from figgen.training.interrupts import INTERRUPTS


def prepare(cfg: DictConfig) -> Outcome:
    """Convert the original files of cfg.dataset, or draw contact sheets of what was converted."""
    source = data_source(cfg)
    with INTERRUPTS.listening():
        return inspect(cfg, source) if cfg.action == "inspect" else convert(cfg, source)


def origin(cfg: DictConfig) -> Origin:
    """Where the dataset's original files come from."""
    data = plain(cfg.dataset)
    folder = Path(cfg.paths.data) / "original" / data["name"]
    return Origin(data["name"], data["about"], data["hub"], data["unpack"], folder)


def convert(cfg: DictConfig, source: DataSource) -> Outcome:
    """One share of the work; whoever does the last one puts the whole together and shows the overview."""
    original = origin(cfg).find(cfg["from"])
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
        return Outcome("finished", source.prepared)
    page = overview(source.prepared, source.name, cfg.detector.name, said_again(Path(cfg.paths.outputs), source.folder))
    say(page)
    return Outcome("finished", source.prepared, page)


def inspect(cfg: DictConfig, source: DataSource) -> Outcome:
    """Contact sheets, a PNG and an HTML page per split."""
    with LabelledMeters() as report:
        shards = source.ensure_shards(report)
    folder = Path(cfg.paths.outputs) / "inspect" / f"{source.name}-{source.resolved}"
    for path in contact_sheets(shards, folder, cfg.pictures):
        say(str(path))
    return Outcome("finished", folder)


PREPARE = Verb(
    work=prepare,
    rules=PREPARE_RULES,
    name="prepare",
    config="prepare",
    purpose="bring the original files of a dataset into the form that every run reads, once.",
    examples="""\
  python -m figgen.prepare dataset=mlfigs from=/data/ml-figs      a folder, or the archive that it came in
  python -m figgen.prepare dataset=im2latex from=hub              download it first
  python -m figgen.prepare dataset=scicap from=/data/scicap detector=tesseract     find the words, too
  python -m figgen.prepare -m dataset=mario from=/data/mario shard='range(0,8)' num_shards=8 hydra/launcher=joblib
  python -m figgen.prepare dataset=mlfigs action=inspect          contact sheets with the word boxes drawn""",
)


def main() -> None:
    launch(PREPARE)


if __name__ == "__main__":
    main()
