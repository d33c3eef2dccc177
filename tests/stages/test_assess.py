"""A finished autoencoder is judged as each run asks, by readers that its loss was not taught by."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import DictConfig

from figgen.metrics.readability import readability
from figgen.metrics.readers import Engine, is_taught_by_ppocr, unfair
from figgen.ocr.boxes import TextBox
from figgen.reporting.summary import summary
from figgen.runs.directory import Folder
from figgen.runs.identity import plain
from figgen.train import train

Tiny = Callable[..., DictConfig]


def results_of(outputs: Path) -> list[dict[str, Any]]:
    """The autoencoder's results of every run, oldest first."""
    runs = sorted(outputs.glob("*/*/run.json"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(path.read_text())["stages"]["autoencoder"]["results"] for path in runs]


def test_another_way_of_judging_trains_nothing_and_leaves_the_first_alone(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    real = torch.optim.AdamW.step

    def counted(self: torch.optim.AdamW, *args: Any, **more: Any) -> Any:
        steps.append(1)
        return real(self, *args, **more)

    monkeypatch.setattr(torch.optim.AdamW, "step", counted)
    train(tiny("stages=[autoencoder]", "evaluation.num_reconstructions=2"))
    train(tiny("stages=[autoencoder]", "evaluation.num_reconstructions=1"))
    train(tiny("stages=[autoencoder]", "evaluation.num_reconstructions=1", "evaluation.split=val"))
    assert len(steps) == 2
    first, second, third = results_of(tmp_path)
    assert [r["psnr"]["n"] for r in (first, second, third)] == [2, 1, 1]
    assert [r["split"] for r in (first, second, third)] == ["test", "test", "val"]
    assert second["psnr"]["value"] != third["psnr"]["value"] and first["steps"] == third["steps"] == 2


def test_pictures_are_measured_and_read_against_the_truth_and_against_the_originals(tiny: Tiny, tmp_path: Path) -> None:
    train(tiny("stages=[autoencoder]", "loss=ocr", "loss.text.warmup_steps=0"))
    (results,) = results_of(tmp_path)
    assert {"psnr", "ssim", "mse", "tpl"} <= results.keys() and "lpips" not in results
    for what in ("original", "reconstruction", "kept"):
        assert {f"{what}_{name}" for name in ("word_f1", "word_precision", "ned", "cer")} <= results.keys()
    assert results["ocr_engine"].startswith("Tesseract") or results["ocr_engine"].startswith("tesseract")
    assert results["teacher_original_words"]["value"] > results["teacher_reconstruction_words"]["value"]
    assert results["teacher_accuracy"] > 0.9
    assert 0 < results["words_taught"] <= 2 * 16  # max_crops of them, two steps
    assert not any(name.startswith("rapidocr") for name in results)  # the teacher is our own


def test_numbers_are_the_means_of_what_is_kept_of_each_figure(tiny: Tiny, tmp_path: Path) -> None:
    train(tiny("stages=[autoencoder]", "evaluation.num_reconstructions=3"))
    (results,) = results_of(tmp_path)
    (file,) = tmp_path.glob("stages/autoencoder/*/judged/figures/*.json")
    kept = json.loads(file.read_text())
    assert len(kept["keys"]) == 3 and np.mean(kept["psnr"]) == pytest.approx(results["psnr"]["value"], abs=1e-4)
    for what in ("original", "reconstruction"):
        f1 = readability(kept[what][results["ocr_engine"]], kept["truth"])["f1"]
        assert f1.measured().to_dict() == results[f"{what}_word_f1"]


def test_the_same_pictures_are_read_once_by_the_same_engine(tmp_path: Path) -> None:
    seen: list[int] = []

    def find(images: Sequence[np.ndarray], progress: Any) -> list[list[TextBox]]:
        seen.append(len(images))
        return [[TextBox.from_ltwh(0, 0, 9, 9, str(image.max()))] for image in images]

    pictures = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
    engine = Engine("", find, "engine 1")
    assert [engine.read_once(pictures, "some", tmp_path) for _ in range(2)] == [[["59"], ["119"]]] * 2
    assert seen == [2]
    engine.read_once(pictures + 1, "others", tmp_path)
    replace(engine, version="engine 2").read_once(pictures, "some", tmp_path)
    assert seen == [2, 2, 2]


def test_pictures_without_words_are_measured_and_not_read(tiny: Tiny, tmp_path: Path) -> None:
    train(tiny("stages=[autoencoder]", "dataset.has_text=false"))
    (results,) = results_of(tmp_path)
    assert "ssim" in results and not any("word" in name for name in results)
    (run,) = (path.parent for path in tmp_path.glob("*/*/run.json"))
    assert "SSIM" in summary(Folder(run, "run.json"))


@pytest.mark.slow
def test_a_loss_taught_by_ppocr_is_judged_by_tesseract_and_both_are_reported(tiny: Tiny, tmp_path: Path) -> None:
    train(tiny("stages=[autoencoder]", "loss=ocr", "teacher=ppocr"))
    (results,) = results_of(tmp_path)
    assert results["rapidocr_ocr_engine"].startswith("RapidOCR")
    assert results["rapidocr_original_word_f1"]["value"] > 0.8 and results["original_word_f1"]["value"] > 0.6


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ([], False),
        (["loss=tpl"], False),
        (["loss=tpl", "loss.text.space=feature"], True),
        (["loss=tpl", "loss.text.space=feature", "loss.text.craft=/craft.pth"], False),
        (["loss=ocr"], False),
        (["loss=ocr", "teacher=ppocr"], True),
        (["loss=ocr_perceptual"], True),
        (["loss=ocr_perceptual", "loss.text.trunk.craft=/craft.pth"], False),
    ],
)
def test_who_was_taught_by_ppocr_is_known_from_the_config(tiny: Tiny, overrides: list[str], expected: bool) -> None:
    assert is_taught_by_ppocr(plain(tiny(*overrides).loss)) is expected


OWN = {
    "detector=annotation": ({}, {}),
    "detector=tesseract": ({"tesseract"}, {"tesseract"}),
    "detector=rapidocr": ({"rapidocr"}, {"rapidocr"}),
    "detector=craft": ({}, {}),
    "dataset=mlfigs": ({}, {"tesseract"}),  # its annotation was made with Tesseract; a miniature's is exact
    "loss=ocr_perceptual": ({"rapidocr"}, {"rapidocr"}),
}


@pytest.mark.parametrize("override", OWN)
def test_readers_that_made_the_labels_or_taught_the_loss_are_no_fair_judges(tiny: Tiny, override: str) -> None:
    dataset = [] if override.startswith("dataset") else ["dataset=scicap"]
    config = plain(tiny(*dataset, override))
    assert [set(unfair(config, is_prepared)) for is_prepared in (False, True)] == [set(each) for each in OWN[override]]
