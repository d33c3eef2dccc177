"""Strips: the same figures and the same words for every loss, in one order, cut to one size."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from omegaconf import DictConfig
from PIL import Image

from figgen.ocr.boxes import TextBox
from figgen.report import report
from figgen.reporting.pictures import GAP, LINE
from figgen.reporting.strip import CROP, ZOOM, crops, cut
from figgen.reporting.views import Views, keep_views, load_views, with_plain_loss
from figgen.runs.directory import Folder
from figgen.train import train

HEAD = LINE + GAP  # the names of the columns
PICTURE = np.random.default_rng(0).integers(0, 256, (3, 64, 96), dtype=np.uint8)


@pytest.mark.parametrize("corner", [(0, 0), (40, 30), (90, 60)])
def test_a_cut_has_one_size_and_the_word_in_it_wherever_the_word_stands(corner: tuple[int, int]) -> None:
    white = np.full((1, 64, 96), 255, dtype=np.uint8)
    x, y = corner
    white[:, y : y + 4, x : x + 6] = 0
    seen = np.asarray(cut(white, TextBox.from_ltwh(x, y, 6, 4, "a")).convert("L"))
    assert seen.shape == (CROP[0] * ZOOM, CROP[1] * ZOOM)
    assert (seen < 128).sum() == pytest.approx(6 * 4 * ZOOM**2, rel=0.1)


def test_words_come_from_pictures_that_have_some_a_column_for_each_loss() -> None:
    longer = TextBox.from_ltwh(5, 30, 40, 8, "accuracy")
    words = [[], [TextBox.from_ltwh(5, 5, 20, 8, "loss"), longer]]
    sheet = crops({"plain": Views([PICTURE] * 2, [PICTURE] * 2, words)})
    assert sheet is not None
    height, width = CROP[0] * ZOOM, CROP[1] * ZOOM
    assert sheet.size == (2 * (width + GAP) + GAP, 1 * (height + GAP) + GAP + HEAD)
    first = np.asarray(sheet.crop((GAP, HEAD + GAP, GAP + width, HEAD + GAP + height)))
    assert (first == np.asarray(cut(PICTURE, longer))).all()


def test_views_come_back_as_they_were_kept(tmp_path: Path) -> None:
    originals = np.stack([PICTURE, 255 - PICTURE])
    words = [[TextBox.from_ltwh(1.5, 2, 3, 4, "a b")], []]
    keep_views(tmp_path, originals, originals // 2, words)
    views = load_views(tmp_path)
    assert np.array_equal(views.originals, originals) and np.array_equal(views.reconstructions, originals // 2)
    assert views.words == words


def test_the_same_pictures_are_found_in_a_run_whose_loss_is_plain_and_nothing_else_is(tmp_path: Path) -> None:
    originals = np.stack([PICTURE, 255 - PICTURE])
    science = {"seed": 0, "autoencoder": {"name": "patch"}, "loss": {"name": "tpl", "text": {"weight": 0.8}}}

    def keep(name: str, pictures: np.ndarray, **changes: object) -> None:
        state = {"science": {**science, "loss": {"name": "plain"}, "sampler": {"name": "baseline"}, **changes}}
        keep_views(tmp_path / name / "samples", pictures, pictures // 3, [[], []])
        (tmp_path / name / "run.json").write_text(json.dumps(state))

    run = Folder(tmp_path / "g/run", "run.json")
    keep("g/other-net", originals, autoencoder={"name": "identity"})
    keep("g/other-loss", originals, loss={"name": "ocr"})
    keep("g/other-pictures", originals[::-1])
    assert with_plain_loss(run, science, originals) == []
    keep("elsewhere/plain", originals)
    assert np.array_equal(with_plain_loss(run, science, originals), originals // 3)
    assert with_plain_loss(run, {**science, "loss": {"name": "plain"}}, originals) == []


def test_a_report_shows_the_losses_of_its_group_in_order(
    tiny: Callable[..., DictConfig], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for loss in ("tpl", "plain"):
        train(tiny(f"loss={loss}", "stages=[autoencoder]", "group=g"))
    capsys.readouterr()
    report(tiny("group=g"))
    said = capsys.readouterr().out
    assert "| loss=plain | 0 |" in said and "Judged on n = 2 test figures, read by tesseract" in said
    (run, _) = tmp_path.glob("g/*/run.json")
    assert json.loads(run.read_text())["status"] == "FINISHED"
    three_columns = 3 * (2 * 160 + GAP) + GAP
    assert Image.open(tmp_path / "g" / "strip.png").width == three_columns
    assert Image.open(tmp_path / "g" / "crops.png").width == 3 * (CROP[1] * ZOOM + GAP) + GAP
