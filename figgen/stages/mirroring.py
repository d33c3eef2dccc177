"""A run as MLflow shows it: one below its group for the combination, with what tells it from others and its final
numbers; one below that for each of its stages, with the curves, made here or by an earlier run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from omegaconf import OmegaConf

from figgen.cli.choices import defaults
from figgen.reporting.names import final, of_curve
from figgen.runs import provenance
from figgen.runs.directory import status_of
from figgen.runs.identity import flatten
from figgen.runs.metrics_log import MetricsLog
from figgen.runs.tracking import KIND, Entry, Mirror
from figgen.stages.context import Context
from figgen.stages.road import ALWAYS, filed, science, signature
from figgen.training.looking import progress_of

NOTE = "mlflow.note.content"  # what the UI shows as a run's description
COLUMNS = (  # of the table of combinations
    *(f"params.`{name}`" for name in ("loss", "sampler", "seed", "data")),
    *(f"metrics.`reconstruction/{name}`" for name in ("word_f1", "psnr", "ssim")),
    "metrics.`generated/word_f1`",
)
VIEW = {  # what the UI shows at .../runs?viewStateShareKey=combinations: one row a combination, the best first
    "searchFilter": f"tags.`{KIND}` = 'combination'",
    "orderByKey": COLUMNS[4],
    "orderByAsc": False,
    "startTime": "ALL",
    "lifecycleFilter": "Active",
    "modelVersionFilter": "All Runs",
    "datasetsFilter": [],
    "selectedColumns": COLUMNS,
}
EXPERIMENT = {  # its tags; the first makes the UI open its view of models in training
    "mlflow.experimentKind": "custom_model_development",
    "mlflow.sharedViewState.combinations": json.dumps(VIEW),
}


@contextmanager
def combination(context: Context) -> Iterator[Mirror]:
    """The run's own MLflow run, the same one at every attempt; its status and its sentence are true at the end."""
    mirror = Mirror(context.cfg.logger.tracking_uri, known_id(context, "combination"))
    name = context.run.path.name.rpartition("-")[0]  # the signature is a tag
    mirror.open(Entry(context.cfg.group, name, tags(context, "combination"), telling(context), EXPERIMENT))
    keep_id(context, "combination", mirror)
    with closing(mirror):
        yield mirror


@contextmanager
def stage_run(context: Context, stage: str, parent: Mirror) -> Iterator[Mirror]:
    """A stage's MLflow run below its combination, with all the history that the stage has."""
    folder = context.folder(stage)
    mirror = Mirror(parent.uri if parent.is_online else None, known_id(context, stage), partial(of_curve, stage))
    params, above = flatten(science(context.cfg, stage)), parent.run_id
    entry = Entry(context.cfg.group, stage, tags(context, stage), params, EXPERIMENT, above)
    mirror.open(entry, MetricsLog(folder.path / "metrics.jsonl"))
    mirror.pictures(f"{stage}/validation", progress_of(folder.path, stage))
    keep_id(context, stage, mirror)
    with closing(mirror):
        yield mirror


def published(context: Context, stage: str, mirror: Mirror) -> None:
    """A finished stage's numbers and pictures in the run of the combination."""
    entry = context.run.state["stages"][stage]
    mirror.row(0, final(stage, entry["results"]) | {f"cost/{stage}_seconds": entry["cost"]["seconds"]})
    mirror.pictures(f"{stage}/validation", progress_of(context.folder(stage).path, stage))
    for name in ("grid", "reconstructions"):
        if (path := context.run.samples / f"{name}.png").exists():
            mirror.pictures(name, {0: path})


def recorded(context: Context, mirror: Mirror) -> None:
    """All that a report reads of a run at its end: figgen.report source=mlflow makes a table on another machine."""
    mirror.document({**context.run.state, "status": "FINISHED"}, "record/run.json")
    for name in ("config.yaml", "metrics.jsonl", "images", "samples"):
        if (path := context.run.path / name).exists():
            mirror.artifact(path, f"record/{name}" if path.is_dir() else "record")


@contextmanager
def closing(mirror: Mirror) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        mirror.tag(NOTE, str(error) or type(error).__name__)
        mirror.close(status_of(error))
        raise
    mirror.tag(NOTE, "")
    mirror.close("FINISHED")


def known_id(context: Context, kind: str) -> str | None:
    found: str | None = context.run.state.get("mlflow", {}).get(kind)
    return found


def keep_id(context: Context, kind: str, mirror: Mirror) -> None:
    if found := mirror.wait_for_id():
        context.run.update(mlflow={**context.run.state.get("mlflow", {}), kind: found})


def telling(context: Context) -> dict[str, Any]:
    """The few things that tell a run: what it always says, its seed and its data, the choices that are not the default,
    and every value that is not as the file of its choice has it."""
    cfg = context.cfg
    groups = [group for group, value in science(cfg).items() if isinstance(value, dict) and "name" in value]
    changed = {
        f"{group}.{key}": value
        for group in groups
        for key, value in flatten(science(cfg)[group]).items()
        if is_unusual(OmegaConf.to_container(filed(group, cfg[group].name), resolve=False), key.split("."), value)
    }
    said = [group for group in groups if group in ALWAYS or cfg[group].name != defaults().get(group)]
    return {group: cfg[group].name for group in said} | {"seed": cfg.seed, "data": context.source.resolved} | changed


def is_unusual(usual: Any, path: Sequence[str], value: Any) -> bool:
    """Does the file of a choice have another value there? What it takes from elsewhere, ${...}, is no choice of its."""
    for name in path:
        if isinstance(usual, str) and "${" in usual:
            return False
        usual = usual.get(name) if isinstance(usual, dict) else None
    return usual != value and "${" not in str(usual)


def tags(context: Context, kind: str) -> dict[str, str]:
    """What one filters by in the MLflow UI, and where a run came from."""
    cfg, git, command = context.cfg, provenance.git_state(), provenance.command_line()
    stage = "evaluation" if kind == "combination" else kind
    return {
        KIND: kind,
        "signature": signature(cfg, context.source.fingerprint, stage),
        "data.source": context.source.resolved,
        "data.fingerprint": context.source.fingerprint,
        "host": provenance.machine()["host"],
        "run_directory": str(context.run.path),
        "mlflow.source.type": "LOCAL",
        "mlflow.source.name": command,
        "mlflow.source.git.commit": str(git["commit"]),
        "mlflow.source.git.dirty": str(git["dirty"]),
    }
