"""`python -m figgen.report`: what it writes, from where, and what it says when there is nothing or not all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from made_runs import run, written
from omegaconf import DictConfig
from PIL import Image

from figgen.cli.choices import CONF
from figgen.report import report
from figgen.reporting.pictures import GAP
from figgen.reporting.strip import CROP, ZOOM
from figgen.runs.errors import DataError
from figgen.train import train

Tiny = Callable[..., DictConfig]


def asking(outputs: Path, *overrides: str) -> DictConfig:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("report", [f"paths.outputs={outputs}", *overrides])


def test_a_group_of_runs_that_were_trained_becomes_four_files_from_folders_and_from_mlflow(
    tiny: Tiny, tmp_path: Path
) -> None:
    for loss in ("tpl", "plain"):
        train(tiny(f"loss={loss}", "group=g", "logger=mlflow", "evaluation.num_generated=1"))
    report(asking(tmp_path, "group=g"))
    written = {path.name: path.read_text() for path in (tmp_path / "g").glob("report.*")}
    assert set(written) == {"report.md", "report.tex", "report.csv", "report.html"}
    assert "| loss=plain | 0 |" in written["report.md"] and "Judged on n = 2 test figures" in written["report.md"]
    assert written["report.html"].count("data:image/webp") == 2  # a film for each
    three_columns = 3 * (2 * 160 + GAP) + GAP
    assert Image.open(tmp_path / "g" / "strip.png").width == three_columns
    assert Image.open(tmp_path / "g" / "crops.png").width == 3 * (CROP[1] * ZOOM + GAP) + GAP
    for folder in (*(tmp_path / "g").glob("mlfigs-*"), tmp_path / "stages"):
        shutil.rmtree(folder)
    report(asking(tmp_path, "group=g", "source=mlflow"))
    assert (tmp_path / "g" / "report.md").read_text() == written["report.md"]


def test_runs_are_named_by_folder_pattern_or_signature(tmp_path: Path) -> None:
    for group, name in (("g", "tpl-s0-aaaa0000"), ("h", "tpl-s1-bbbb1111"), ("h", "tpl-s2-cccc2222")):
        written(tmp_path / "new", run("tpl", int(name[5]), 0.4))
        (tmp_path / group).mkdir(exist_ok=True)
        (tmp_path / "new" / "0").rename(tmp_path / group / name)
    for names, seeds in {"bbbb1111": "1", f"{tmp_path}/g/*": "0", "g/tpl-s0-aaaa0000,cccc2222": "0, 2"}.items():
        outcome = report(asking(tmp_path, f"runs=[{names}]"))
        assert f"| all | {seeds} |" in outcome.place.read_text()
    with pytest.raises(DataError, match="dddd: no run has this folder or this signature"):
        report(asking(tmp_path, "runs=[dddd]"))


def test_an_empty_group_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"empty holds no finished run: train some with group=empty"):
        report(asking(tmp_path, "group=empty"))


def test_a_half_finished_grid_shows_what_there_is_and_fails_with_a_sentence(tmp_path: Path) -> None:
    killed = {**run("plain", 0, 0.1), "status": "KILLED", "attempts": [{"error": "stopped by SIGTERM"}]}
    written(tmp_path / "g", run("tpl", 0, 0.4), killed)
    with pytest.raises(DataError, match=r"^left out of g: 1 \(killed: stopped by SIGTERM\)$"):
        report(asking(tmp_path, "group=g"))
    text = (tmp_path / "g" / "report.md").read_text()
    assert "**left out of g: 1 (killed: stopped by SIGTERM).**" in text and "| all | 0 |" in text


def test_mixed_data_is_refused_and_when_asked_for_said_in_the_header(tmp_path: Path) -> None:
    written(tmp_path / "g", run("tpl", 0, 0.4), run("tpl", 1, 0.6, "prepared"))
    with pytest.raises(DataError, match="g mixes miniature and prepared data"):
        report(asking(tmp_path, "group=g"))
    assert not (tmp_path / "g" / "report.md").exists()
    report(asking(tmp_path, "group=g", "mix=true"))
    for ending in ("md", "html"):
        assert "Mixed, as asked: miniature and prepared data." in (tmp_path / "g" / f"report.{ending}").read_text()


def test_a_run_without_pictures_or_values_of_single_figures_still_has_its_numbers(tmp_path: Path) -> None:
    written(tmp_path / "g", run("tpl", 0, 0.4), run("plain", 0, 0.9))
    report(asking(tmp_path, "group=g"))
    assert "**" not in (tmp_path / "g" / "report.md").read_text()  # no best: nothing to resample
    assert json.loads((tmp_path / "g" / "0" / "run.json").read_text())["status"] == "FINISHED"
