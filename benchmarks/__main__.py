"""python -m benchmarks: every benchmark, one line each; kept in results.json, from which docs/speed.md is written."""

from __future__ import annotations

from pathlib import Path

import torch

from benchmarks import adversary_step, busy_neighbour, detectors, distances, loader, ocr_crops, tpl_loss
from figgen.runs.cores import cores, threads
from figgen.runs.files import write_json
from figgen.runs.provenance import now

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    torch.set_num_threads(threads())
    on = f"{now()[:10]}, torch {torch.__version__}, {cores()} cores, {threads()} threads."
    print(on)
    rows = []
    for benchmark in (tpl_loss, busy_neighbour, adversary_step, ocr_crops, loader, distances, detectors):
        for line in benchmark.lines():
            print(line, flush=True)
            what, _, measured = line.rpartition(": ")
            rows.append([what, measured])
    write_json(RESULTS, {"on": on, "rows": rows})


if __name__ == "__main__":
    main()
