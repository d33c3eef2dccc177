"""The miniature of im2latex-100k: formulas set by matplotlib's mathtext, 64 x 320, in parquet files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from figgen.data.miniatures.hub import HubMiniature, Sample, png_of


@dataclass(frozen=True)
class Miniature(HubMiniature):
    """num_train, num_val and num_test formulas; `fingerprint` names exactly these."""

    name: ClassVar[str] = "im2latex"
    column: ClassVar[str] = "formula"
    drawing: ClassVar[int] = 1
    drawn_by: ClassVar[tuple[str, ...]] = ("matplotlib",)

    def sample(self, split: str, index: int) -> Sample:
        from figgen.data.miniatures import formulas  # here, for a fingerprint must not wait for matplotlib

        formula = formulas.draw(split, index, self.seed)
        filename = hashlib.sha256(f"{split} {index} {formula.latex}".encode()).hexdigest()[:10] + ".png"
        return Sample(split, filename, formula.latex, png_of(formula.pixels), formula.boxes)
