"""To resume, run the same command again: the same weights as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import HEAVY, NAMING_IMPORTS, TINY, composed
from omegaconf import DictConfig

from figgen.data.loading.fitted import FittedSplit
from figgen.diffusion.caches import LatentCache
from figgen.train import train
from figgen.training.interrupts import Interrupted

Tiny = Callable[..., DictConfig]
STEPS = ["autoencoder.steps=6", "denoiser.steps=6", "stages=[autoencoder,diffusion]", "sampler=scheduled"]
STAGES = ("autoencoder", "diffusion")


def final_state(outputs: Path, stage: str) -> dict[str, Any]:
    newest = max(outputs.glob(f"stages/{stage}/*/checkpoints/step-*.ckpt"))
    return torch.load(newest, weights_only=True)


def assert_equal(a: Any, b: Any, where: str = "") -> None:
    """Equal to the last bit, through nested containers."""
    if isinstance(a, torch.Tensor):
        assert torch.equal(a, b), where
    elif isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for key in a:
            assert_equal(a[key], b[key], f"{where}.{key}")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), where
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            assert_equal(x, y, f"{where}[{i}]")
    else:
        assert a == b, where


def assert_same_training(one: Path, other: Path) -> None:
    for stage in STAGES:
        a, b = final_state(one, stage), final_state(other, stage)
        assert a["global_step"] == b["global_step"] == 6
        assert_equal(a["state_dict"], b["state_dict"], stage)
        assert_equal(a["optimizer_states"], b["optimizer_states"], stage)


def steps_logged(outputs: Path, stage: str) -> list[int]:
    (path,) = outputs.glob(f"stages/{stage}/*/metrics.jsonl")
    rows = map(json.loads, path.read_text().splitlines())
    return [row["step"] for row in rows if "loss" in row]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Path:
    outputs = tmp_path_factory.mktemp("uninterrupted")
    train(composed(*TINY, f"paths.outputs={outputs}", f"paths.data={data_folder}", *STEPS))
    return outputs


def signal_at(monkeypatch: pytest.MonkeyPatch, items: type, call: int) -> None:
    """A real SIGTERM to this process when the `call`-th training batch is fetched."""
    real, calls = items.batch, []

    def batch(self: Any, indices: Any) -> Any:
        if len(indices) == 2:  # a training batch; the others are larger or ranges
            calls.append(1)
            if len(calls) == call:
                os.kill(os.getpid(), signal.SIGTERM)
        return real(self, indices)

    monkeypatch.setattr(items, "batch", batch)


@pytest.mark.parametrize(("items", "call"), [(FittedSplit, 3), (LatentCache, 4)])
def test_resumed_run_equals_uninterrupted_run(
    tiny: Tiny, tmp_path: Path, uninterrupted: Path, items: type, call: int
) -> None:
    outputs = tmp_path / "interrupted"
    cfg = tiny(f"paths.outputs={outputs}", *STEPS)
    with pytest.MonkeyPatch.context() as patch:
        signal_at(patch, items, call)
        with pytest.raises(Interrupted):
            train(cfg)
    (state,) = outputs.glob("*/*/run.json")
    assert json.loads(state.read_text())["status"] == "KILLED"
    train(cfg)
    assert json.loads(state.read_text())["status"] == "FINISHED"
    assert_same_training(outputs, uninterrupted)
    assert steps_logged(outputs, "autoencoder") == steps_logged(outputs, "diffusion") == [1, 2, 3, 4, 5, 6]


def test_a_finished_run_shows_its_summary_without_torch(data_folder: Path, uninterrupted: Path) -> None:
    python, _, *rest = command(uninterrupted, data_folder)
    done = subprocess.run([python, "-c", NAMING_IMPORTS, *rest], capture_output=True, text=True)
    *shown, imported = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert any("run the same command again" in line for line in shown)
    assert not HEAVY & set(imported.split())


def test_a_torn_checkpoint_falls_back_to_the_one_before(
    tiny: Tiny, tmp_path: Path, uninterrupted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = tmp_path / "torn"
    cfg = tiny(f"paths.outputs={outputs}", "trainer.checkpoint_every=0", *STEPS)
    with pytest.MonkeyPatch.context() as patch:
        signal_at(patch, FittedSplit, 4)
        with pytest.raises(Interrupted):
            train(cfg)
    newest = max(outputs.glob("stages/autoencoder/*/checkpoints/*.ckpt"))
    newest.write_bytes(newest.read_bytes()[: newest.stat().st_size // 2])
    train(cfg)
    assert "torn" in capsys.readouterr().out
    assert_same_training(outputs, uninterrupted)


def command(outputs: Path, data: Path, *more: str) -> list[str]:
    paths = [f"paths.outputs={outputs}", f"paths.data={data}"]
    return [sys.executable, "-m", "figgen.train", *TINY, *paths, *STEPS, *more]


def wait_for(path_of: Callable[[], Any], process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not path_of():
        assert process.poll() is None and time.monotonic() < deadline, "it ended before it could be killed"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_killed_run_equals_uninterrupted_run(
    tiny: Tiny, tmp_path: Path, data_folder: Path, uninterrupted: Path, stage: str
) -> None:
    outputs, often = tmp_path / "killed", "trainer.checkpoint_every=0"
    told = command(outputs, data_folder, often)
    process = subprocess.Popen(told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: list(outputs.glob(f"stages/{stage}/*/checkpoints/step-0000000[2-5]*")), process)
    process.kill()
    process.wait()
    train(tiny(f"paths.outputs={outputs}", often, *STEPS))
    assert_same_training(outputs, uninterrupted)
    (state,) = outputs.glob("*/*/run.json")
    assert [attempt["status"] for attempt in json.loads(state.read_text())["attempts"]] == ["KILLED", "FINISHED"]


@pytest.mark.slow
def test_two_runs_started_at_once_train_one_autoencoder(tmp_path: Path, data_folder: Path) -> None:
    outputs = tmp_path / "both"
    pair = [
        subprocess.Popen(command(outputs, data_folder, f"sampler={name}"), stdout=subprocess.PIPE, text=True)
        for name in ("baseline", "scheduled")
    ]
    said = [process.communicate(timeout=300)[0] for process in pair]
    assert [process.returncode for process in pair] == [0, 0]
    (state,) = outputs.glob("stages/autoencoder/*/stage.json")
    assert len(json.loads(state.read_text())["attempts"]) == 1
    assert len(list(outputs.glob("stages/diffusion/*/stage.json"))) == 2
    assert any("waiting for it" in text or "reused" in text for text in said)
