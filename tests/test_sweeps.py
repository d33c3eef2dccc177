"""A grid over a launcher, from nothing: whoever comes first draws the data, and no job is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TINY

from figgen.runs.provenance import ROOT


@pytest.mark.slow
def test_the_jobs_of_a_parallel_sweep_draw_the_data_once_and_all_finish(tmp_path: Path) -> None:
    words = f"stages=[autoencoder] paths.outputs={tmp_path} paths.data={tmp_path}/data"
    sweep = "loss=plain,tpl hydra/launcher=joblib hydra.launcher.n_jobs=2"
    command = [sys.executable, "-m", "figgen.train", "-m", *TINY, *words.split(), *sweep.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    states = [json.loads(path.read_text()) for path in tmp_path.glob("debug/*/run.json")]
    assert [state["status"] for state in states] == ["FINISHED"] * 2
    assert len(list(tmp_path.glob("data/miniature/*/original"))) == 1
