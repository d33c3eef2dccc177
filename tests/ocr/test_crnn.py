"""The shipped small recogniser is small, says where it comes from, and reads words it has never seen."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from figgen.data.images import to_pixels
from figgen.data.miniatures.mlfigs import draw
from figgen.data.words import TEST_WORDS
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crnn import CRNN, SHIPPED, load
from figgen.ocr.crops import rectify
from figgen.runs.errors import CheckpointError, OCRUnavailable


@pytest.fixture(scope="module")
def reader() -> CRNN:
    return load()


def test_weights_are_few_and_the_file_is_small():
    assert sum(weight.numel() for weight in CRNN().parameters()) <= 720_000
    assert SHIPPED.stat().st_size <= 1_500_000


def test_shipped_file_tells_its_recipe_and_its_held_out_accuracy():
    with safe_open(SHIPPED, "pt") as file:
        recipe = json.loads(file.metadata()["recipe"])
    assert recipe["command"].startswith("python -m figgen.ocr.train_crnn")
    assert recipe["exact"] >= 0.9
    assert recipe["cpu_minutes"] <= 15
    assert {"seed", "steps", "figures", "words", "date"} <= set(recipe)


def test_nine_in_ten_words_of_unseen_figures_are_read_exactly(reader: CRNN):
    hits: list[bool] = []
    for index in range(45):
        drawing = draw("test", index)
        pixels = to_pixels(torch.from_numpy(drawing.pixels.copy()).permute(2, 0, 1)[None])
        boxes = BoxBatch.collate([drawing.boxes])
        read = reader.read(*rectify(pixels, boxes, reader.height, reader.max_width))
        hits += [got == text for got, text in zip(read, boxes.texts, strict=True) if text.casefold() in TEST_WORDS]
    assert len(hits) > 100
    assert sum(hits) / len(hits) >= 0.9


def test_padding_does_not_change_what_is_read(reader: CRNN):
    crops = torch.rand(2, 3, 32, 200, generator=torch.Generator().manual_seed(1)) * 2 - 1
    crops[0, :, :, 80:] = 1
    together = reader(crops, torch.tensor([80, 200])).log_probs[:15, 0]
    alone = reader(crops[:1, :, :, :80], torch.tensor([80])).log_probs[:15, 0]
    torch.testing.assert_close(together, alone, atol=0.2, rtol=0.05)


def test_gradient_reaches_the_pixels(reader: CRNN):
    crops = torch.zeros(1, 3, 32, 64, requires_grad=True)
    reader.ctc(crops, torch.tensor([64]), [reader.encode("text")]).sum().backward()
    assert crops.grad.isfinite().all() and crops.grad.abs().sum() > 0


def test_alphabet_is_printable_ascii(reader: CRNN):
    assert sorted(reader.alphabet[1:]) == [chr(code) for code in range(32, 127)]
    assert reader.encode("naïve") is None
    assert reader.encode("x" * 200) is None


def test_missing_and_foreign_weights_are_refused_in_a_sentence(tmp_path: Path):
    with pytest.raises(OCRUnavailable, match="train_crnn"):
        load(tmp_path / "none.safetensors")
    (tmp_path / "junk.safetensors").write_bytes(b"not weights")
    with pytest.raises(CheckpointError, match="train_crnn"):
        load(tmp_path / "junk.safetensors")
