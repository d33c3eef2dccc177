"""ML-Figs with the ACL figures of the SciCap challenge added, as it is published on Kaggle: two lists, one folder.

    dataset/ml-scicap-figs/{train,test}.json: the entries of ML-Figs; added figures carry figure_type, not figType

renderURL starts at the folder that holds ml-scicap-figs/, which is the grandparent of the JSON file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from figgen.data.readers.mlfigs import MlFigs
from figgen.data.readers.roots import root_of


@dataclass(frozen=True)
class MlFigsSciCap(MlFigs):
    """text: what the model is told, the caption alone or with the entry's figure_type behind it (where it has one)."""

    name: ClassVar[str] = "mlfigs_scicap"
    version: ClassVar[int] = 1
    lists: ClassVar[tuple[str, ...]] = (
        "dataset/ml-scicap-figs/{split}.json",
        "ml-scicap-figs/{split}.json",
        "{split}.json",
    )

    def _list_of(self, folder: Path, split: str) -> Path:
        landmarks = tuple(name.format(split="test") for name in self.lists)
        root = root_of(folder, landmarks, f"{self.name} keeps its test split there")
        return super()._list_of(root, split)
