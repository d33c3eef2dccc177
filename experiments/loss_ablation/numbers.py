"""The kept runs as numbers: a mean over seeds and figures, with an interval that both have moved.

The variance of a mean is that of resampled figures, which all seeds share, plus s²/S of S seeds. Rows are compared in
pairs: the same seeds, the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from figgen.metrics.readability import Words, normalise_words, word_scores
from figgen.metrics.scores import Scores
from figgen.runs.files import read_json

RESULTS = Path(__file__).parent / "results"
TESSERACT, RAPIDOCR = "tesseract", "RapidOCR"  # how the names of their releases begin
RESAMPLES = 2000
Run = dict[str, Any]  # a file of results/GROUP, and the words of its figures


@dataclass(frozen=True)
class Mean:
    """A number and half its 95 % interval."""

    value: float
    margin: float
    seeds: int

    @property
    def separates(self) -> bool:
        """From zero, where it is a difference; one seed cannot say how far seeds move it."""
        return self.seeds > 1 and abs(self.value) > self.margin


def rows_of(group: str) -> dict[str, list[Run]]:
    """The runs of a group by the names of their losses, in the order of their seeds."""
    known, rows = read_json(RESULTS / "figures.json"), defaultdict[str, list[Run]](list)
    for path in sorted((RESULTS / group).glob("*.json")):
        run = read_json(path)
        run["words"] = [known[key] for key in run["figures"]["keys"]]
        rows[run["science"]["loss"]["name"]].append(run)
    return {row: sorted(runs, key=lambda run: run["science"]["seed"]) for row, runs in rows.items()}


def distance(run: Run, name: str) -> Scores:
    """psnr or ssim of each figure."""
    return Scores(np.array(run["figures"][name])[:, None])


def word_f1(run: Run, engine: str, of: str = "reconstruction") -> Scores:
    return word_scores(read(run, engine, of), truth(run), normalise_words)["f1"]


def ned(run: Run, engine: str, of: str = "reconstruction") -> Scores:
    return free_ned(read(run, engine, of), truth(run))


def kept_ned(run: Run, engine: str) -> Scores:
    """Against what the engine read in the originals, not against the truth."""
    return free_ned(read(run, engine, "reconstruction"), read(run, engine, "original"))


def truth(run: Run) -> Words:
    return [figure["truth"] for figure in run["words"]]


def read(run: Run, engine: str, of: str) -> Words:
    """What an engine read in the figures of a run, or in their originals."""
    if of == "original":
        return [named(figure["original"], engine) for figure in run["words"]]
    return named(run["figures"]["reconstruction"], engine)  # type: ignore[no-any-return]


def named(by_release: dict[str, Any], engine: str) -> Any:
    """KeyError where the engine was not asked."""
    return {release.split()[0]: found for release, found in by_release.items()}[engine]


def free_ned(a: Words, b: Words) -> Scores:
    """1 - edit distance / length of the longer side, words paired at best, in whatever order: 1 is perfect."""
    return Scores(np.array([[alike(normalise_words(x), normalise_words(y))] for x, y in zip(a, b, strict=True)]))


def alike(a: list[str], b: list[str]) -> float:
    """Of two figures' words; one without a partner costs its letters."""
    size, letters = max(len(a), len(b)), max(sum(map(len, a)), sum(map(len, b)))
    left, right = (words + [""] * (size - len(words)) for words in (a, b))
    cost = np.array([[Levenshtein.distance(x, y) for y in right] for x in left]).reshape(size, size)
    return 1 - cost[linear_sum_assignment(cost)].sum() / letters if letters else 1.0


def mean(scores: Sequence[Scores]) -> Mean:
    """Of a row: the scores of each seed on the same figures."""
    return moved(np.array([resampled(score) for score in scores]))


def difference(a: Sequence[Scores], b: Sequence[Scores]) -> Mean:
    """a - b, seed by seed and figure by figure; a seed that only one of them has is left out."""
    return moved(np.array([resampled(x) - resampled(y) for x, y in zip(a, b, strict=False)]))


def resampled(score: Scores) -> np.ndarray:
    """The number on the figures, then on resamples of them, the same ones for every run: (1 + RESAMPLES,)."""
    n = len(score.rows)
    counts = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    return score.combine(np.vstack([score.rows.mean(0), counts @ score.rows / n]))


def moved(values: np.ndarray) -> Mean:
    """(seeds, 1 + RESAMPLES) => their mean."""
    seeds, by_seed = len(values), values[:, 0]
    variance = values[:, 1:].mean(0).var() + (by_seed.var(ddof=1) / seeds if seeds > 1 else 0.0)
    return Mean(float(by_seed.mean()), 1.96 * float(variance) ** 0.5, seeds)


def leader(row: dict[str, list[Scores]]) -> str | None:
    """The row with the largest mean, where it separates from every other one."""
    best = max(row, key=lambda name: mean(row[name]).value)
    others = (name for name in row if name != best)
    return best if all(difference(row[best], row[name]).separates for name in others) else None
