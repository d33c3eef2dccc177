"""python -m benchmarks: every benchmark, one line each; kept in results.json, from which docs/speed.md is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import torch

from benchmarks import adversary_step, busy_neighbour, character_map, detectors, distances, loader, ocr_crops, tpl_loss
from figgen.runs.cores import cores, threads
from figgen.runs.files import write_json
from figgen.runs.provenance import now

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    torch.set_num_threads(threads())
    on = f"{now()[:10]}, torch {torch.__version__}, {cores()} cores, {threads()} threads."
    print(on)
    rows = []
    for benchmark in (tpl_loss, busy_neighbour, adversary_step, character_map, ocr_crops, loader, distances, detectors):
        for line in sound_lines(benchmark):
            print(line, flush=True)
            what, _, measured = line.rpartition(": ")
            rows.append([what, measured])
    write_json(RESULTS, {"on": on, "rows": rows})


def sound_lines(benchmark: ModuleType) -> Iterator[str]:
    """The benchmark's lines; where one cannot be had, why, instead of those that would have followed."""
    try:
        yield from benchmark.lines()
    except Exception as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        yield f"{benchmark.__name__}: not run here, {first.replace(': ', ', ')}"


if __name__ == "__main__":
    main()
