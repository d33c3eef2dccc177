"""Training state on disk: whole or absent, checked by its hash, the newest sound one wins."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins import CheckpointIO

from figgen.runs.console import warn
from figgen.runs.files import whole_file

KEPT = 2  # the newest, and the one before in case the newest is torn


class CheckpointFiles(CheckpointIO):
    """Lightning's checkpoints as step-<step>-<hash>.ckpt in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save_checkpoint(self, checkpoint: dict[str, Any], path: str | Path, storage_options: Any | None = None) -> None:
        buffer = io.BytesIO()
        torch.save(checkpoint, buffer)
        data = buffer.getvalue()
        name = f"step-{checkpoint['global_step']:08d}-{hashlib.sha256(data).hexdigest()[:16]}.ckpt"
        with whole_file(self.folder / name) as file:
            file.write(data)
        for old in self.newest_first()[KEPT:]:
            old.unlink()

    def load_checkpoint(
        self, path: str | Path, map_location: Any | None = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        return torch.load(path, map_location=map_location or "cpu", weights_only=True)

    def remove_checkpoint(self, path: str | Path) -> None:
        Path(path).unlink(missing_ok=True)

    def newest_first(self) -> list[Path]:
        return sorted(self.folder.glob("step-*.ckpt"), reverse=True)

    def newest_sound(self) -> Path | None:
        """The newest checkpoint whose content matches its name; torn ones are named and passed over."""
        for path in self.newest_first():
            if hashlib.sha256(path.read_bytes()).hexdigest()[:16] == path.stem.rpartition("-")[2]:
                return path
            warn(f"{path.name} is torn: falling back to the checkpoint before it")
        return None
