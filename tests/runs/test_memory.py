"""Memory is as much as the machine has left, or the cgroups around this process, whichever is less."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pytest

from figgen.runs.memory import free

V1, V2 = "3:cpu:/b\n4:memory:/a\n", "0::/a\n"
LIMITS = [
    ("", {}, 8 * 1024),
    (V2, {"memory.max": "5000", "memory.current": "3000", "memory.stat": "anon 9\ninactive_file 700\nfile 1\n"}, 2700),
    (V2, {"a/memory.max": "max", "a/memory.current": "3000", "memory.max": "4000", "memory.current": "3500"}, 500),
    (V2, {"a/memory.max": "99999", "a/memory.current": "3000"}, 8 * 1024),
    (V2, {"b/memory.max": "10", "b/memory.current": "5"}, 8 * 1024),
    (
        V1,
        {
            "memory/a/memory.limit_in_bytes": "6000",
            "memory/a/memory.usage_in_bytes": "5000",
            "memory/a/memory.stat": "active_file 1\ntotal_active_file 40\ntotal_inactive_file 2\n",
        },
        1042,
    ),
]


@pytest.mark.parametrize(("own", "files", "expected"), LIMITS)
def test_free_is_what_machine_and_cgroups_both_leave(
    own: str, files: Mapping[str, str], expected: int, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / "mount" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mount" / name).write_text(text)
    (tmp_path / "own").write_text(own)
    (tmp_path / "meminfo").write_text("MemTotal: 16 kB\nMemAvailable: 8 kB\n")
    assert free(tmp_path / "meminfo", tmp_path / "mount", tmp_path / "own") == expected


def test_nothing_known_is_no_limit(tmp_path: Path) -> None:
    assert free(tmp_path / "none", tmp_path / "none", tmp_path / "none") == math.inf
