"""Where results lie when nothing else is said, and what a command must say when they lie elsewhere."""

from __future__ import annotations

import shlex
from pathlib import Path

from figgen.runs.provenance import ROOT

OUTPUTS = ROOT / "outputs"


def said_again(outputs: Path, data: Path | None = None) -> str:
    """The paths.* that a command needs to find these folders: " paths.data=/scratch/data", or nothing."""
    said = [("outputs", outputs)] if outputs.resolve() != OUTPUTS else []
    said += [("data", data)] if data and data.resolve() != (outputs / "data").resolve() else []
    return "".join(f" {shlex.quote(f'paths.{name}={path}')}" for name, path in said)
