"""ML-Figs with the ACL figures of the SciCap challenge added, as it is published on Kaggle: two lists, one folder.

    dataset/ml-scicap-figs/{train,test}.json: the entries of ML-Figs; added figures carry figure_type, not figType

renderURL starts at the folder that holds ml-scicap-figs/, which is the grandparent of the JSON file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from figgen.data.readers.mlfigs import MlFigs


@dataclass(frozen=True)
class MlFigsSciCap(MlFigs):
    """ML-Figs and more of its kind."""

    name: ClassVar[str] = "mlfigs_scicap"
    lists: ClassVar[tuple[str, ...]] = tuple(
        f"{home}{{split}}.json" for home in ("dataset/ml-scicap-figs/", "ml-scicap-figs/", "")
    )
