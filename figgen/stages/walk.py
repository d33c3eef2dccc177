"""From the first stage asked for to the last: what is finished is reused, what was cut off goes on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import torch
from omegaconf import DictConfig, OmegaConf

from figgen.data.source import DataSource
from figgen.runs.console import say
from figgen.runs.cores import threads
from figgen.runs.directory import Folder
from figgen.runs.files import write_text
from figgen.runs.metrics_log import MetricsLog
from figgen.runs.progress import LabelledMeters
from figgen.runs.tracking import Mirror
from figgen.stages import assess, autoencoder, diffusion, generation, lettering, planner
from figgen.stages.context import Context, Results, record_results
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
    run.update(data=data, data_source=source.resolved, tracking_uri=cfg.logger.tracking_uri, science=science(cfg))
    with LabelledMeters() as report:
        source.ensure(report)
    context = Context(cfg, source, run)
    for stage in wanted(cfg):
        if stage in cfg.stages:
            finish(context, stage)


def finish(context: Context, stage: str) -> None:
    """Make `stage` unless it is made, and note in run.json and metrics.jsonl what came of it."""
    folder = context.folder(stage)
    with folder.locked():
        if context.cfg.force:
            folder.clear()
        if folder.is_finished:
            say(f"{stage}: {folder.path.name} is finished, reused")
        else:
            with folder.attempt(), context.mirrored(stage) as mirror:
                folder.update(results=MAKERS[stage](context, mirror))
        if stage == "autoencoder":
            judge_anew(context)
    note(context, stage)


def judge_anew(context: Context) -> None:
    """Judge a reused autoencoder as this run asks, where no earlier run asked the same."""
    folder = context.folder("autoencoder")
    if not assess.judged(context):
        with context.mirrored("autoencoder") as mirror:
            results = {**folder.state["results"], **assess.judge(context, mirror)}
            record_results(results, folder, mirror, results["steps"] + assess.judgements(folder))


def note(context: Context, stage: str) -> None:
    """Enter a finished stage into run.json, its history into metrics.jsonl, copy its pictures, link its weights."""
    run, folder = context.run, context.folder(stage)
    state = folder.state
    results = {**state["results"], **(assess.judged(context) if stage == "autoencoder" else {})}
    entry = {"folder": str(folder.path), "mlflow_run_id": state.get("mlflow_run_id"), "results": results}
    run.update(stages={**run.state.get("stages", {}), stage: entry})
    if folder.samples.exists():
        shutil.copytree(folder.samples, run.samples, dirs_exist_ok=True)
    link(run.checkpoints / stage, folder.checkpoints)
    link(run.path / EXPORTED_VAE, folder.path / EXPORTED_VAE)
    gather_metrics(run)


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
