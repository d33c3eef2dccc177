"""Strips: the same figures and the same words for every loss, in one order, cut to one size."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import GAP, LINE
from figgen.reporting.strip import CROP, ZOOM, crops, cut
from figgen.reporting.views import Item, Views, keep_generated, keep_views, load_views, with_plain_loss
from figgen.runs.directory import Folder

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
    items = [Item("a", "", []), Item("b", "", [TextBox.from_ltwh(5, 5, 20, 8, "loss"), longer])]
    sheet = crops({"plain": Views(items, [PICTURE] * 2, [PICTURE] * 2, {})})
    assert sheet is not None
    height, width = CROP[0] * ZOOM, CROP[1] * ZOOM
    assert sheet.size == (2 * (width + GAP) + GAP, 1 * (height + GAP) + GAP + HEAD)
    first = np.asarray(sheet.crop((GAP, HEAD + GAP, GAP + width, HEAD + GAP + height)))
    assert (first == np.asarray(cut(PICTURE, longer))).all()


def test_views_come_back_as_they_were_kept(tmp_path: Path) -> None:
    originals = np.stack([PICTURE, 255 - PICTURE])
    items = [Item("x", "a caption", [TextBox.from_ltwh(1.5, 2, 3, 4, "a b")]), Item("y", "", [])]
    keep_views(tmp_path, items, originals, originals // 2)
    keep_generated(tmp_path, ["y"], [""], originals[:1] // 3)
    views = load_views(tmp_path)
    assert np.array_equal(views.originals, originals) and np.array_equal(views.reconstructions, originals // 2)
    assert views.items == items and np.array_equal(views.generated["y"], originals[0] // 3)


def test_the_same_pictures_are_found_in_a_run_whose_loss_is_plain_and_nothing_else_is(tmp_path: Path) -> None:
    originals = np.stack([PICTURE, 255 - PICTURE])
    wanted = dict(zip(("a", "b"), originals, strict=True))
    science = {"seed": 0, "autoencoder": {"name": "patch"}, "loss": {"name": "tpl", "text": {"weight": 0.8}}}

    def keep(name: str, pictures: np.ndarray, **changes: object) -> None:
        state = {"science": {**science, "loss": {"name": "plain"}, "sampler": {"name": "baseline"}, **changes}}
        items = [Item(key, "", []) for key in wanted]
        keep_views(tmp_path / name / "samples", items, pictures, pictures // 3)
        (tmp_path / name / "run.json").write_text(json.dumps(state))

    run = Folder(tmp_path / "g/run", "run.json")
    keep("g/other-net", originals, autoencoder={"name": "identity"})
    keep("g/other-loss", originals, loss={"name": "ocr"})
    keep("g/other-pictures", originals[::-1])
    assert with_plain_loss(run, science, wanted) == []
    keep("elsewhere/plain", originals)
    assert np.array_equal(with_plain_loss(run, science, wanted), originals // 3)
    (later,) = with_plain_loss(run, science, {"b": originals[1]})
    assert np.array_equal(later, originals[1] // 3)
    assert with_plain_loss(run, {**science, "loss": {"name": "plain"}}, wanted) == []
