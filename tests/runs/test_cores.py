"""Threads are as many as somebody grants: the command line, OMP_NUM_THREADS, affinity, the cgroup."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from figgen.runs import cores as module
from figgen.runs.cores import cores, quota, threads

V1 = "3:memory:/a\n2:cpu,cpuacct:/a\n"
LIMITS = [
    ("0::/\n", {"cpu.max": "150000 100000\n"}, 1.5),
    ("0::/a/b\n", {"cpu.max": "max 100000\n", "a/cpu.max": "400000 100000\n", "a/b/cpu.max": "max 100000\n"}, 4.0),
    ("0::/a/b\n", {"a/cpu.max": "400000 100000\n", "a/b/cpu.max": "50000 100000\n"}, 0.5),
    ("0::/a\n", {"b/cpu.max": "50000 100000\n"}, math.inf),
    (V1, {"cpu,cpuacct/a/cpu.cfs_quota_us": "300000\n", "cpu,cpuacct/a/cpu.cfs_period_us": "100000\n"}, 3.0),
    (V1, {"cpu,cpuacct/a/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/a/cpu.cfs_period_us": "100000\n"}, math.inf),
]


@pytest.mark.parametrize(("own", "files", "expected"), LIMITS)
def test_the_tightest_cgroup_around_this_process_counts(
    own: str, files: Mapping[str, str], expected: float, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / "mount" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mount" / name).write_text(text)
    (tmp_path / "own").write_text(own)
    assert quota(tmp_path / "mount", tmp_path / "own") == expected


def test_a_machine_without_cgroups_has_no_quota(tmp_path: Path) -> None:
    assert quota(tmp_path / "none", tmp_path / "nothing") == math.inf


@pytest.mark.parametrize(("granted", "expected"), [(math.inf, 8), (2.9, 2), (0.3, 1)])
def test_cores_are_what_affinity_and_quota_both_grant(
    granted: float, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(module, "quota", lambda: granted)
    assert cores() == expected


@pytest.mark.parametrize(
    ("asked", "told", "expected"),
    [(3, "5", 3), (None, "5", 5), (None, "4,2", 4), (None, "", 7), (None, "0", 7), (None, "many", 7)],
)
def test_threads_are_asked_for_or_told_or_one_per_core(
    asked: int | None, told: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "cores", lambda: 7)
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert threads(asked) == expected


@pytest.mark.parametrize(("before", "after"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_waiting_threads_sleep_unless_somebody_wants_them_awake(before: str | None, after: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"} | (
        {} if before is None else {"OMP_WAIT_POLICY": before}
    )
    script = "import figgen, os; print(os.environ['OMP_WAIT_POLICY'])"
    said = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == after
