"""Examining a recogniser: only words count, every condition is measured on its own pictures."""

import numpy as np
import pytest
import torch

from figgen.crnn_training.examine import BLURS, LOOKS, Figures, Share, examine, readings, share, sheets
from figgen.crnn_training.figures import figure
from figgen.ocr.boxes import TextBox
from figgen.ocr.crnn import CRNN


def test_only_strings_with_a_letter_count_as_words():
    assert share([("loss", "loss"), ("1oss", "loss"), ("12", "12"), ("--", "--"), ("Q2", "Q2"), ("a", "A")]) == (0.5, 4)


def test_the_standard_error_is_that_of_a_share():
    assert Share(0.9, 900).error == pytest.approx(0.01)


def test_each_condition_is_examined_on_words_of_its_own():
    figures = Figures.of(figure("test", index, seed=0) for index in range(2))
    shares = examine(CRNN().eval(), figures, words=15, seed=0)
    assert len(shares) == 1 + len(LOOKS) + len(BLURS)
    assert shares["figures"].words == shares["figures blurred 2 times"].words
    assert all(shares[look.name].words >= 15 for look in LOOKS)
    assert not torch.equal(sheets(LOOKS[0], 15, 0).pixels[0], sheets(LOOKS[1], 15, 0).pixels[0])


def test_blur_reaches_the_reader_and_its_absence_leaves_pictures_as_they_are():
    class Remembering(CRNN):
        def read(self, crops: torch.Tensor, widths: torch.Tensor) -> list[str]:
            self.seen = crops
            return [""] * len(crops)

    pixels = np.zeros((128, 160), np.uint8)
    pixels[:, ::2] = 255  # stripes that any blur turns grey
    data = Figures.of([(pixels, (TextBox.from_ltwh(40, 40, 64, 32, "x"),))])
    model = Remembering()
    assert readings(model, data) == [("", "x")]
    sharp = model.seen[..., 10:40].std()
    readings(model, data, blur=2.0)
    assert model.seen[..., 10:40].std() < 0.3 * sharp
