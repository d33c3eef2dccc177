"""Training the small recogniser: same seed, same weights; bad weights are never written; no demo figure is seen."""

from pathlib import Path

import numpy as np
import pytest
import torch

from figgen.crnn_training import train as train_crnn
from figgen.crnn_training.disturb import disturbed, jittered
from figgen.crnn_training.examine import Figures
from figgen.crnn_training.figures import TURNS, figure
from figgen.crnn_training.sheets import EVERYTHING, STREAM, sheet
from figgen.data.miniatures.figures import draw
from figgen.data.words import is_held_out
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.ocr.crnn import CRNN
from figgen.runs.errors import FiggenError
from figgen.training.seeding import generator_for, seeded


@pytest.fixture(scope="module")
def data() -> Figures:
    return Figures.of(figure("train", index, seed=0) for index in range(20))


def trained(data: Figures, seed: int) -> dict[str, torch.Tensor]:
    with seeded(seed, "crnn"):
        model = CRNN()
    train_crnn.train(model, data, steps=2, seed=seed)
    return model.state_dict()


def test_same_seed_gives_the_same_weights_and_another_seed_others(data: Figures):
    first, again, other = trained(data, 0), trained(data, 0), trained(data, 1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])


def test_weights_that_cannot_read_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(train_crnn, "figures", lambda *_: [figure("test", 0, 0)])
    monkeypatch.setattr(train_crnn, "TEST_WORDS", 10)
    out = tmp_path / "crnn.safetensors"
    out.write_bytes(b"the old ones")
    with pytest.raises(FiggenError, match="left as it was"):
        train_crnn.run(out, minutes=2 / train_crnn.STEPS_PER_MINUTE, seed=0)
    assert out.read_bytes() == b"the old ones"


def test_training_sees_neither_demo_figures_nor_test_words():
    for index in (0, 1, 2):
        ours, theirs = figure("train", index, seed=0)[1], draw("train", index).boxes
        assert [box.text for box in ours] != [box.text for box in theirs]
        assert not any(is_held_out(box.text) for box in ours)


def test_figures_are_grey_on_white_and_every_tenth_is_a_sheet_of_symbols():
    index = TURNS.index("symbols")
    sheet, boxes = figure("train", index, seed=0)
    again, _ = figure("train", index, seed=0)
    assert sheet.dtype == np.uint8 and sheet.shape == (128, 160)
    assert np.array_equal(sheet, again)
    assert any(not c.isalnum() for box in boxes for c in box.text)


def test_a_third_of_training_is_sheets_of_any_typeface_and_test_figures_are_figures():
    assert 0.25 <= TURNS.count("mixed") / len(TURNS) <= 0.4
    index = TURNS.index("mixed")
    assert np.array_equal(figure("train", index, seed=0)[0], sheet(EVERYTHING, "train", index, seed=0)[0])
    drawn = draw("test", index, STREAM).boxes
    assert [box.text for box in figure("test", index, seed=0)[1]] == [box.text for box in drawn]


def test_batches_hold_words_of_like_length_and_every_word_once(data: Figures):
    model = CRNN()
    stream = train_crnn.batches(model, data, seed=0)
    known = sum(model.encode(box.text) is not None for boxes in data.boxes for box in boxes)
    seen = 0
    while seen < known:
        crops, widths, texts = next(stream)
        assert len(crops) == len(widths) == len(texts) <= train_crnn.CROPS_PER_STEP
        assert crops.shape[1:3] == (1, 32) and int(widths.max()) <= crops.shape[3] <= model.max_width
        seen += len(texts)
    assert seen == known


def test_disturbance_is_repeatable_and_keeps_boxes_near():
    pixels = torch.rand(3, 1, 128, 160) * 2 - 1
    first, again = (disturbed(pixels, generator_for(0, "test")) for _ in range(2))
    assert torch.equal(first, again) and first.shape == pixels.shape
    boxes = BoxBatch.collate([[TextBox.from_ltwh(10, 20, 40, 10, "word")]])
    moved = jittered(boxes, generator_for(0, "test")).quads - boxes.quads
    assert moved.abs().max() <= 10 * (0.25 + 0.1)
