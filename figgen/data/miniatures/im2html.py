"""The miniature of im2html-100k: small tables and boxes, 64 x 64, in parquet files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from figgen.data.miniatures.hub import HubMiniature, Sample, png_of


@dataclass(frozen=True)
class Miniature(HubMiniature):
    """num_train, num_val and num_test tables; `fingerprint` names exactly these."""

    name: ClassVar[str] = "im2html"
    column: ClassVar[str] = "html"
    drawing: ClassVar[int] = 1
    drawn_by: ClassVar[tuple[str, ...]] = ("matplotlib",)

    def sample(self, split: str, index: int) -> Sample:
        from figgen.data.miniatures import tables  # here, for a fingerprint must not wait for matplotlib

        table = tables.draw(split, index, self.seed)
        return Sample(split, f"{index}-full.png", table.html, png_of(table.pixels), table.boxes)
