"""Where and from what a run was made: code, machine, command."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@cache
def git_state() -> dict[str, Any]:
    """Commit and dirty flag of the checkout; None where it is not one."""
    commit = _git("rev-parse", "HEAD")
    return {"commit": commit, "dirty": bool(_git("status", "--porcelain")) if commit else None}


def _git(*args: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", ROOT, *args], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def command_line() -> str:
    """The command that started this process, as one would type it."""
    module = getattr(sys.modules["__main__"], "__spec__", None)
    head = ["python", "-m", module.name] if module else [Path(sys.argv[0]).name]
    return shlex.join([*head, *sys.argv[1:]])


def machine() -> dict[str, Any]:
    return {"host": platform.node(), "python": platform.python_version(), "cores": os.cpu_count()}


def now() -> str:
    """UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
