"""Runs of a group side by side: one line a combination, mean and spread over its seeds."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from figgen.reporting.labels import labels, said
from figgen.runs.errors import DataError
from figgen.runs.files import read_json

COLUMNS = {  # results key => heading, format; what no run has measured is left out
    ("autoencoder", "psnr"): ("PSNR dB", ".2f"),
    ("autoencoder", "ssim"): ("SSIM", ".3f"),
    ("autoencoder", "reconstruction_word_f1"): ("word F1", ".3f"),
    ("autoencoder", "reconstruction_ned"): ("NED", ".3f"),
    ("autoencoder", "original_word_f1"): ("word F1, originals", ".3f"),
    ("autoencoder", "original_ned"): ("NED, originals", ".3f"),
    ("autoencoder", "rapidocr_reconstruction_word_f1"): ("word F1 by RapidOCR", ".3f"),
    ("autoencoder", "rapidocr_original_word_f1"): ("by RapidOCR, originals", ".3f"),
    ("autoencoder", "teacher_reconstruction_words"): ("words its teacher reads", ".3f"),
    ("evaluation", "generated_word_f1"): ("word F1, generated", ".3f"),
}
COMMON = ("loss", "autoencoder", "sampler")  # choices that the header names where all runs share them
Row = dict[str, Any]  # a run.json, and the folder it lies in


def rows_of(folder: Path) -> list[Row]:
    """The finished runs below a group's folder; refuses to mix drawn and real data."""
    states = [{**read_json(path), "folder": str(path.parent)} for path in sorted(folder.glob("*/run.json"))]
    runs = [state for state in states if state.get("status") == "FINISHED"]
    if not runs:
        raise DataError(f"{folder} holds no finished run: train some with group={folder.name}, or name another group=")
    sources = {run["data_source"] for run in runs}
    if len(sources) > 1:
        raise DataError(
            f"{folder} mixes {' and '.join(sorted(sources))} data, whose numbers cannot stand in one table: "
            "give the runs groups of their own with group=NAME"
        )
    return runs


def by_dataset(runs: Sequence[Row]) -> dict[str, list[Row]]:
    """Numbers on different data never stand in one table."""
    found: dict[str, list[Row]] = defaultdict(list)
    for run in runs:
        found[run["science"]["dataset"]["name"]].append(run)
    return dict(sorted(found.items()))


def markdown(group: str, runs: Sequence[Row]) -> str:
    """The report: for each dataset what its table is made of, then the table."""
    datasets = by_dataset(runs)
    heads = {name: [f"## {name}", ""] if len(datasets) > 1 else [] for name in datasets}
    parts = [line for name, members in datasets.items() for line in [*heads[name], *table(members)]]
    return "\n".join([f"# {group}", "", *parts])


def table(runs: Sequence[Row]) -> list[str]:
    """The lines about the runs on one dataset."""
    combinations: dict[str, list[Row]] = defaultdict(list)
    for run, label in zip(runs, labels([run["science"] for run in runs]), strict=True):
        combinations[label or "all"].append(run)
    columns = [key for key in COLUMNS if any(value(run, *key) is not None for run in runs)]
    heads = ["combination", "seeds", *(COLUMNS[key][0] for key in columns)]
    return [
        f"{len(runs)} finished runs on {' and '.join(sorted({run['data'] for run in runs}))}{in_common(runs)}. "
        f"Mean ± standard deviation over seeds. {judged_on(runs)}",
        "",
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(line(name, members, columns) for name, members in sorted(combinations.items())),
        "",
    ]


def in_common(runs: Sequence[Row]) -> str:
    """The choices that all runs share."""
    names = {key: {said(run["science"][key]) for run in runs if key in run["science"]} for key in COMMON}
    shared = [f"{key}={found.pop()}" for key, found in names.items() if len(found) == 1]
    return f", all with {', '.join(shared)}" if shared else ""


def judged_on(runs: Sequence[Row]) -> str:
    """On how many figures of which split, by which engine; empty where runs differ or do not say."""
    said = {
        f"Judged on n = {done['psnr']['n']} {done['split']} figures, read by {done.get('ocr_engine', 'nobody')}."
        for run in runs
        if "split" in (done := run["stages"].get("autoencoder", {}).get("results", {}))
    }
    return said.pop() if len(said) == 1 else ""


def line(name: str, members: Sequence[Row], columns: Sequence[tuple[str, str]]) -> str:
    """One row of the table."""
    seeds = sorted(run["science"]["seed"] for run in members)
    cells = [spread([v for run in members if (v := value(run, *key)) is not None], COLUMNS[key][1]) for key in columns]
    return f"| {name} | {', '.join(map(str, seeds))} | {' | '.join(cells)} |"


def value(run: Row, stage: str, key: str) -> float | None:
    measured = run["stages"].get(stage, {}).get("results", {}).get(key)
    return None if measured is None else measured["value"]


def spread(values: Sequence[float], spec: str) -> str:
    """Mean ± sd; the mean alone for one value, a dash for none."""
    if not values:
        return "–"
    mean = format(statistics.mean(values), spec)
    return mean if len(values) == 1 else f"{mean} ± {statistics.stdev(values):{spec}}"
