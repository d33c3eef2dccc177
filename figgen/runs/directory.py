"""A folder that tells the truth about a run or a stage: state.json beside its files, one lock around its making."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from figgen.runs import memory, provenance
from figgen.runs.files import read_json, write_json
from figgen.runs.locks import alone


@dataclass(frozen=True)
class Folder:
    """One run (state in run.json) or one stage that runs share (state in stage.json)."""

    path: Path
    state_name: str

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def samples(self) -> Path:
        return self.path / "samples"

    @property
    def state(self) -> dict[str, Any]:
        """What is known: status, results, MLflow run id, attempts. Empty where nothing was begun."""
        return read_json(self.path / self.state_name)

    @property
    def is_finished(self) -> bool:
        return self.state.get("status") == "FINISHED"

    def update(self, **changes: Any) -> None:
        write_json(self.path / self.state_name, {**self.state, **changes})

    def clear(self) -> None:
        """Forget everything: force=true trains anew."""
        shutil.rmtree(self.path, ignore_errors=True)

    def locked(self) -> AbstractContextManager[None]:
        """Hold this folder alone; another process that makes it is waited for, and that is said."""
        return alone(self.path, "making")

    @contextmanager
    def attempt(self) -> Iterator[int]:
        """One try at making it: numbered, with command, code, machine, times and how it ended."""
        tries: list[dict[str, Any]] = self.state.get("attempts", [])
        for dead in tries:  # the lock is held: whoever still says RUNNING was killed before it could say so
            dead["status"] = "KILLED" if dead["status"] == "RUNNING" else dead["status"]
        entry = {"started": provenance.now(), "command": provenance.command_line(), "git": provenance.git_state()}
        tries.append({**entry, **provenance.machine(), "status": "RUNNING"})
        memory.forget_peak()
        began = time.monotonic()
        self.update(attempts=tries, status="RUNNING")
        try:
            yield len(tries)
        except BaseException as error:
            status = status_of(error)
            tries[-1].update(error=str(error) or type(error).__name__, **cost(began, status))
            self.update(attempts=tries, status=status)
            raise
        tries[-1].update(cost(began, "FINISHED"))
        self.update(attempts=tries, status="FINISHED")


def cost(began: float, status: str) -> dict[str, Any]:
    """How an attempt that began at a time of the monotonic clock ended, how long it took, and its peak of memory."""
    seconds = round(time.monotonic() - began, 1)
    return {"status": status, "ended": provenance.now(), "seconds": seconds, "peak_memory": memory.peak()}


def status_of(error: BaseException) -> str:
    """KILLED where somebody stopped the run, FAILED where it broke."""
    return "FAILED" if isinstance(error, Exception) else "KILLED"
