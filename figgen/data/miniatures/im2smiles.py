"""The miniature of im2smiles-20k: small molecules drawn by RDKit, 128 x 128 in colour, in parquet files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from figgen.data.miniatures.hub import HubMiniature, Sample, png_of


@dataclass(frozen=True)
class Miniature(HubMiniature):
    """num_train, num_val and num_test molecules; `fingerprint` names exactly these."""

    name: ClassVar[str] = "im2smiles"
    column: ClassVar[str] = "smiles"
    drawing: ClassVar[int] = 1
    drawn_by: ClassVar[tuple[str, ...]] = ("rdkit",)
    extra: ClassVar[str | None] = "chem"

    def sample(self, split: str, index: int) -> Sample:
        from figgen.data.miniatures import molecules  # here, for a fingerprint must not wait for RDKit

        molecule = molecules.draw(split, index, self.seed)
        return Sample(split, f"B-{index}.png", molecule.smiles, png_of(molecule.pixels), molecule.boxes)
