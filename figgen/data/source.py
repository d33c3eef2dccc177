"""Where a run's pictures come from: the prepared copy of a dataset, or its miniature, drawn on the spot."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from figgen.data.manifest import FORMAT, Manifest, detector_name, digest
from figgen.data.options import Channels, Fit, Source
from figgen.data.record import Reader
from figgen.data.workers import Progress
from figgen.runs.errors import DataError
from figgen.runs.locks import alone

if TYPE_CHECKING:
    from figgen.data.loading.fitted import FittedSplit
    from figgen.data.preparing.chunks import Detector

LabelledProgress = Callable[[str, int, int], None]  # what is done, done, total


class Miniature(Protocol):
    """A drawn sample of a dataset in its original format on disk."""

    @property
    def fingerprint(self) -> str:
        """What would be drawn, known without drawing."""

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw into `folder`, which appears only when all is there."""


class DataSource:
    """One dataset at one size. Constructing it is free; `ensure` does what is left to do, once for all runs.

    folder/prepared/NAME/...               what figgen.prepare made of the real files
    folder/miniature/NAME-PRINT/original   the drawn files, then read by the same code:
    folder/miniature/NAME-PRINT/shards
    .../fitted-HxWxC-FIT                   either of them, decoded and fitted to `size` (height, width)
    """

    def __init__(
        self,
        name: str,
        reader: Reader,
        miniature: Miniature,
        folder: Path,
        source: Source = "auto",
        size: tuple[int, int] = (128, 160),
        channels: Channels = 3,
        max_bad_fraction: float = 0.01,
        detector: Detector | None = None,
        fit: Fit = "pad",
    ) -> None:
        self.name, self.reader, self.miniature, self.folder = name, reader, miniature, Path(folder)
        self.source, self.channels, self.max_bad_fraction, self.detector = source, channels, max_bad_fraction, detector
        self.size, self.fit = (int(size[0]), int(size[1])), fit
        self.prepared = self.folder / "prepared" / name

    @cached_property
    def resolved(self) -> str:
        """prepared or miniature; decided once, for a copy may get ready while a run works."""
        if self.source == "auto":
            return "prepared" if Manifest.exists(self.prepared) else "miniature"
        if self.source == "prepared" and not Manifest.exists(self.prepared):
            raise DataError(
                f"dataset.source=prepared, but {self.prepared} holds no finished data: run `python -m figgen.prepare "
                f"dataset={self.name} from=PATH` first, or take dataset.source=miniature."
            )
        return self.source

    @property
    def fingerprint(self) -> str:
        """What the records are, known without reading or drawing them."""
        if self.resolved == "prepared":
            return self._prepared_manifest().fingerprint
        options = [self.reader.identity, detector_name(self.detector), FORMAT]
        return f"{self.miniature.fingerprint}-{digest(options)[:8]}"

    def _prepared_manifest(self) -> Manifest:
        """The manifest of the prepared copy; DataError where it was made with other options than are asked for now."""
        manifest = Manifest.read(self.prepared)
        asked = {"reader": self.reader.identity, "words by": detector_name(self.detector)}
        made = {"reader": manifest.reader, "words by": manifest.detector}
        if asked != made:
            differing = [what for what in asked if asked[what] != made[what]]
            has, asks = (" and ".join(f"{what} {each[what]}" for what in differing) for each in (made, asked))
            raise DataError(
                f"{self.prepared} was prepared with {has}, but this run asks for {asks}: "
                "say detector= and dataset.reader as then, or prepare it again."
            )
        return manifest

    @property
    def _base(self) -> Path:
        """The folder that everything about this source lies in."""
        if self.resolved == "prepared":
            return self.prepared
        return self.folder / "miniature" / f"{self.name}-{digest(self.fingerprint)[:8]}"

    @property
    def _shards(self) -> Path:
        return self._base if self.resolved == "prepared" else self._base / "shards"

    @property
    def _fitted(self) -> Path:
        height, width = self.size
        return self._base / f"fitted-{height}x{width}x{self.channels}-{self.fit}"

    def ensure(self, on_progress: LabelledProgress | None = None) -> None:
        """Draw, prepare and fit what is not there yet; of runs that start at once, one does it and the others wait."""
        if self._is_ready():
            return
        self.ensure_shards(on_progress)
        with alone(self._base, "getting ready"):
            self._fit_splits(on_progress or _in_silence)

    def ensure_shards(self, on_progress: LabelledProgress | None = None) -> Path:
        """The folder of the records, drawn and prepared first where there is no prepared copy."""
        if self.resolved == "prepared":
            self._prepared_manifest()
        elif not Manifest.exists(self._shards):
            with alone(self._base, "getting ready"):
                if not Manifest.exists(self._shards):
                    self._make_miniature(on_progress or _in_silence)
        return self._shards

    def _is_ready(self) -> bool:
        from figgen.data.loading.fitted import is_fitted

        if self.resolved == "prepared":
            self._prepared_manifest()
        elif not Manifest.exists(self._shards):
            return False
        return all(is_fitted(self._shards, split, self._fitted) for split in Manifest.read(self._shards).counts)

    def _make_miniature(self, report: LabelledProgress) -> None:
        """Draw the original files, then read them as any original files are read."""
        from figgen.data.preparing.folder import prepare_folder

        original = self._base / "original"
        if not original.exists():
            original.parent.mkdir(parents=True, exist_ok=True)
            self.miniature.write(original, on_progress=partial(report, "drawing"))
        prepare_folder(
            self.reader, original, self._shards, self.detector, self.max_bad_fraction, partial(report, "preparing")
        )

    def _fit_splits(self, report: LabelledProgress) -> None:
        from figgen.data.loading.fitted import fit_split
        from figgen.data.loading.fitting import Sheet

        for split in Manifest.read(self._shards).counts:
            sheet = Sheet(*self.size, self.channels, self.fit)
            fit_split(self._shards, split, self._fitted, sheet, partial(report, f"fitting {split}"))

    def split(self, name: str) -> FittedSplit:
        """The train, val or test split, got ready if need be."""
        from figgen.data.loading.fitted import FittedSplit

        self.ensure()
        counts = Manifest.read(self._shards).counts
        if name not in counts:
            raise DataError(
                f"{self.name} ({self.resolved}) has no {name} split, only {', '.join(sorted(counts))}: its files hold "
                f"nothing else. See about.files in conf/dataset/{self.name}.yaml for what to prepare."
            )
        return FittedSplit(self._fitted, name)


def _in_silence(label: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
