"""The report: mean and spread over seeds, a best one only where chance cannot explain it, like beside like alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_runs import run, with_values, written

from figgen.reporting.compare import RESAMPLES, f1, mean, resampled, winners
from figgen.reporting.formats import latex, long_csv, markdown
from figgen.reporting.runs import by_dataset, mixtures, read_runs, refuse_mixtures
from figgen.reporting.tables import table_of
from figgen.runs.errors import DataError


def table(folder: Path, *runs: dict[str, Any]) -> str:
    """The Markdown of one report."""
    found, others = read_runs(written(folder, *runs))
    assert others == []
    return markdown("g", [], [table_of(members) for members in by_dataset(found).values()])


def test_seeds_become_mean_and_standard_deviation(tmp_path: Path) -> None:
    said = table(tmp_path, run("tpl", 0, 0.4), run("tpl", 1, 0.6), run("plain", 0, 0.1))
    assert "| loss=tpl | 0, 1 | 0.50 ± 0.14 | 0.500 ± 0.141 |" in said
    assert "| loss=plain | 0 | 0.10 [0.00, 1.00] | 0.100 [0.000, 1.000] |" in said


def test_only_what_was_measured_has_a_column_and_a_gap_is_a_dash(tmp_path: Path) -> None:
    without = run("plain", 0, 0.1)
    without["stages"]["autoencoder"]["results"] = {"psnr": {"value": 21.0, "n": 4, "low": 20.0, "high": 22.0}}
    said = table(tmp_path, run("tpl", 0, 0.4), without)
    assert "| combination | seeds | PSNR dB | word F1 |" in said
    assert "| 0 | 21.00 [20.00, 22.00] | – |" in said


def test_rows_tell_every_choice_that_differs_and_what_it_brings_along_among_its_like(tmp_path: Path) -> None:
    runs = [
        run("plain", 0, 0.1),
        run("plain", 0, 1.0, autoencoder="identity"),
        run("tpl", 0, 0.4),
        run("tpl", 0, 0.6, weight=3.2),
    ]
    rows = [line.split("|")[1].strip() for line in table(tmp_path, *runs).splitlines() if line.startswith("| a")]
    assert rows == [
        "autoencoder=identity, loss=plain",
        "autoencoder=patch, loss=plain",
        "autoencoder=patch, loss=tpl, weight=0.8",
        "autoencoder=patch, loss=tpl, weight=3.2",
    ]


def test_an_axis_that_no_code_knows_of_makes_rows_of_its_own(tmp_path: Path) -> None:
    runs = [run("plain", seed, 0.1) for seed in (0, 1)]
    for state, layout in zip(runs, ("none", "planned"), strict=True):
        state["science"]["layout"] = {"name": layout}
    said = table(tmp_path, *runs)
    assert "| layout=none | 0 |" in said and "| layout=planned | 1 |" in said


def test_two_teachers_are_two_rows_named_by_who_they_are(tmp_path: Path) -> None:
    teachers = [{"recogniser": {"_target_": f"figgen.ocr.{name}.load"}} for name in ("crnn", "ppocr")]
    said = table(tmp_path, *(run("ocr", 0, 0.3, text=teacher) for teacher in teachers))
    assert "| recogniser=crnn | 0 |" in said and "| recogniser=ppocr | 0 |" in said


def test_the_header_says_what_all_runs_share(tmp_path: Path) -> None:
    said = table(tmp_path, run("tpl", 0, 0.4), run("plain", 0, 0.4))
    assert "all with autoencoder=patch. Judged on n = 4 test figures, read by tesseract 5." in said
    assert "all with loss" not in said


def test_each_dataset_has_a_table_of_its_own(tmp_path: Path) -> None:
    runs = run("tpl", 0, 0.4), run("plain", 0, 0.1), run("tpl", 0, 0.2, dataset="scicap")
    first, second = table(tmp_path, *runs).split("## ")[1:]
    assert first.startswith("mlfigs\n") and "| loss=tpl | 0 | 0.40" in first and "0.200" not in first
    assert second.startswith("scicap\n") and "| all | 0 | 0.20" in second


MIXED = {
    "miniature and prepared data": run("tpl", 1, 0.6, "prepared"),
    "autoencoder: n = 4 and 8": run("tpl", 1, 0.6, n=8),
    "autoencoder: the engines tesseract 4 and tesseract 5": run("tpl", 1, 0.6, engine="tesseract 4"),
}


@pytest.mark.parametrize("what", MIXED)
def test_unlike_things_are_refused_and_never_averaged(tmp_path: Path, what: str) -> None:
    runs, _ = read_runs(written(tmp_path, run("tpl", 0, 0.4), MIXED[what]))
    with pytest.raises(DataError, match=f"group mixes .*{what}.*mix=true"):
        refuse_mixtures(runs, "group")
    assert any(what in said for said in mixtures(runs))


def test_miniature_and_real_data_that_are_mixed_on_purpose_have_rows_of_their_own(tmp_path: Path) -> None:
    runs, _ = read_runs(written(tmp_path, run("tpl", 0, 0.4), run("tpl", 1, 0.6, "prepared")))
    assert [line.name for line in table_of(runs).lines] == ["data=mlfigs, miniature", "data=mlfigs, prepared"]


def test_what_is_unfinished_old_or_torn_is_named_and_the_rest_is_shown(tmp_path: Path) -> None:
    failed = {"status": "FAILED", "attempts": [{"error": "no space left\non the disk"}]}
    old = {key: value for key, value in run("tpl", 0, 0.1).items() if key != "science"}
    folders = written(tmp_path, run("tpl", 0, 0.4), failed, old)
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "run.json").write_text("{")
    runs, others = read_runs([*folders, tmp_path / "3"])
    assert [each.folder.name for each in runs] == ["0"]
    assert others == [
        "1 (failed: no space left)",
        "2 (of an older schema, without science: train it again, force=true)",
        "3 (its run.json cannot be read)",
    ]


def values(seed: int, shift: float = 0.0) -> list[float]:
    return (np.random.default_rng(seed).uniform(0.1, 0.5, 40) + shift).tolist()


def bold(folder: Path, *f1: list[float]) -> list[str]:
    """Which rows, a loss each, have a best word F1, by the values of their pictures."""
    folders = written(folder, *(run(f"l{i}", 0, float(np.mean(v)), n=40) for i, v in enumerate(f1)))
    for path, each in zip(folders, f1, strict=True):
        with_values(path, each)
    lines = table_of(read_runs(folders)[0]).lines
    return [line.name for line in lines if line.cells[1] and line.cells[1].is_best]


def test_a_small_lead_on_the_same_pictures_is_told_from_chance_where_intervals_overlap(tmp_path: Path) -> None:
    assert bold(tmp_path / "a", values(0), values(0, 0.02)) == ["loss=l1"]
    assert bold(tmp_path / "b", values(0), values(1)) == []


def test_rows_that_share_a_stage_are_best_together(tmp_path: Path) -> None:
    assert bold(tmp_path / "a", values(0, 0.1), values(0), values(0, 0.1)) == ["loss=l0", "loss=l2"]
    assert bold(tmp_path / "b", values(0), values(0)) == []


def test_nothing_is_best_where_the_pictures_are_not_the_same(tmp_path: Path) -> None:
    folders = written(tmp_path, run("plain", 0, 0.1, n=2), run("tpl", 0, 0.9, n=2))
    with_values(folders[0], [0.1, 0.1], names=["a", "b"])
    with_values(folders[1], [0.9, 0.9], names=["a", "c"])
    assert not any(cell and cell.is_best for line in table_of(read_runs(folders)[0]).lines for cell in line.cells)


def test_resampled_f1_is_that_of_the_means_of_each_seed_on_shared_resamples() -> None:
    rows = np.random.default_rng(0).uniform(0, 1, (2, 5, 2))
    drawn = resampled(rows, f1)
    counts = np.random.default_rng(0).multinomial(5, [0.2] * 5, size=RESAMPLES)
    p, r = (counts[7] @ rows[:, :, k].T / 5 for k in (0, 1))
    assert drawn[7] == pytest.approx(np.mean(2 * p * r / (p + r)))
    assert resampled(rows[:, :, :1], mean).std() == pytest.approx(rows[:, :, 0].mean(0).std() / np.sqrt(5), rel=0.1)


def test_lower_is_better_where_the_sign_says_so_and_one_row_is_never_best() -> None:
    low, high = (np.random.default_rng(0).normal(place, 0.1, 500) for place in (0, 1))
    assert winners([high, low], -1) == {1} and winners([high, low], 1) == {0}
    assert winners([high, low], 0) == winners([high], 1) == winners([], 1) == set()


def test_a_reader_that_judges_its_own_labels_is_marked(tmp_path: Path) -> None:
    said = table(tmp_path, run("tpl", 0, 0.4, unfair={"tesseract": "made the word boxes"}))
    assert "| 0.40 [0.00, 1.00] | 0.400† [0.000, 1.000] |" in said  # PSNR has no reader
    assert "† judged by its own: tesseract made the word boxes." in said


def test_latex_and_csv_hold_the_same_numbers(tmp_path: Path) -> None:
    runs, _ = read_runs(written(tmp_path, run("a_b", 0, 0.4), run("tpl", 0, 0.6)))
    tables = [table_of(runs)]
    assert r"loss=a\_b & 0 & 0.40 [0.00, 1.00] & 0.400 [0.000, 1.000] \\" in latex(tables)
    lines = long_csv(tables).splitlines()
    assert lines[0] == "dataset,combination,seed,stage,metric,value,low,high,n"
    assert "mlfigs,loss=tpl,0,autoencoder,reconstruction_word_f1,0.6,0.0,1.0,4" in lines


def test_a_cost_is_the_time_the_rate_and_the_peak(tmp_path: Path) -> None:
    (folder,) = written(tmp_path, run("tpl", 0, 0.4))
    rows = [{"stage": "autoencoder", "step": i, "items_per_second": speed} for i, speed in enumerate((4, 8, 100))]
    (folder / "metrics.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    ((one,), _) = read_runs([folder])
    cost = one.cost("autoencoder")
    assert cost is not None and (cost.seconds, cost.rate, cost.memory) == (90, 2, 2**30)
    assert one.cost("diffusion") is None
