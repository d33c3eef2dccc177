"""What a metric says of each picture, and the number that the pictures make together."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from figgen.metrics.bootstrap import Measured, interval_of_means


def first(row: np.ndarray) -> np.ndarray:
    return row[..., 0]


@dataclass(frozen=True)
class Scores:
    """rows: (pictures, k), NaN where the metric has nothing to say of a picture.
    combine: (..., k) => (...), a picture's row to its own value, the means of all rows to the metric's.
    """

    rows: np.ndarray
    combine: Callable[[np.ndarray], np.ndarray] = first

    @property
    def values(self) -> np.ndarray:
        """One a picture, NaN where there is none."""
        return self.combine(self.rows)

    def measured(self, seed: int = 0) -> Measured:
        return interval_of_means(self.rows[~np.isnan(self.rows).any(1)], self.combine, seed)

    def without(self, pictures: np.ndarray) -> Scores:
        """Without the pictures that are True in `pictures` (N,)."""
        return replace(self, rows=np.where(pictures[:, None], np.nan, self.rows))


def by_picture(names: Sequence[str], values: Mapping[str, np.ndarray]) -> str:
    """CSV: a picture a line, empty where a metric has nothing to say of it. values: {metric: one a picture}."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", *values])
    for name, *row in zip(names, *values.values(), strict=True):
        writer.writerow([name, *("" if np.isnan(value) else float(value) for value in row)])
    return text.getvalue()
