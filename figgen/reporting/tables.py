"""Runs on one dataset side by side: a line a combination, mean and spread over its seeds, interval over its items."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from figgen.reporting.compare import FEWEST, RESAMPLES, Combine, f1, interval, mean, resampled, winners
from figgen.reporting.labels import labels, said
from figgen.reporting.runs import Run

COMMON = ("loss", "autoencoder", "sampler")  # choices that are named where all runs share them
OWN = "†"  # marks a reader that is no fair judge


@dataclass(frozen=True)
class Column:
    """A metric. sign: 1 where more is better, -1 where less is, 0 where none is best."""

    stage: str
    key: str
    head: str
    spec: str
    sign: int = 1
    reader: str = ""  # who reads for it
    original: str = ""  # the same of the originals

    @property
    def parts(self) -> tuple[str, ...]:
        """The columns of images.csv that it is made of."""
        if self.key.endswith("_f1"):
            return tuple(f"{self.key.removesuffix('f1')}{part}" for part in ("precision", "recall"))
        return (self.key,)

    @property
    def combine(self) -> Combine:
        return f1 if self.key.endswith("_f1") else mean

    def said(self, number: float) -> str:
        return format(number, self.spec)


COLUMNS = (  # those that no run has measured are left out
    Column("autoencoder", "psnr", "PSNR dB", ".2f"),
    Column("autoencoder", "ssim", "SSIM", ".3f"),
    Column("autoencoder", "lpips", "LPIPS", ".3f", -1),
    Column("autoencoder", "reconstruction_word_f1", "word F1", ".3f", 1, "tesseract", "original_word_f1"),
    Column("autoencoder", "reconstruction_ned", "NED", ".3f", 1, "tesseract", "original_ned"),
    Column(
        *("autoencoder", "rapidocr_reconstruction_word_f1", "word F1, RapidOCR", ".3f"),
        reader="rapidocr",
        original="rapidocr_original_word_f1",
    ),
    Column(
        *("autoencoder", "teacher_reconstruction_words", "words its teacher reads", ".3f"),
        sign=0,
        original="teacher_original_words",
    ),
    Column("lettering", "told_word_f1", "word F1, words told", ".3f", 1, "tesseract"),
    Column("evaluation", "generated_word_f1", "word F1, generated", ".3f", 1, "tesseract"),
    Column("evaluation", "given_word_f1", "generated, true layouts", ".3f", 1, "tesseract"),
    Column("evaluation", "font_word_f1", "a font in true layouts", ".3f", 0, "tesseract"),
    Column("evaluation", "shuffled_word_f1", "against others' words", ".3f", 0, "tesseract"),
)


@dataclass(frozen=True)
class Cell:
    """A metric of a combination. sd: over seeds, of two and more; low, high: over items."""

    mean: float
    sd: float | None
    low: float | None
    high: float | None
    n: int
    seeds: int
    is_best: bool = False
    is_own: bool = False  # judged by a reader that made the labels or taught the loss


@dataclass(frozen=True)
class Line:
    """A combination, and its runs in the order of their seeds."""

    name: str
    runs: list[Run]
    cells: list[Cell | None]

    @property
    def seeds(self) -> str:
        return ", ".join(str(run.science["seed"]) for run in self.runs)


@dataclass(frozen=True)
class Table:
    """The runs on one dataset."""

    dataset: str
    about: str
    columns: list[Column]
    originals: list[float | None]
    lines: list[Line]
    notes: list[str]


def table_of(runs: Sequence[Run]) -> Table:
    """Runs on one dataset, grouped by all in which they differ but the seed."""
    members: dict[str, list[Run]] = defaultdict(list)
    for run, label in zip(runs, labels([run.identity for run in runs]), strict=True):
        members[label or "all"].append(run)
    names = sorted(members)
    groups = [sorted(members[name], key=lambda run: run.science["seed"]) for name in names]
    columns = [column for column in COLUMNS if any(entry(run, column.stage, column.key) for run in runs)]
    cells = [column_of(groups, column) for column in columns]
    rows = zip(*cells, strict=True) if cells else [()] * len(groups)  # nothing may be measured yet
    lines = [Line(name, group, list(row)) for name, group, row in zip(names, groups, rows, strict=True)]
    originals = [_original(runs, column) for column in columns]
    return Table(runs[0].dataset, about(runs), columns, originals, lines, notes(runs, columns, lines))


def column_of(groups: Sequence[list[Run]], column: Column) -> list[Cell | None]:
    """A cell for each combination; the best is marked where the paired bootstrap tells it from all others."""
    drawn = paired(groups, column)
    is_whole = all(entry(run, column.stage, column.key) for group in groups for run in group)
    best = winners(drawn, column.sign) if is_whole else set()
    spreads: list[tuple[float, float] | None] = [*map(interval, drawn)] or [None] * len(groups)
    return [
        cell(group, column, spread, i in best) for i, (group, spread) in enumerate(zip(groups, spreads, strict=True))
    ]


def cell(group: list[Run], column: Column, spread: tuple[float, float] | None, is_best: bool) -> Cell | None:
    """A combination's mean over seeds; None where it has no such number."""
    found = [e for run in group if (e := entry(run, column.stage, column.key))]
    if not found:
        return None
    values = [float(e["value"]) for e in found]
    low, high = spread or ((found[0]["low"], found[0]["high"]) if len(found) == 1 else (None, None))
    sd = statistics.stdev(values) if len(values) > 1 else None
    is_own = any(column.reader in run.state.get("unfair_readers", {}) for run in group)
    return Cell(statistics.mean(values), sd, low, high, found[0]["n"], len(values), is_best, is_own)


