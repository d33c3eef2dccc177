"""A multirun says how far it is, whoever launches its jobs, and no failure hides behind a later success."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from figgen.cli.multirun import Follower
from figgen.runs.files import write_json
from figgen.runs.provenance import ROOT

RUN = {
    "status": "FINISHED",
    "data": "mlfigs, miniature",
    "data_source": "miniature",
    "science": {"seed": 0, "dataset": {"name": "mlfigs"}, "loss": {"name": "plain"}},
    "stages": {},
}


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_a_job_that_fails_is_in_the_table_and_in_the_exit_code_and_the_others_run(
    tmp_path: Path, launcher: str
) -> None:
    (tmp_path / "good/run").mkdir(parents=True)
    (tmp_path / "good/run/run.json").write_text(json.dumps(RUN))
    sweep = ["-m", "group=bad,good", f"hydra/launcher={launcher}", f"paths.outputs={tmp_path}"]
    done = subprocess.run([sys.executable, "-m", "figgen.report", *sweep], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert "1/2 group=bad: failed" in done.stdout and "holds no finished run" in done.stdout
    assert "2/2 group=good: finished" in done.stdout
    assert "2 jobs: 1 failed, 1 finished" in done.stdout
    (log,) = re.findall(r" 1  failed .* group=bad +(\S+)", done.stdout)
    assert "DataError" in Path(log).read_text()
    assert len([line for line in done.stdout.splitlines() if line.startswith("2/2")]) <= 3
    assert (tmp_path / "good/report.md").exists() and "Traceback" not in done.stderr


def test_a_job_whose_process_is_gone_has_died_and_one_never_begun_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIGGEN_MULTIRUN", "")  # put back afterwards
    following = Follower(tmp_path / "jobs", ["seed=0", "seed=1"])
    write_json(tmp_path / "jobs/1.json", {"status": "started", "started": 0.0, "ended": 0.0})
    assert following.end() == 1
    assert "2 jobs: 1 died, 1 not begun" in capsys.readouterr().out
