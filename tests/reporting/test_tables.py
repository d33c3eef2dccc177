"""The report: mean and spread over seeds, drawn and real data never in one table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from figgen.reporting.tables import markdown, rows_of
from figgen.runs.errors import DataError


def run(loss: str, seed: int, f1: float, source: str = "miniature", **more: Any) -> dict[str, Any]:
    measured = {"value": f1, "n": 4, "low": 0.0, "high": 1.0}
    weight = {"_target_": "figgen.losses.tpl.Term", "weight": more.pop("weight", 0.8)}
    return {
        "status": "FINISHED",
        "data": f"mlfigs, {source}",
        "data_source": source,
        "science": {
            "seed": seed,
            "dataset": {"name": more.pop("dataset", "mlfigs")},
            "autoencoder": {"name": more.pop("autoencoder", "patch")},
            "loss": {"name": loss, "text": weight if loss == "tpl" else None, **more},
        },
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
    assert "| loss=tpl | 0, 1 | 0.500 ± 0.141 |" in table
    assert "| loss=plain | 0 | 0.100 |" in table


def test_only_what_was_measured_has_a_column_and_a_gap_is_a_dash(tmp_path: Path) -> None:
    without = run("plain", 0, 0.1)
    without["stages"]["autoencoder"]["results"] = {"psnr": {"value": 21.0, "n": 4, "low": 20.0, "high": 22.0}}
    table = markdown("g", rows_of(written(tmp_path, run("tpl", 0, 0.4), without)))
    assert "| combination | seeds | PSNR dB | word F1 |" in table
    assert "| loss=plain | 0 | 21.00 | – |" in table and "| loss=tpl | 0 | – | 0.400 |" in table


def test_rows_tell_every_choice_that_differs_and_what_it_brings_along_among_its_like(tmp_path: Path) -> None:
    runs = [
        run("plain", 0, 0.1),
        run("plain", 0, 1.0, autoencoder="identity"),
        run("tpl", 0, 0.4),
        run("tpl", 0, 0.6, weight=3.2),
    ]
    rows = [line.split("|")[1].strip() for line in markdown("g", rows_of(written(tmp_path, *runs))).splitlines()[6:]]
    assert rows == [
        "autoencoder=identity, loss=plain",
        "autoencoder=patch, loss=plain",
        "autoencoder=patch, loss=tpl, weight=0.8",
        "autoencoder=patch, loss=tpl, weight=3.2",
    ]


def test_two_teachers_are_two_rows_named_by_who_they_are(tmp_path: Path) -> None:
    teachers = [{"recogniser": {"_target_": f"figgen.ocr.{name}.load"}} for name in ("crnn", "ppocr")]
    runs = rows_of(written(tmp_path, *(run("ocr", 0, 0.3, text=teacher) for teacher in teachers)))
    assert "| recogniser=crnn | 0 | 0.300 |\n| recogniser=ppocr | 0 | 0.300 |" in markdown("g", runs)


def test_the_header_says_what_all_runs_share(tmp_path: Path) -> None:
    table = markdown("g", rows_of(written(tmp_path, run("tpl", 0, 0.4), run("plain", 0, 0.4))))
    assert "all with autoencoder=patch." in table and "all with loss" not in table


def test_each_dataset_has_a_table_of_its_own(tmp_path: Path) -> None:
    runs = rows_of(written(tmp_path, run("tpl", 0, 0.4), run("plain", 0, 0.1), run("tpl", 0, 0.2, dataset="scicap")))
    first, second = markdown("g", runs).split("## ")[1:]
    assert first.startswith("mlfigs\n") and "| loss=tpl | 0 | 0.400 |" in first and "0.200" not in first
    assert second.startswith("scicap\n") and "| all | 0 | 0.200 |" in second


def test_drawn_and_real_data_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="mixes miniature and prepared"):
        rows_of(written(tmp_path, run("tpl", 0, 0.4), run("tpl", 1, 0.6, "prepared")))


def test_a_group_without_finished_runs_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="group="):
        rows_of(tmp_path)
