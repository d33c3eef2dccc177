"""What lies on disk of one dataset at one size: records in shards, and their pictures as the network sees them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from figgen.data.loading.fitted import FittedSplit, fit_split, is_fitted
from figgen.data.loading.sheet import Sheet
from figgen.data.manifest import Manifest
from figgen.data.preparing.chunks import Detector
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.record import Miniature, Reader
from figgen.data.workers import LabelledProgress
from figgen.runs.locks import alone


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Everything in `folder`; where there is a miniature, it is drawn there and its records are made of that."""

    folder: Path
    shards: Path
    fitted: Path
    sheet: Sheet
    miniature: Miniature | None
    reader: Reader
    detector: Detector | None
    max_bad_fraction: float
    limit: int | None

    @property
    def counts(self) -> dict[str, int]:
        """Records per split."""
        return Manifest.read(self.shards).counts

    def ensure(self, report: LabelledProgress) -> None:
        """Make what is missing."""
        self.ensure_shards(report)
        if all(is_fitted(self.shards, split, self.fitted) for split in self.counts):
            return
        with alone(self.folder, "getting ready"):
            for split in self.counts:
                progress = partial(report, f"fitting {split}")
                fit_split(self.shards, split, self.fitted, self.sheet, progress, limit=self.limit)

    def ensure_shards(self, report: LabelledProgress) -> None:
        if not self.miniature or Manifest.exists(self.shards):
            return
        with alone(self.folder, "getting ready"):
            if not Manifest.exists(self.shards):
                self._draw(self.miniature, report)

    def _draw(self, miniature: Miniature, report: LabelledProgress) -> None:
        """Draw the original files, then read them as any original files are read."""
        original = self.folder / "original"
        if not original.exists():
            original.parent.mkdir(parents=True, exist_ok=True)
            miniature.write(original, on_progress=partial(report, "drawing"))
        prepare_folder(
            self.reader,
            original,
            self.shards,
            detector=self.detector,
            max_bad_fraction=self.max_bad_fraction,
            on_progress=partial(report, "preparing"),
        )

    def split(self, name: str) -> FittedSplit:
        return FittedSplit(self.fitted, name)
