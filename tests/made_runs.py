"""Folders of runs as training leaves them, for tests of what is read from them."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def run(loss: str, seed: int, f1: float, source: str = "miniature", **more: Any) -> dict[str, Any]:
    """A run.json. more: weight, dataset, autoencoder, n, engine, unfair; what is left belongs to the loss."""
    measured = {"value": f1, "n": more.pop("n", 4), "low": 0.0, "high": 1.0}
    weight = {"_target_": "figgen.losses.tpl.Term", "weight": more.pop("weight", 0.8)}
    engine = more.pop("engine", "tesseract 5")
    results = {"reconstruction_word_f1": measured, "psnr": measured, "split": "test", "ocr_engine": engine}
    return {
        "status": "FINISHED",
        "data": f"mlfigs, {source}",
        "data_source": source,
        "unfair_readers": more.pop("unfair", {}),
        "science": {
            "seed": seed,
            "dataset": {"name": more.pop("dataset", "mlfigs")},
            "autoencoder": {"name": more.pop("autoencoder", "patch"), "batch_size": 4},
            "loss": {"name": loss, "text": weight if loss == "tpl" else None, **more},
        },
        "stages": {"autoencoder": {"results": results, "cost": {"seconds": 90.0, "peak_memory": 2**30}}},
    }


def written(folder: Path, *runs: dict[str, Any]) -> list[Path]:
    """=> the folders of the runs."""
    for i, state in enumerate(runs):
        (folder / str(i)).mkdir(parents=True)
        (folder / str(i) / "run.json").write_text(json.dumps(state))
    return [folder / str(i) for i in range(len(runs))]


def with_values(folder: Path, f1: Sequence[float], names: Sequence[str] | None = None) -> None:
    """Precision and recall of each picture, both `f1`, and as much PSNR, beside a run."""
    (folder / "images").mkdir()
    with (folder / "images" / "autoencoder.csv").open("w") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "psnr", "reconstruction_word_precision", "reconstruction_word_recall"])
        writer.writerows([name, v, v, v] for name, v in zip(names or map(str, range(len(f1))), f1, strict=True))
