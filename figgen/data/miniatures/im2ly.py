"""The miniature of im2ly-35k-syn: tunes of a few lines, 192 x 448, in parquet files. They show no words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from figgen.data.miniatures.hub import HubMiniature, Sample, png_of


@dataclass(frozen=True)
class Miniature(HubMiniature):
    """num_train, num_val and num_test tunes; `fingerprint` names exactly these."""

    name: ClassVar[str] = "im2ly"
    column: ClassVar[str] = "source"
    drawing: ClassVar[int] = 1
    drawn_by: ClassVar[tuple[str, ...]] = ("verovio", "resvg-py")
    extra: ClassVar[str | None] = "music"

    def sample(self, split: str, index: int) -> Sample:
        from figgen.data.miniatures import scores  # here, for a fingerprint must not wait for what engraves

        pixels, tune = scores.draw(split, index, self.seed)
        source = tune.lilypond()
        further = {"source_orig": f'\\version "2.24.0" \\score {{ \\new Staff {{ {source} }} }}'}
        return Sample(split, f"comp.{index}.png", source, png_of(pixels), (), further)
