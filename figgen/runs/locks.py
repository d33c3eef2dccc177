"""One process at a time; the others wait and say what for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from figgen.runs.console import say

PATIENCE = 0.2  # seconds before it is worth a line


@contextmanager
def alone(path: Path, doing: str) -> Iterator[None]:
    """Work on `path` alone, on machines that share a file system too; `doing` says what the others wait for."""
    lock_path = path.parent / ".locks" / f"{path.name}.lock"
    lock_path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_path)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        say(f"another run is {doing} {path.name}: waiting for it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
