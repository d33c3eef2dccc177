"""Names in MLflow: grouped by what stands before the last slash, alike in every run."""

from __future__ import annotations

import pytest

from figgen.reporting.names import final, of_curve, of_result

CURVES = {
    "loss": "autoencoder/loss",
    "l1": "autoencoder/loss/l1",
    "grad_norm": "autoencoder/grad_norm",
    "grad_norm_tpl": "autoencoder/grad_norm/tpl",
    "lr": "autoencoder/lr",
    "validation/psnr": "autoencoder/validation/psnr",
}
RESULTS = {
    ("autoencoder", "psnr"): "reconstruction/psnr",
    ("lettering", "psnr"): "lettering/psnr",
    ("autoencoder", "reconstruction_word_f1"): "reconstruction/word_f1",
    ("autoencoder", "rapidocr_reconstruction_word_f1"): "reconstruction/rapidocr_word_f1",
    ("autoencoder", "original_ned"): "originals/ned",
    ("autoencoder", "teacher_reconstruction_words"): "teacher/reconstruction_words",
    ("evaluation", "generated_word_f1"): "generated/word_f1",
    ("evaluation", "font_word_f1"): "font/word_f1",
}


@pytest.mark.parametrize("key", CURVES)
def test_curves_are_grouped_by_stage_and_kind(key: str) -> None:
    assert of_curve("autoencoder", key) == CURVES[key]


@pytest.mark.parametrize("key", RESULTS)
def test_results_are_grouped_by_what_was_measured(key: tuple[str, str]) -> None:
    assert of_result(*key) == RESULTS[key]


def test_only_measured_numbers_are_final() -> None:
    assert final("autoencoder", {"psnr": {"value": 20.0, "n": 4}, "steps": 5, "split": "test"}) == {
        "reconstruction/psnr": 20.0
    }