def paired(groups: Sequence[list[Run]], column: Column) -> list[np.ndarray]:
    """A metric of each combination on the same resamples of the same items; empty where not all runs kept the same."""
    kept = [[run.by_picture(column.stage, column.parts) for run in group] for group in groups]
    tables = [table for group in kept for table in group]
    if any(table is None or table[0] != tables[0][0] for table in tables):  # type: ignore[index]
        return []
    stacks = [np.stack([table[1] for table in group if table is not None]) for group in kept]
    counted = ~np.isnan(np.concatenate(stacks)).any((0, 2))  # items without words have no word score
    return [resampled(stack[:, counted], column.combine) for stack in stacks] if counted.sum() >= FEWEST else []


def entry(run: Run, stage: str, key: str) -> dict[str, Any] | None:
    """{value, n, low, high}; None where it was not measured."""
    return run.results(stage).get(key)


def _original(runs: Sequence[Run], column: Column) -> float | None:
    """The originals' number, where all runs have the same."""
    found = {e["value"] for run in runs if (e := entry(run, column.stage, column.original))}
    return found.pop() if len(found) == 1 else None


def about(runs: Sequence[Run]) -> str:
    """What a table is made of, in a sentence or two."""
    data = " and ".join(sorted({run.state["data"] for run in runs}))
    judged = {
        f" Judged on n = {done['psnr']['n']} {done['split']} figures, read by {done.get('ocr_engine', 'nobody')}."
        for run in runs
        if {"psnr", "split"} <= (done := run.results("autoencoder")).keys()
    }
    return f"{len(runs)} finished runs on {data}{in_common(runs)}.{judged.pop() if len(judged) == 1 else ''}"


def in_common(runs: Sequence[Run]) -> str:
    """The choices that all runs share."""
    names = {key: {said(run.science[key]) for run in runs if key in run.science} for key in COMMON}
    shared = [f"{key}={found.pop()}" for key, found in names.items() if len(found) == 1]
    return f", all with {', '.join(shared)}" if shared else ""


def notes(runs: Sequence[Run], columns: Sequence[Column], lines: Sequence[Line]) -> list[str]:
    """How the numbers are to be read."""
    told = [
        "Mean ± standard deviation over seeds; [95 % interval], by bootstrap over test items, of the mean over seeds."
    ]
    if len(lines) > 1:
        told.append(
            "Bold: best, where the 95 % interval of its difference to every other row excludes 0 (paired bootstrap "
            f"over the same test items, at least {FEWEST}; {RESAMPLES:,} resamples, uncorrected for many comparisons)."
        )
    own = sorted({f"{who} {why}" for run in runs for who, why in run.state.get("unfair_readers", {}).items()})
    if own and any(cell and cell.is_own for line in lines for cell in line.cells):
        told.append(f"{OWN} judged by its own: {'; '.join(own)}. No evidence of readability.")
    if any(cell and cell.seeds < len(line.runs) for line in lines for cell in line.cells):
        told.append("Some numbers are of fewer seeds than their row: not every run was judged alike.")
    return told
