"""Where a run's pictures come from: the prepared copy of a dataset, or its miniature, drawn on the spot."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from figgen.data.manifest import FORMAT, Manifest, detector_name, digest, engine_of
from figgen.data.options import Channels, Fit, Source
from figgen.data.record import Miniature, Reader
from figgen.data.workers import LabelledProgress
from figgen.runs.errors import DataError

if TYPE_CHECKING:
    from figgen.data.loading.fitted import FittedSplit
    from figgen.data.preparing.chunks import Detector
    from figgen.data.stock import Stock


@dataclass(frozen=True)
class DataSource:
    """One dataset at one size. Constructing it is free; `ensure` does what is left to do, once for all runs.

    folder/prepared/NAME/...               what figgen.prepare made of the real files
    folder/miniature/NAME-PRINT/original   the drawn files, then read by the same code:
    folder/miniature/NAME-PRINT/shards
    .../fitted-HxWxC-FIT[-LIMIT]           either of them, decoded and fitted to `size` (height, width)
    """

    name: str
    reader: Reader
    miniature: Miniature
    folder: Path
    _: KW_ONLY
    source: Source = "auto"
    size: tuple[int, int] = (128, 160)
    channels: Channels = 3
    max_bad_fraction: float = 0.01
    detector: Detector | None = None
    fit: Fit = "pad"
    limit: int | None = None  # figures of each split, the first ones

    @property
    def prepared(self) -> Path:
        return self.folder / "prepared" / self.name

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
        options = [self.reader.identity, detector_name(self.detector), engine_of(self.detector), FORMAT]
        return f"{self.miniature.fingerprint}-{digest(options)[:8]}"

    def _prepared_manifest(self) -> Manifest:
        """The manifest of the prepared copy; DataError where it was made with other options than are asked for now."""
        manifest = Manifest.read(self.prepared)
        asked = {"reader": self.reader.identity, "words by": detector_name(self.detector)}
        made = {"reader": manifest.reader, "words by": manifest.detector}
        if differing := [what for what in asked if asked[what] != made[what]]:
            has, asks = (" and ".join(f"{what} {each[what]}" for what in differing) for each in (made, asked))
            raise DataError(
                f"{self.prepared} was prepared with {has}, but this run asks for {asks}: "
                "say detector= and dataset.reader as then, or prepare it again."
            )
        return manifest

    @cached_property
    def _stock(self) -> Stock:
        """The one door to Arrow, Pillow and torch, for whoever touches the data: a finished run's summary does not."""
        from figgen.data.stock import Sheet, Stock

        folder, miniature = self.prepared, None
        if self.resolved == "prepared":
            self._prepared_manifest()
        else:
            folder = self.folder / "miniature" / f"{self.name}-{digest(self.fingerprint)[:8]}"
            miniature = self.miniature
        height, width = self.size
        return Stock(
            folder=folder,
            shards=folder / "shards" if miniature else folder,
            fitted=folder
            / f"fitted-{height}x{width}x{self.channels}-{self.fit}{f'-{self.limit}' if self.limit else ''}",
            sheet=Sheet(height, width, self.channels, self.fit),
            miniature=miniature,
            reader=self.reader,
            detector=self.detector,
            max_bad_fraction=self.max_bad_fraction,
            limit=self.limit,
        )

    def ensure(self, on_progress: LabelledProgress | None = None) -> None:
        """Draw, prepare and fit what is not there yet; of runs that start at once, one does it and the others wait."""
        self._stock.ensure(on_progress or _in_silence)

    def ensure_shards(self, on_progress: LabelledProgress | None = None) -> Path:
        """The folder of the records, drawn and prepared first where there is no prepared copy."""
        self._stock.ensure_shards(on_progress or _in_silence)
        return self._stock.shards

    def split(self, name: str) -> FittedSplit:
        """The train, val or test split, got ready if need be."""
        self.ensure()
        if name not in (counts := self._stock.counts):
            raise DataError(
                f"{self.name} ({self.resolved}) has no {name} split, only {', '.join(sorted(counts))}: its files hold "
                f"nothing else. See about.files in conf/dataset/{self.name}.yaml for what to prepare."
            )
        return self._stock.split(name)


def _in_silence(label: str, done: int, total: int) -> None:
    """Progress that nobody asked for."""
