"""TPL of pictures against a loop over boxes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from figgen.metrics.text_error import tpl
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

RNG = np.random.default_rng(0)
A = RNG.integers(0, 256, (2, 3, 14, 15), dtype=np.uint8)
B = np.clip(A.astype(int) + RNG.integers(-60, 60, A.shape), 0, 255).astype(np.uint8)


def test_tpl_of_a_picture_is_the_mean_over_its_words_and_wordless_pictures_have_none() -> None:
    words = [[TextBox.from_ltwh(1, 2, 6, 4, "a"), TextBox.from_ltwh(8, 5, 3, 7, "b")], []]
    x, y = torch.from_numpy(A).double() / 127.5 - 1, torch.from_numpy(B).double() / 127.5 - 1
    error = (x - y).square()[0]
    by_hand = (error[:, 2:6, 1:7].mean() + error[:, 5:12, 8:11].mean()) / 2
    assert tpl(A, B, BoxBatch.collate(words)) == pytest.approx([float(by_hand), np.nan], rel=1e-5, nan_ok=True)
