"""python -m benchmarks: every benchmark, one line each."""

from __future__ import annotations

import platform

import torch

from benchmarks import adversary_step, busy_neighbour, detectors, loader, ocr_crops, tpl_loss
from figgen.runs.provenance import now


def main() -> None:
    print(f"{now()}  torch {torch.__version__}, {torch.get_num_threads()} threads, {platform.processor() or 'cpu'}")
    for benchmark in (tpl_loss, busy_neighbour, adversary_step, ocr_crops, loader, detectors):
        for line in benchmark.lines():
            print(line, flush=True)


if __name__ == "__main__":
    main()
