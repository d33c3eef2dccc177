"""Layouts on the road: given, planned, drawn, or none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import DictConfig
from PIL import Image

from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import ConfigError
from figgen.stages import build
from figgen.stages.lettering import swapped
from figgen.stages.options import RUN_RULES
from figgen.stages.road import run_name, signature, wanted
from figgen.train import train

SMALL = ("lettering.net.width=16", "lettering.net.blocks=1")
PLANNER = ("layout.planner.net.width=16", "layout.planner.net.heads=2")
DRAWN = '[{"text": "Owls", "box": [20, 10, 60, 12]}]'


def results_of(state: Path) -> dict[str, dict[str, Any]]:
    return {name: stage["results"] for name, stage in json.loads(state.read_text())["stages"].items()}


Composed = Callable[..., DictConfig]


@pytest.fixture
def laid_out(tiny: Composed) -> Composed:
    """The tiny config of a layout."""

    def config(layout: str, *more: str) -> DictConfig:
        return tiny(f"layout={layout}", *SMALL, *(PLANNER if layout == "planned" else ()), *more)

    return config


def test_a_planned_run_has_all_stages_and_reads_the_rows_that_a_table_wants(laid_out: Composed, tmp_path: Path) -> None:
    cfg = laid_out("planned")
    train(cfg)
    (state,) = tmp_path.glob("debug/*/run.json")
    done = results_of(state)
    assert set(done) == {"autoencoder", "lettering", "planner", "diffusion", "evaluation"}
    rows = ("generated", "given", "shuffled", "font")
    assert all(0 <= done["evaluation"][f"{row}_word_f1"]["value"] <= 1 for row in rows)
    assert done["evaluation"]["layout"] == "planned" and "-planned-" in state.parent.name
    given = laid_out("given")
    train(given)
    states = {path.parent.name: results_of(path) for path in tmp_path.glob("debug/*/run.json")}
    assert len(states) == 2 and len(list(tmp_path.glob("stages/diffusion/*/stage.json"))) == 1
    (other,) = (found for name, found in states.items() if "-given-" in name)
    assert other["evaluation"]["generated_word_f1"] == done["evaluation"]["given_word_f1"]


def test_a_drawn_layout_stands_in_every_picture(laid_out: Composed, tmp_path: Path) -> None:
    train(laid_out("drawn", f"layout.boxes='{DRAWN}'", "lettering.steps=30"))
    pictures = [np.asarray(Image.open(path)) for path in sorted(tmp_path.glob("debug/*/samples/generated/*.png"))]
    assert len(pictures) == 2 and pictures[0].shape == (128, 160, 3)


def test_layouts_share_what_does_not_depend_on_them(laid_out: Composed) -> None:
    none, given, planned = (laid_out(layout) for layout in ("none", "given", "planned"))
    assert wanted(none) == ("autoencoder", "diffusion", "evaluation")
    assert wanted(given) == ("autoencoder", "lettering", "diffusion", "evaluation")
    assert wanted(planned) == ("autoencoder", "lettering", "planner", "diffusion", "evaluation")
    marks = {stage: {signature(cfg, "data", stage) for cfg in (none, given, planned)} for stage in wanted(none)}
    assert [len(marks[stage]) for stage in wanted(none)] == [1, 2, 3]
    assert len({run_name(cfg, "data") for cfg in (none, given, planned)}) == 3


def test_a_planner_does_not_depend_on_losses_nor_decoders(laid_out: Composed) -> None:
    one, other = laid_out("planned"), laid_out("planned", "loss=tpl", "lettering.net.width=24", "sampler=scheduled")
    assert signature(one, "data", "planner") == signature(other, "data", "planner")
    assert signature(one, "data", "lettering") != signature(other, "data", "lettering")


def test_another_file_of_boxes_is_another_run(laid_out: Composed, tmp_path: Path) -> None:
    file = tmp_path / "boxes.json"
    file.write_text(DRAWN)
    cfg = laid_out("drawn", f"layout.boxes={file}")
    before = signature(cfg, "data")
    file.write_text(DRAWN.replace("Owls", "Rats"))
    assert signature(cfg, "data") != before


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (["layout=drawn"], "layout=drawn wants your boxes"),
        (["layout=drawn", "layout.boxes=nowhere.json"], "there is no such file"),
        (["layout=given", "dataset=coco"], "shows none: say layout=none"),
        (["dataset=celeba", "autoencoder.text_aware=true"], "autoencoder.text_aware=true wants pictures with words"),
        (["layout=planned", "layout.planner.net.heads=5"], "must divide by layout.planner.net.heads=5"),
    ],
)
def test_what_cannot_be_laid_out_is_refused_in_one_sentence(tiny: Composed, overrides: list[str], says: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        RUN_RULES.validate(tiny(*overrides))
    assert says in str(refusal.value) and "\n" not in str(refusal.value)


def test_wrong_words_stand_in_boxes_that_are_long_enough_for_them() -> None:
    texts = ["owl", "ink", "jam", "loss", "gain", "a"]
    boxes = BoxBatch.collate([[TextBox.from_ltwh(0, 10 * i, 20, 9, text) for i, text in enumerate(texts)]])
    wrong = swapped(boxes)
    assert sorted(wrong.texts) == sorted(texts) and torch.equal(wrong.quads, boxes.quads)
    assert [len(a) == len(b) for a, b in zip(wrong.texts, texts, strict=True)] == [True] * 6
    assert [a == b for a, b in zip(wrong.texts, texts, strict=True)] == [False] * 5 + [True]


@pytest.mark.parametrize("weighting", ["noise", "x_0", "between"])
def test_the_denoiser_learns_by_the_weighting_that_was_asked_for(laid_out: Composed, weighting: str) -> None:
    cfg = laid_out("given", f"denoiser.weighting={weighting}", "denoiser.layout_dropout=0.5", "layout.glyphs=true")
    module = build.diffusion_module(cfg, build.decoder(cfg))
    assert (module.weighting, module.layout_dropout, module.glyphs) == (weighting, 0.5, True)
    assert module.model.map_reader is not None
