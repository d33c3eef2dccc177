"""How many processor cores this process may use: of those the machine has, what affinity and the cgroup leave."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

CGROUPS, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def cores() -> int:
    """Whole cores, at least one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.floor(min(allowed, quota())))


def quota(mount: Path = CGROUPS, own: Path = OWN) -> float:
    """Processor seconds a second that the cgroups of this process grant, versions 1 and 2; infinite without a limit."""
    return min((share for folder in own_folders("cpu", mount, own) for share in _limits(folder)), default=math.inf)


def own_folders(controller: str, mount: Path = CGROUPS, own: Path = OWN) -> Iterator[Path]:
    """The folders of this process's cgroups and of those around them; a container may see its own at the mount."""
    for line in own.read_text().splitlines() if own.is_file() else ():
        _, controllers, path = line.split(":", 2)
        if controllers == "" or controller in controllers.split(","):
            root = mount / controllers
            inner = (root / path.lstrip("/"),)
            yield from (folder for folder in (*inner, *inner[0].parents) if folder == root or root in folder.parents)


def _limits(folder: Path) -> Iterator[float]:
    """What cpu.max, or cpu.cfs_quota_us and cpu.cfs_period_us, say."""
    files = [folder / name for name in ("cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us")]
    numbers = " ".join(file.read_text() for file in files if file.is_file()).split()
    if len(numbers) == 2 and numbers[0] not in ("max", "-1"):
        yield int(numbers[0]) / int(numbers[1])


def threads(asked: int | None = None) -> int:
    """As many as asked for, else OMP_NUM_THREADS, else one per core."""
    told = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    return asked or (int(told) if told.isdecimal() and int(told) else cores())
