"""The report: mean and spread over seeds, drawn and real data never in one table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from figgen.reporting.tables import markdown, rows_of
from figgen.runs.errors import DataError


def run(loss: str, seed: int, f1: float, source: str = "miniature") -> dict[str, Any]:
    measured = {"value": f1, "n": 4, "low": 0.0, "high": 1.0}
    return {
        "status": "FINISHED",
        "data": f"mlfigs, {source}",
        "data_source": source,
        "science": {"seed": seed, "loss": {"name": loss, "text": {"weight": 0.8} if loss == "tpl" else None}},
        "stages": {"autoencoder": {"results": {"reconstruction_word_f1": measured}}},
    }


def written(folder: Path, *runs: dict[str, Any]) -> Path:
    for i, state in enumerate(runs):
        (folder / str(i)).mkdir()
        (folder / str(i) / "run.json").write_text(json.dumps(state))
    return folder


def test_seeds_become_mean_and_standard_deviation(tmp_path: Path) -> None:
    runs = rows_of(written(tmp_path, run("tpl", 0, 0.4), run("tpl", 1, 0.6), run("plain", 0, 0.1)))
    table = markdown("g", runs)
    assert "| loss.name=tpl | 0, 1 | 0.500 ± 0.141 |" in table
    assert "| loss.name=plain | 0 | 0.100 |" in table


def test_only_what_was_measured_has_a_column_and_a_gap_is_a_dash(tmp_path: Path) -> None:
    without = run("plain", 0, 0.1)
    without["stages"]["autoencoder"]["results"] = {"psnr": {"value": 21.0, "n": 4, "low": 20.0, "high": 22.0}}
    table = markdown("g", rows_of(written(tmp_path, run("tpl", 0, 0.4), without)))
    assert "| combination | seeds | PSNR dB | word F1 |" in table
    assert "| loss.name=plain | 0 | 21.00 | – |" in table and "| loss.name=tpl | 0 | – | 0.400 |" in table


def test_drawn_and_real_data_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="mixes miniature and prepared"):
        rows_of(written(tmp_path, run("tpl", 0, 0.4), run("tpl", 1, 0.6, "prepared")))


def test_a_group_without_finished_runs_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="group="):
        rows_of(tmp_path)
