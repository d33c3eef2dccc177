"""The shipped small recogniser is small, says where it comes from, and reads words it has never seen."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from figgen.crnn_training.examine import BLURS, LOOKS, Figures, Share, readings, share, sheets
from figgen.crnn_training.figures import figure
from figgen.crnn_training.sheets import Look
from figgen.data.words import TEST_WORDS
from figgen.ocr import options
from figgen.ocr.crnn import CRNN, load
from figgen.ocr.crops import rectify
from figgen.runs.errors import CheckpointError, OCRUnavailable


@pytest.fixture(scope="module")
def reader() -> CRNN:
    return load()


@pytest.fixture(scope="module")
def recipe() -> dict[str, Any]:
    with safe_open(options.CRNN, "pt") as file:
        return json.loads(file.metadata()["recipe"])


def test_weights_are_few_and_the_file_is_small():
    assert sum(weight.numel() for weight in CRNN().parameters()) <= 720_000
    assert options.CRNN.stat().st_size <= 1_500_000


def test_shipped_file_tells_its_recipe_and_its_accuracy_under_every_condition(recipe: dict[str, Any]):
    assert recipe["command"].startswith("python -m figgen.crnn_training")
    assert recipe["exact"] == recipe["conditions"]["figures"]["exact"] >= 0.97
    assert recipe["cpu_minutes"] <= 15
    assert {"seed", "steps", "figures", "words", "date"} <= set(recipe)
    assert set(recipe["conditions"]) == {
        "figures",
        *(look.name for look in LOOKS),
        *(f"figures blurred {factor:g} times" for factor in BLURS),
    }
    assert all(condition["words"] >= 1000 for condition in recipe["conditions"].values())


def test_claim_for_figures_is_met_on_other_figures(reader: CRNN, recipe: dict[str, Any]):
    figures = Figures.of(figure("test", index, seed=99) for index in range(24))
    assert all(box.text.casefold() in TEST_WORDS for boxes in figures.boxes for box in boxes if box.text.isalpha())
    measured = share(readings(reader, figures))
    assert measured.words > 100
    assert measured.exact >= 0.9
    assert_as_claimed(measured, recipe["conditions"]["figures"])
    for factor in BLURS:
        name = f"figures blurred {factor:g} times"
        assert_as_claimed(share(readings(reader, figures, factor)), recipe["conditions"][name])


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_claim_for_each_look_is_met_on_other_sheets(reader: CRNN, recipe: dict[str, Any], look: Look):
    assert_as_claimed(share(readings(reader, sheets(look, 120, seed=99))), recipe["conditions"][look.name])


def assert_as_claimed(measured: Share, claimed: dict[str, float]) -> None:
    """No worse than three standard errors, and a little for luck, below the claim."""
    claim = Share(claimed["exact"], measured.words)
    assert measured.exact >= claim.exact - 3 * claim.error - 0.01


def test_white_beside_a_word_hardly_ever_changes_what_is_read(reader: CRNN):
    pixels, boxes = Figures.of(figure("test", index, seed=99) for index in range(12)).group(torch.arange(12))
    crops, widths = rectify(pixels.expand(-1, 3, -1, -1), boxes, reader.height, reader.max_width)
    alone = [reader.read(crop[None, :, :, :width], width[None])[0] for crop, width in zip(crops, widths, strict=True)]
    widest = torch.cat([widths, torch.tensor([reader.max_width])])
    reading = reader(torch.cat([crops, crops[:1]]), widest)  # beside a word as wide as a crop can be
    together = reader.greedy(*reading)[:-1]
    assert len(alone) > 50
    assert sum(a == b for a, b in zip(alone, together, strict=True)) >= 0.95 * len(alone)


def test_gradient_reaches_the_pixels(reader: CRNN):
    crops = torch.zeros(1, 3, 32, 64, requires_grad=True)
    reader.misreading(crops, torch.tensor([64]), [reader.encode("text")]).sum().backward()
    assert crops.grad.isfinite().all() and crops.grad.abs().sum() > 0


def test_alphabet_is_printable_ascii(reader: CRNN):
    assert sorted(reader.alphabet[1:]) == [chr(code) for code in range(32, 127)]
    assert reader.encode("naïve") is None
    assert reader.encode("x" * 200) is None


def test_missing_and_foreign_weights_are_refused_in_a_sentence(tmp_path: Path):
    with pytest.raises(OCRUnavailable, match="crnn_training"):
        load(tmp_path / "none.safetensors")
    (tmp_path / "junk.safetensors").write_bytes(b"not weights")
    with pytest.raises(CheckpointError, match="crnn_training"):
        load(tmp_path / "junk.safetensors")
