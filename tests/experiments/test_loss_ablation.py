"""The table of the loss ablation: its intervals, its pairing of words, and that rows are as the study chose them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.loss_ablation import numbers, tables
from experiments.loss_ablation.numbers import alike, difference, leader, mean
from figgen.metrics.scores import Scores
from figgen.runs.files import write_json


def scores(*values: float) -> Scores:
    return Scores(np.array(values)[:, None])


def test_an_interval_holds_the_variance_of_figures_and_that_of_seeds() -> None:
    figures = np.random.default_rng(0).normal(0.5, 0.1, 400)
    alone = mean([Scores(figures[:, None])])
    assert alone.value == pytest.approx(figures.mean())
    assert alone.margin == pytest.approx(1.96 * figures.std() / 20, rel=0.05)
    three = mean([Scores((figures + shift)[:, None]) for shift in (-0.03, 0.0, 0.03)])
    assert three.value == pytest.approx(figures.mean())
    assert three.margin == pytest.approx(1.96 * math.hypot(figures.std() / 20, 0.03 / math.sqrt(3)), rel=0.05)


def test_rows_are_compared_figure_by_figure_and_seed_by_seed() -> None:
    rng = np.random.default_rng(0)
    hard = rng.uniform(0, 1, 100)  # figures differ far more than rows do
    better = [scores(*(hard + shift + 0.02)) for shift in (0.0, 0.1)]
    worse = [scores(*(hard + shift)) for shift in (0.0, 0.1)]
    gain = difference(better, worse)
    assert gain.value == pytest.approx(0.02) and gain.separates and gain.margin < 1e-6 < mean(better).margin
    assert leader({"a": worse, "b": better}) == "b"
    noisy = [scores(*(hard + rng.normal(0, 0.5, 100))) for _ in range(2)]
    assert leader({"a": worse, "b": noisy}) is None


def test_words_are_paired_at_best_in_whatever_order() -> None:
    assert alike(["loss", "epoch"], ["epoch", "loss"]) == 1
    assert alike(["epock", "los"], ["loss", "epoch"]) == pytest.approx(1 - 2 / 9)
    assert alike(["loss"], ["loss", "epoch"]) == pytest.approx(4 / 9)
    assert alike(["loss", "x"], ["loss"]) == pytest.approx(4 / 5)
    assert alike([], ["loss"]) == 0 and alike([], []) == 1


def kept_run(row: str, seed: int, f1: float) -> dict:
    """A run on four figures, of which a share f1 keeps its word."""
    words = [["loss"] if i < 4 * f1 else [] for i in range(4)]
    distances = {"psnr": [20.0, 22.0, 24.0, 26.0], "ssim": [0.9] * 4}
    figures = {"keys": list("abcd"), **distances, "reconstruction": {"tesseract 5.3.0": words}}
    return {"science": {"seed": seed, "loss": {"name": row, "text": None}}, "figures": figures}


def test_the_table_is_made_of_kept_runs_and_bold_where_a_row_separates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "RESULTS", tmp_path)
    truth = {"truth": ["loss"], "original": {"tesseract 5.3.0": ["loss"]}}
    write_json(tmp_path / "figures.json", dict.fromkeys("abcd", truth))
    for row, f1 in (("l1", 0.0), ("tpl_l1", 1.0)):
        for seed in (0, 1):
            write_json(tmp_path / f"group/{row}-s{seed}.json", kept_run(row, seed, f1))
    original, l1, tpl = (dict(zip(tables.HEADS, line, strict=True)) for line in tables.cells("group"))
    assert original["word F1, Tesseract"] == "*1.000*" and original["PSNR dB"] == ""
    assert (l1["seeds"], l1["word F1, Tesseract"], l1["SSIM"]) == ("2", "0.000 ± 0.000", "0.900 ± 0.000")
    assert (tpl["word F1, Tesseract"], tpl["word F1, RapidOCR"]) == ("**1.000 ± 0.000**", "")
    assert l1["PSNR dB"].startswith("23.00 ± ") and tpl["NED"] == "**1.000 ± 0.000**"
