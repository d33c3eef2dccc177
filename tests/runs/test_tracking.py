"""MLflow mirrors the run directory: same run id for ever, true status, nothing lost when it is away."""

from __future__ import annotations

import json
import os
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
STEPS = ["autoencoder.steps=6", "stages=[autoencoder]", "logger=mlflow"]


def stage_state(outputs: Path) -> dict[str, Any]:
    (path,) = outputs.glob("stages/autoencoder/*/stage.json")
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
    run_id = stage_state(tmp_path)["mlflow_run_id"]
    assert client_of(tmp_path).get_run(run_id).info.status == "KILLED"
    train(interrupted_once)
    assert stage_state(tmp_path)["mlflow_run_id"] == run_id
    run = client_of(tmp_path).get_run(run_id)
    assert run.info.status == "FINISHED"
    history = client_of(tmp_path).get_metric_history(run_id, "loss")
    assert sorted(metric.step for metric in history) == [1, 2, 3, 4, 5, 6]
    assert {"l1", "kl", "lr", "items_per_second", "psnr", "reconstruction_word_f1"} <= run.data.metrics.keys()
    assert run.data.params["autoencoder.steps"] == "6" and run.data.params["loss.recon.pixel"] == "l1"
    assert run.data.tags["data.source"] == "miniature" and run.data.tags["stage"] == "autoencoder"
    assert {"signature", "git.commit", "host", "data.fingerprint"} <= run.data.tags.keys()
    names = {item.path for item in client_of(tmp_path).list_artifacts(run_id)}
    assert names == {"config.yaml", "samples"}


def test_a_broken_run_is_failed(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("figgen.stages.assess.judge", broken)
    with pytest.raises(RuntimeError):
        train(tiny(*STEPS))
    assert client_of(tmp_path).get_run(stage_state(tmp_path)["mlflow_run_id"]).info.status == "FAILED"
    assert stage_state(tmp_path)["status"] == "FAILED"


def test_training_finishes_without_its_tracking_server(
    tiny: Tiny, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(tiny(*STEPS, "logger.tracking_uri=http://127.0.0.1:9"))
    assert capsys.readouterr().out.count("cannot be written to") == 1
    assert stage_state(tmp_path)["status"] == "FINISHED"
    (rows,) = tmp_path.glob("stages/autoencoder/*/metrics.jsonl")
    assert len(rows.read_text().splitlines()) == 6 + 1


@pytest.mark.slow
def test_first_runs_at_once_share_an_empty_database(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from figgen.runs.tracking import Mirror; "
        "from figgen.runs.metrics_log import MetricsLog; out = Path(sys.argv[1]); "
        "m = Mirror(f'sqlite:///{out}/mlflow.db'); m.open('first', 'x', {}, {'a': 1}, MetricsLog(out / sys.argv[2])); "
        "m.row(1, {'loss': 0.5}); m.close('FINISHED'); print(m.is_online)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, tmp_path, f"{i}.jsonl"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for i in range(2)
    ]
    assert [process.communicate(timeout=300)[0].strip()[-4:] for process in started] == ["True"] * 2
    client = client_of(tmp_path)
    (experiment,) = [e for e in client.search_experiments() if e.name == "first"]
    runs = client.search_runs([experiment.experiment_id])
    assert [run.info.status for run in runs] == ["FINISHED"] * 2
    assert [run.data.metrics["loss"] for run in runs] == [0.5] * 2
