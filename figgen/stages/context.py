"""The road: autoencoder => diffusion => evaluation. What is finished is reused, what was cut off goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from figgen.data.loading.order import EndlessBatches
from figgen.data.source import DataSource
from figgen.runs import provenance
from figgen.runs.console import say
from figgen.runs.directory import Folder, status_of
from figgen.runs.errors import ConfigError
from figgen.runs.files import write_json, write_text
from figgen.runs.identity import STAGES, flatten, science, signature
from figgen.runs.metrics_log import MetricsLog
from figgen.runs.progress import LabelledMeters
from figgen.runs.tracking import Mirror
from figgen.stages import build
from figgen.training.seeding import derive
from figgen.training.weights import EXPORTED_VAE


@dataclass(frozen=True)
class Walk:
    """One run on its way: its config, its data, its folder, and a folder per stage."""

    cfg: DictConfig
    source: DataSource
    run: Folder

    def folder(self, stage: str) -> Folder:
        if stage == "evaluation":
            return Folder(self.run.path / "evaluation", "stage.json")
        return build.stage_folder(self.cfg, self.source.fingerprint, stage)

    def order(self, items: Any, batch_size: int, stage: str) -> Callable[[int], Iterator[list[int]]]:
        """From a step number to the batches that follow it."""
        rank, world = int(os.environ.get("LOCAL_RANK", 0)), self.cfg.trainer.devices
        seed = derive(self.cfg.seed, "order", stage)
        return lambda step: iter(EndlessBatches(len(items), batch_size, seed, step, rank=rank, world_size=world))


def walk(cfg: DictConfig, source: DataSource, run: Folder) -> None:
    """Bring every stage of cfg.stages to its end, in their order, and keep their results in run.json."""
    from figgen.training.fitting import use_threads

    use_threads(cfg.trainer.threads)
    write_text(run.path / "config.yaml", OmegaConf.to_yaml(cfg, resolve=True))
    data = f"{cfg.dataset.name}, {source.resolved} ({source.fingerprint})"
    run.update(data=data, data_source=source.resolved, tracking_uri=cfg.logger.tracking_uri, science=science(cfg))
    with LabelledMeters() as report:
        source.ensure(report)
    way = Walk(cfg, source, run)
    for stage in STAGES:
        if stage in cfg.stages:
            finish(way, stage)


def finish(way: Walk, stage: str) -> Folder:
    """Make `stage` unless it is made, and note in run.json and metrics.jsonl what came of it."""
    from figgen.stages.making import MAKERS

    folder = way.folder(stage)
    with folder.locked():
        if way.cfg.force:
            folder.clear()
        if folder.is_finished:
            say(f"{stage}: {folder.path.name} is finished, reused")
        else:
            needs_earlier(way, stage)
            with folder.attempt(), mirrored(way, stage, folder) as mirror:
                folder.update(results=MAKERS[stage](way, folder, mirror))
        if stage == "autoencoder":
            judge_anew(way, folder)
    note(way, stage, folder)
    return folder


def judge_anew(way: Walk, folder: Folder) -> None:
    """Judge a reused autoencoder as this run asks, where no earlier run asked the same."""
    from figgen.stages.assess import judge, judged, judgements

    if not judged(way, folder):
        with mirrored(way, "autoencoder", folder) as mirror:
            results = {**folder.state["results"], **judge(way, folder, mirror)}
            record_results(results, folder, mirror, results["steps"] + judgements(folder))


def needs_earlier(way: Walk, stage: str) -> None:
    """Refuse to go on from a stage that nobody has finished."""
    for earlier in STAGES[: STAGES.index(stage)]:
        if not way.folder(earlier).is_finished:
            asked = ",".join(s for s in STAGES if s in way.cfg.stages or s == earlier)
            raise ConfigError(
                f"stages: {stage} needs a finished {earlier}, and there is none: add it, stages=[{asked}]"
            )


@contextmanager
def mirrored(way: Walk, stage: str, folder: Folder) -> Iterator[Mirror]:
    """An MLflow run for the stage, the same one at every attempt, with the status that is true at the end."""
    mirror = Mirror(way.cfg.logger.tracking_uri, folder.state.get("mlflow_run_id"))
    log = MetricsLog(folder.path / "metrics.jsonl")
    name = f"{folder.path.name if stage != 'evaluation' else way.run.path.name}"
    mirror.open(way.cfg.group, f"{stage} {name}", tags(way, stage), flatten(science(way.cfg, stage)), log)
    folder.update(mlflow_run_id=mirror.wait_for_id())
    mirror.artifact(way.run.path / "config.yaml")
    try:
        yield mirror
    except BaseException as error:
        mirror.close(status_of(error))
        raise
    mirror.close("FINISHED")


def tags(way: Walk, stage: str) -> dict[str, str]:
    """What one filters and compares by in the MLflow UI."""
    cfg, git = way.cfg, provenance.git_state()
    return {
        "stage": stage,
        "signature": signature(cfg, way.source.fingerprint, stage),
        "dataset": cfg.dataset.name,
        "loss": cfg.loss.name,
        "sampler": cfg.sampler.name,
        "group": cfg.group,
        "data.source": way.source.resolved,
        "data.fingerprint": way.source.fingerprint,
        "git.commit": str(git["commit"]),
        "git.dirty": str(git["dirty"]),
        "host": provenance.machine()["host"],
        "command": provenance.command_line(),
        "run_directory": str(way.run.path),
    }


def note(way: Walk, stage: str, folder: Folder) -> None:
    """Enter a finished stage into run.json, its history into metrics.jsonl, and link its weights."""
    from figgen.stages.assess import judged

    run, state = way.run, folder.state
    results = {**state["results"], **(judged(way, folder) if stage == "autoencoder" else {})}
    entry = {"folder": str(folder.path), "mlflow_run_id": state.get("mlflow_run_id"), "results": results}
    run.update(stages={**run.state.get("stages", {}), stage: entry})
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
    import json

    stages = run.state["stages"]
    rows = [
        json.dumps({"stage": stage, **row})
        for stage in STAGES
        if stage in stages
        for row in MetricsLog(Path(stages[stage]["folder"]) / "metrics.jsonl").rows()
    ]
    write_text(run.path / "metrics.jsonl", "".join(f"{row}\n" for row in rows))


def record_results(results: dict[str, Any], folder: Folder, mirror: Mirror, step: int) -> None:
    """Numbers of a finished stage, as a file, as a row of metrics and in MLflow."""
    write_json(folder.path / "results.json", results)
    row = {key: m["value"] if isinstance(m, dict) else m for key, m in results.items()}
    row = {key: float(value) for key, value in row.items() if isinstance(value, int | float)}
    if MetricsLog(folder.path / "metrics.jsonl").append(step, row):
        mirror.row(step, row)
