"""Keep what finished runs found: python -m experiments.loss_ablation.keeping OUTPUTS.

results/figures.json   the judged figures: their words, and what each engine read in the originals
results/GROUP/RUN.json   of each run: its config, its numbers, each figure's distances and what was read in it
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from figgen.runs.files import read_json, write_text

RESULTS = Path(__file__).parent / "results"
GROUPS = ("loss_ablation", "loss_front", "loss_clock", "latent_shape")


def main() -> None:
    for group in GROUPS:
        for path in sorted((Path(sys.argv[1]) / group).glob("*/run.json")):
            keep(path, RESULTS / group / f"{path.parent.name}.json")


def keep(path: Path, kept: Path) -> None:
    """A run's file, and the figures that all runs are judged on."""
    run = read_json(path)
    if run["status"] != "FINISHED":
        return
    stage = run["stages"]["autoencoder"]
    (judged,) = Path(stage["folder"]).glob("judged/figures/*.json")
    figures = read_json(judged)
    keep_words(figures["keys"], figures.pop("truth"), figures.pop("original"))
    attempt = {key: run["attempts"][-1][key] for key in ("started", "ended", "git", "cores", "python")}
    write(kept, {"attempt": attempt, "science": run["science"], "results": stage["results"], "figures": figures})


def keep_words(keys: list[str], truth: list[list[str]], original: dict[str, list[list[str]]]) -> None:
    """What stands in each figure, and what was read in it by one engine or another."""
    known = read_json(RESULTS / "figures.json")
    for i, key in enumerate(keys):
        read = {engine: words[i] for engine, words in original.items()}
        assert known.get(key, {}).get("truth", truth[i]) == truth[i], f"{key} is another figure than before"
        known[key] = {"truth": truth[i], "original": known.get(key, {}).get("original", {}) | read}
    write(RESULTS / "figures.json", known)


def write(path: Path, value: object) -> None:
    """As one line."""
    write_text(path, json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
