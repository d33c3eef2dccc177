"""The runs that a report is about, read from their folders alone."""

from __future__ import annotations

import csv
import json
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from figgen.reporting.views import Views, load_views
from figgen.runs.errors import DataError
from figgen.runs.metrics_log import rows_of

NEEDED = ("science", "data", "data_source", "stages")  # of a run.json; one of an older schema lacks some


@dataclass(frozen=True)
class Run:
    """A finished run."""

    folder: Path
    state: dict[str, Any]

    @property
    def science(self) -> dict[str, Any]:
        """Its config, as far as its results depend on it."""
        return self.state["science"]  # type: ignore[no-any-return]

    @property
    def identity(self) -> dict[str, Any]:
        """What tells it from runs that it must not be averaged with: its science, its data, and who read for it."""
        engine = self.results("autoencoder").get("ocr_engine")
        return {**self.science, "data": self.state["data"], "reader": engine}

    @property
    def dataset(self) -> str:
        return str(self.science["dataset"]["name"])

    def results(self, stage: str) -> dict[str, Any]:
        return self.state["stages"].get(stage, {}).get("results", {})  # type: ignore[no-any-return]

    @cached_property
    def views(self) -> Views:
        return load_views(self.folder / "samples")

    @cached_property
    def histories(self) -> dict[str, list[dict[str, Any]]]:
        """{stage: rows of its metrics.jsonl}."""
        found = defaultdict(list)
        for row in rows_of(self.folder / "metrics.jsonl"):
            found[row["stage"]].append(row)
        return found

    def by_picture(self, stage: str, keys: Sequence[str]) -> tuple[list[str], np.ndarray] | None:
        """Names of n pictures and their values (n, k) of these metrics; None where the run did not keep them."""
        path = self.folder / "images" / f"{stage}.csv"
        if not path.is_file():
            return None
        with path.open() as file:
            rows = list(csv.DictReader(file))
        if not rows or not set(keys) <= rows[0].keys():
            return None
        return [row["name"] for row in rows], np.array([[float(row[key] or "nan") for key in keys] for row in rows])

    def cost(self, stage: str) -> Cost | None:
        """What a stage took; None where the run did not say."""
        spent = self.state["stages"].get(stage, {}).get("cost")
        if spent is None:
            return None
        speeds = [row["items_per_second"] for row in self.histories[stage] if "items_per_second" in row]
        section = self.science.get({"diffusion": "denoiser"}.get(stage, stage), {})
        rate = statistics.median(speeds) / section["batch_size"] if speeds and section.get("batch_size") else None
        return Cost(spent["seconds"], rate, spent["peak_memory"])


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time, steps a second, bytes of memory at the peak."""

    seconds: float
    rate: float | None
    memory: int


def read_runs(folders: Sequence[Path]) -> tuple[list[Run], list[str]]:
    """The finished runs among folders with a run.json; a few words on each of the others."""
    runs, others = [], []
    for folder in folders:
        try:
            state = json.loads((folder / "run.json").read_text())
        except (OSError, json.JSONDecodeError):
            others.append(f"{folder.name} (its run.json cannot be read)")
            continue
        if state.get("status") != "FINISHED":
            others.append(f"{folder.name} ({ending(state)})")
        elif absent := [key for key in NEEDED if key not in state]:
            others.append(
                f"{folder.name} (of an older schema, without {', '.join(absent)}: train it again, force=true)"
            )
        else:
            runs.append(Run(folder, state))
    return runs, others


def ending(state: dict[str, Any]) -> str:
    """How an unfinished run stands: "failed: no space left on the disk"."""
    said = (state.get("attempts") or [{}])[-1].get("error")
    return f"{state.get('status', 'UNKNOWN').lower()}{f': {said.splitlines()[0]}' if said else ''}"


def by_dataset(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """Numbers on different data never stand in one table."""
    found: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        found[run.dataset].append(run)
    return dict(sorted(found.items()))


def mixtures(runs: Sequence[Run]) -> list[str]:
    """A few words on each thing that has to be alike within a table and is not."""
    sources = {run.state["data_source"] for run in runs}
    found = [f"{' and '.join(sorted(sources))} data"] if len(sources) > 1 else []
    for name, members in by_dataset(runs).items():
        data = {run.state["data"] for run in members}
        found += [f"{len(data)} versions of {name}"] if len(data) > 1 and len(sources) == 1 else []
        for what, values in _judged(members):
            found += [f"{what} {' and '.join(sorted(values))} on {name}"] if len(values) > 1 else []
    return found


def _judged(runs: Sequence[Run]) -> Iterator[tuple[str, set[str]]]:
    for stage, key in (("autoencoder", "psnr"), ("evaluation", "n")):
        done = [results for run in runs if (results := run.results(stage)).get(key) is not None]
        yield f"{stage}: n =", {str(r[key]["n"] if isinstance(r[key], dict) else r[key]) for r in done}
        yield f"{stage}: the splits", {str(r.get("split")) for r in done}
        for engine in ("ocr_engine", "rapidocr_ocr_engine"):
            yield f"{stage}: the engines", {r[engine] for r in done if engine in r}


def refuse_mixtures(runs: Sequence[Run], where: str) -> None:
    """Raise DataError where numbers could not stand in one table."""
    if found := mixtures(runs):
        raise DataError(
            f"{where} mixes {'; '.join(found)}: such numbers cannot stand in one table. Give the runs groups of their "
            "own with group=NAME, choose some with runs=[...], or say mix=true and the header will say so"
        )
