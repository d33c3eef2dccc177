"""MLflow mirrors the run directory: same run id for ever, true status, nothing lost when it is away."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from omegaconf import DictConfig

from figgen.data.loading.fitted import FittedSplit
from figgen.runs.provenance import ROOT
from figgen.train import train
from figgen.training.interrupts import Interrupted

Tiny = Callable[..., DictConfig]
STEPS = ["autoencoder.steps=6", "stages=[autoencoder]", "logger=mlflow", "trainer.looks=2"]


def stage_state(outputs: Path) -> dict[str, Any]:
    (path,) = outputs.glob("stages/autoencoder/*/stage.json")
    return json.loads(path.read_text())


def run_state(outputs: Path, group: str = "debug") -> dict[str, Any]:
    (path,) = outputs.glob(f"{group}/*/run.json")
    return json.loads(path.read_text())


def client_of(outputs: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{outputs}/mlflow.db")


@pytest.fixture
def interrupted_once(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DictConfig:
    """A run that was stopped by SIGTERM at its third step."""
    cfg = tiny(*STEPS)
    real, calls = FittedSplit.batch, []

    def batch(self: FittedSplit, indices: Any) -> Any:
        calls.append(1)
        if len(indices) == 2 and len(calls) == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(self, indices)

    with monkeypatch.context() as patch:
        patch.setattr(FittedSplit, "batch", batch)
        with pytest.raises(Interrupted):
            train(cfg)
    return cfg


def test_a_stopped_run_is_killed_and_its_continuation_is_the_same_mlflow_run(
    interrupted_once: DictConfig, tmp_path: Path
) -> None:
    client, ids = client_of(tmp_path), run_state(tmp_path)["mlflow"]
    assert [client.get_run(run_id).info.status for run_id in ids.values()] == ["KILLED", "KILLED"]
    assert client.get_run(ids["combination"]).data.tags["mlflow.note.content"] == "stopped by SIGTERM"
    train(interrupted_once)
    assert run_state(tmp_path)["mlflow"] == ids
    run = client.get_run(ids["autoencoder"])
    assert run.info.status == "FINISHED" and run.data.tags["mlflow.note.content"] == ""
    history = client.get_metric_history(ids["autoencoder"], "autoencoder/loss")
    assert sorted(metric.step for metric in history) == [1, 2, 3, 4, 5, 6]
    assert run.data.metrics.keys() == {
        f"autoencoder/{name}"
        for name in (
            *("loss", "loss/l1", "loss/kl", "lr", "grad_norm", "grad_norm/l1", "grad_norm/kl", "items_per_second"),
            "validation/psnr",
        )
    }
    assert run.data.params["autoencoder.steps"] == "6" and run.data.params["loss.recon.pixel"] == "l1"
    assert run.data.tags["data.source"] == "miniature" and run.data.tags["figgen.kind"] == "autoencoder"
    assert {"signature", "mlflow.source.git.commit", "host", "data.fingerprint"} <= run.data.tags.keys()
    pictures = [Path(item.path).name for item in client.list_artifacts(ids["autoencoder"], "images")]
    seen = sorted(name.split("+timestamp")[0] for name in pictures if name.endswith(".png"))
    assert seen == ["autoencoder~validation+step+3", "autoencoder~validation+step+6"]


def test_a_combination_stands_below_its_group_and_its_stages_below_it_reused_ones_too(
    tiny: Tiny, tmp_path: Path
) -> None:
    for group in ("first", "second"):
        train(tiny("stages=[autoencoder]", "logger=mlflow", f"group={group}", "loss=tpl", "autoencoder.steps=3"))
    client = client_of(tmp_path)
    for group in ("first", "second"):
        experiment = client.get_experiment_by_name(group)
        assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
        runs = {run.data.tags["figgen.kind"]: run for run in client.search_runs([experiment.experiment_id])}
        assert set(runs) == {"group", "combination", "autoencoder"}
        parents = [runs[kind].data.tags.get("mlflow.parentRunId") for kind in runs]
        assert sorted(map(str, parents)) == sorted(["None", *(runs[k].info.run_id for k in ("group", "combination"))])
        whole, stage = runs["combination"], runs["autoencoder"]
        assert re.fullmatch(r"mlfigs-tpl-baseline\S*-s0", whole.info.run_name)  # and no signature
        assert {
            "loss": "tpl",
            "sampler": "baseline",
            "seed": "0",
            "data": "miniature",
        }.items() <= whole.data.params.items()
        assert whole.data.params["autoencoder.steps"] == "3" and "autoencoder.betas" not in whole.data.params
        assert {"reconstruction/word_f1", "reconstruction/psnr", "originals/word_f1"} <= whole.data.metrics.keys()
        assert len(client.get_metric_history(stage.info.run_id, "autoencoder/loss")) == 3
        record = {item.path for item in client.list_artifacts(whole.info.run_id, "record")}
        assert {"record/run.json", "record/metrics.jsonl", "record/samples", "record/images"} <= record


def test_a_broken_run_is_failed(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("figgen.stages.assess.judge", broken)
    with pytest.raises(RuntimeError):
        train(tiny(*STEPS))
    runs = [client_of(tmp_path).get_run(run_id) for run_id in run_state(tmp_path)["mlflow"].values()]
    assert [run.info.status for run in runs] == ["FAILED", "FAILED"]
    assert {run.data.tags["mlflow.note.content"] for run in runs} == {"the disk is on fire"}
    assert stage_state(tmp_path)["status"] == "FAILED"


def test_training_finishes_without_its_tracking_server(
    tiny: Tiny, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(tiny(*STEPS, "logger.tracking_uri=http://127.0.0.1:9"))
    assert capsys.readouterr().out.count("cannot be written to") == 1
    assert stage_state(tmp_path)["status"] == "FINISHED"
    (rows,) = tmp_path.glob("stages/autoencoder/*/metrics.jsonl")
    assert len(rows.read_text().splitlines()) == 6


@pytest.mark.slow
def test_first_runs_at_once_share_an_empty_database(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from figgen.runs.tracking import Mirror; "
        "from figgen.runs.tracking import Entry; out = Path(sys.argv[1]); "
        "m = Mirror(f'sqlite:///{out}/mlflow.db'); m.open(Entry('first', 'x', {}, {'a': 1})); "
        "m.row(1, {'loss': 0.5}); m.close('FINISHED'); print(m.is_online)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=300)[0].strip()[-4:] for process in started] == ["True"] * 2
    client = client_of(tmp_path)
    (experiment,) = [e for e in client.search_experiments() if e.name == "first"]
    runs = client.search_runs([experiment.experiment_id], "params.a = '1'")
    assert len(client.search_runs([experiment.experiment_id])) == 3  # and one of the group
    assert [run.info.status for run in runs] == ["FINISHED"] * 2
    assert [run.data.metrics["loss"] for run in runs] == [0.5] * 2
