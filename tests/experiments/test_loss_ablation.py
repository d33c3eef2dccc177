"""The table of the loss ablation: its intervals, its pairing of words, and that rows are as the study chose them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.loss_ablation.numbers import alike, difference, leader, mean
from figgen.metrics.scores import Scores


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
