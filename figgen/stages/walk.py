"""From the first stage asked for to the last: what is finished is reused, what was cut off goes on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig, OmegaConf

from figgen.data.source import DataSource
from figgen.metrics.readers import unfair
from figgen.runs.console import say
from figgen.runs.cores import threads
from figgen.runs.directory import Folder
from figgen.runs.files import write_json, write_text
from figgen.runs.identity import plain
from figgen.runs.metrics_log import MetricsLog
from figgen.runs.progress import LabelledMeters
from figgen.runs.tracking import Mirror
from figgen.stages import assess, autoencoder, diffusion, generation, lettering, mirroring, planner
from figgen.stages.context import TABLE, Context, Results
from figgen.stages.road import STAGES, science, wanted
from figgen.training.weights import EXPORTED_VAE

MAKERS: dict[str, Callable[[Context, Mirror], Results]] = {
    "autoencoder": autoencoder.make,
    "lettering": lettering.make,
    "planner": planner.make,
    "diffusion": diffusion.make,
    "evaluation": generation.make,
}


def walk(cfg: DictConfig, source: DataSource, run: Folder) -> None:
    """Bring every stage of cfg.stages to its end, in their order, and keep their results in run.json."""
    torch.set_num_threads(threads(cfg.trainer.threads))
    write_text(run.path / "config.yaml", OmegaConf.to_yaml(cfg, resolve=True))
    data = f"{cfg.dataset.name}, {source.resolved} ({source.fingerprint})"
    known = {"data": data, "data_source": source.resolved, "tracking_uri": cfg.logger.tracking_uri}
    run.update(**known, science=science(cfg), unfair_readers=unfair(plain(cfg), source.resolved == "prepared"))
    with LabelledMeters() as report:
        source.ensure(report)
    context = Context(cfg, source, run)
    with mirroring.combination(context) as mirror:
        for stage in wanted(cfg):
            if stage in cfg.stages:
                finish(context, stage, mirror)
        mirroring.recorded(context, mirror)


def finish(context: Context, stage: str, mirror: Mirror) -> None:
    """Make `stage` unless it is made, and note in run.json, metrics.jsonl and MLflow what came of it."""
    folder = context.folder(stage)
    with folder.locked():
        if context.cfg.force:
            folder.clear()
        if folder.is_finished:
            say(f"{stage}: {folder.path.name} is finished, reused")
            with mirroring.stage_run(context, stage, mirror):
                pass  # its history alone
        else:
            with folder.attempt(), mirroring.stage_run(context, stage, mirror) as own:
                folder.update(results=MAKERS[stage](context, own))
        if stage == "autoencoder" and not assess.judged(context):
            assess.judge(context)  # as this run asks; no earlier one asked the same
    note(context, stage)
    mirroring.published(context, stage, mirror)


def note(context: Context, stage: str) -> None:
    """Enter a finished stage into run.json, its history into metrics.jsonl, copy its pictures, link its weights."""
    run, folder = context.run, context.folder(stage)
    state = folder.state
    results = {**state["results"], **(assess.judged(context) if stage == "autoencoder" else {})}
    entry = {"folder": str(folder.path), "results": results, "cost": cost(state["attempts"])}
    run.update(stages={**run.state.get("stages", {}), stage: entry})
    table = assess.judgement(context).with_suffix(".csv") if stage == "autoencoder" else folder.path / TABLE
    if table.exists():
        write_text(run.path / "images" / f"{stage}.csv", table.read_text())
    write_json(run.path / "metrics.json", {name: done["results"] for name, done in run.state["stages"].items()})
    if folder.samples.exists():
        shutil.copytree(folder.samples, run.samples, dirs_exist_ok=True)
    link(run.checkpoints / stage, folder.checkpoints)
    link(run.path / EXPORTED_VAE, folder.path / EXPORTED_VAE)
    gather_metrics(run)


def cost(attempts: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Seconds of all attempts at a stage, as far as they lived to tell, and the largest peak of memory in bytes."""
    told = {key: [attempt[key] for attempt in attempts if attempt.get(key)] for key in ("seconds", "peak_memory")}
    return {"seconds": sum(told["seconds"]), "peak_memory": max(told["peak_memory"], default=0)}


def link(name: Path, target: Path) -> None:
    """Let `name` lead to `target`, where there is one."""
    if target.exists():
        name.parent.mkdir(parents=True, exist_ok=True)
        name.unlink(missing_ok=True)
        name.symlink_to(os.path.relpath(target, name.parent))


def gather_metrics(run: Folder) -> None:
    """The run's metrics.jsonl: the histories of its stages, one after the other."""
    stages = run.state["stages"]
    rows = [
        json.dumps({"stage": stage, **row})
        for stage in STAGES
        if stage in stages
        for row in MetricsLog(Path(stages[stage]["folder"]) / "metrics.jsonl").rows()
    ]
    write_text(run.path / "metrics.jsonl", "".join(f"{row}\n" for row in rows))
