"""How much memory this process may still take: of what the machine has, what its cgroups leave. And what it took."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path

from figgen.runs.cores import CGROUPS, OWN, own_folders

MEMINFO = Path("/proc/meminfo")
STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FILES = (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))  # cgroups 2 and 1


def free(meminfo: Path = MEMINFO, mount: Path = CGROUPS, own: Path = OWN) -> float:
    """Bytes; what only caches files counts as free. Infinite where nothing tells."""
    known = numbers(meminfo).get("MemAvailable:", math.inf) * 1024
    return min((known, *(_left(folder) for folder in own_folders("memory", mount, own))))


def peak(status: Path = STATUS) -> int | None:
    """The most bytes that this process held at once since `forget_peak`; None where nothing tells."""
    most = numbers(status).get("VmHWM:")
    return None if most is None else int(most * 1024)


def forget_peak() -> None:
    """From now on, where the kernel lets us; else since the process began."""
    with suppress(OSError):
        FORGET.write_text("5")


def _left(folder: Path) -> float:
    """Bytes that the cgroup of `folder` grants beyond those in use; infinite without a limit."""
    for limit, used in FILES:
        if (folder / limit).is_file() and (granted := (folder / limit).read_text().strip()) != "max":
            stat = numbers(folder / "memory.stat")
            cached = sum(stat.get(f"total_{key}", stat.get(key, 0)) for key in ("inactive_file", "active_file"))
            return int(granted) - int((folder / used).read_text()) + cached
    return math.inf


def numbers(table: Path) -> dict[str, float]:
    """{first word: second word} of a file's lines; empty where there is no such file."""
    rows = [line.split() for line in table.read_text().splitlines()] if table.is_file() else []
    return {row[0]: float(row[1]) for row in rows if len(row) > 1 and row[1].replace(".", "").isdecimal()}
