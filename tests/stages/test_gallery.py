"""`figgen.evaluate run=NAME`: all test captions, drawn once, whatever the batch; what is missing is said."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig
from PIL import Image

from figgen.cli.choices import CONF
from figgen.evaluate import evaluate
from figgen.runs.errors import CheckpointError, DataError
from figgen.stages import gallery
from figgen.train import train

Tiny = Callable[..., DictConfig]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of outputs of one tiny run."""
    return tmp_path_factory.mktemp("trained")


@pytest.fixture
def outputs(tiny: Tiny, trained: Path, tmp_path: Path) -> Path:
    """That run, in a folder of its own."""
    if not any(trained.iterdir()):
        train(tiny(f"paths.outputs={trained}", "evaluation.num_generated=1"))
    shutil.copytree(trained, tmp_path / "out", symlinks=True)
    return tmp_path / "out"


def asked(outputs: Path, *overrides: str) -> DictConfig:
    signature = next(outputs.glob("*/*/run.json")).parent.name[-8:]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("evaluate", [f"paths.outputs={outputs}", f"run={signature}", *overrides])


def drawn(outputs: Path) -> dict[str, np.ndarray]:
    return {path.stem: np.asarray(Image.open(path)) for path in sorted(outputs.glob("evaluate/*/generated/*.png"))}


def test_every_test_caption_is_drawn_read_and_kept_picture_by_picture(outputs: Path) -> None:
    folder = evaluate(asked(outputs)).place
    record = json.loads((folder / "metrics.json").read_text())
    assert record["data"].startswith("mlfigs, miniature")
    assert record["pairs"] == 8 and record["metrics"]["mario_f1"]["n"] == 8
    assert {"value", "low", "high", "definition", "engine"} <= record["metrics"]["mario_f1"].keys()
    assert record["metrics"]["fid_ocr"]["backbone"].startswith("PP-OCR")
    with (folder / "images.csv").open() as file:
        assert [row["name"] for row in csv.DictReader(file)] == [f"{i:06d}" for i in range(8)]
    lines = (next(outputs.glob("evaluate/*/captions.jsonl"))).read_text().splitlines()
    assert {"file", "key", "caption", "words"} == json.loads(lines[0]).keys() and len(lines) == 8


def test_a_picture_depends_neither_on_the_batch_nor_on_how_many_are_asked_for(outputs: Path, tmp_path: Path) -> None:
    shutil.copytree(outputs, tmp_path / "other", symlinks=True)
    evaluate(asked(outputs, "metrics=[rmse]", "batch_size=8"))
    evaluate(asked(tmp_path / "other", "metrics=[rmse]", "batch_size=1", "n=3"))
    many, few = drawn(outputs), drawn(tmp_path / "other")
    assert len(many) == 8 and len(few) == 3
    for name, picture in few.items():
        assert np.abs(picture.astype(int) - many[name]).max() <= 1  # a level of rounding


def test_what_is_drawn_is_not_drawn_again(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    real = gallery.draw
    monkeypatch.setattr(gallery, "draw", lambda *a, **k: (counts.append(len(a[3])), real(*a, **k))[1])
    evaluate(asked(outputs, "metrics=[rmse]", "n=3", "batch_size=2"))
    evaluate(asked(outputs, "metrics=[rmse]", "n=5", "batch_size=2"))
    evaluate(asked(outputs, "metrics=[rmse]", "n=5"))
    assert counts == [2, 1, 2]


def test_without_its_weights_a_run_is_judged_by_what_was_drawn_and_the_error_says_so(outputs: Path) -> None:
    evaluate(asked(outputs, "metrics=[rmse]", "n=3"))
    shutil.rmtree(next(outputs.glob("stages/diffusion/*/export")))
    with pytest.raises(CheckpointError, match=r"5 pictures of .* cannot be drawn: .*; the table is of the 3"):
        evaluate(asked(outputs, "metrics=[rmse]"))
    assert max(json.loads(p.read_text())["pairs"] for p in outputs.glob("evaluate/*/metrics.json")) == 3
    shutil.rmtree(outputs / "evaluate")
    with pytest.raises(CheckpointError, match=r"8 pictures of .* cannot be drawn"):
        evaluate(asked(outputs, "metrics=[rmse]"))


def test_a_run_of_an_older_schema_or_none_is_one_sentence(outputs: Path) -> None:
    with pytest.raises(DataError, match="no run has this folder or this signature"):
        evaluate(asked(outputs, "run=12345678"))
    config = next(outputs.glob("*/*/config.yaml"))
    config.write_text(config.read_text().replace("caption_dropout", "drop_captions"))
    with pytest.raises(DataError, match=r"is of an older schema \(denoiser.drop_captions: no such key"):
        evaluate(asked(outputs))
