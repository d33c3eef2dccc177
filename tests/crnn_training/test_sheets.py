"""Sheets of words in any typeface: repeatable, exact boxes, turned as asked, ink that can be told from its ground."""

import numpy as np
import pytest

from figgen.crnn_training.examine import LOOKS
from figgen.crnn_training.grounds import CONTRAST, clouds, gradient, paper, tint
from figgen.crnn_training.sheets import EVERYTHING, FACES, UNSEEN_FACES, Look, sheet
from figgen.data.words import is_held_out

PLAIN = Look("plain", FACES)


def dark(pixels: np.ndarray) -> np.ndarray:
    """Where ink is, on paper."""
    return pixels < pixels.max() - 60


def test_a_sheet_depends_on_its_look_split_number_and_seed_alone():
    first, boxes = sheet(EVERYTHING, "train", 3, seed=0)
    again, same = sheet(EVERYTHING, "train", 3, seed=0)
    assert first.dtype == np.uint8 and first.shape == (128, 160)
    assert np.array_equal(first, again) and boxes == same
    others = [("train", 4, 0), ("train", 3, 1), ("test", 3, 0)]
    assert not any(np.array_equal(first, sheet(EVERYTHING, *other)[0]) for other in others)


def test_upright_boxes_are_tight_around_the_ink():
    for index in range(5):
        pixels, boxes = sheet(PLAIN, "test", index, seed=0)
        for box in boxes:
            left, top, right, bottom = (round(edge) for edge in box.bounds)
            ink = dark(pixels[top:bottom, left:right])
            assert ink[0].any() or ink[1].any()
            assert ink.any(0)[:2].any() and ink.any(0)[-2:].any() and ink.any(1)[-2:].any()


def test_all_dark_ink_of_a_sheet_lies_in_boxes_where_nothing_is_turned():
    pixels, boxes = sheet(PLAIN, "test", 0, seed=0)
    free = dark(pixels)
    for box in boxes:
        left, top, right, bottom = (round(edge) for edge in box.bounds)
        free[top:bottom, left:right] = False
    assert boxes and not free.any()


def test_turned_quads_follow_the_text_and_stay_on_the_sheet():
    look = Look("turned", FACES, (14, 20), turned=(5, 15))
    signs = set()
    for index in range(8):
        pixels, boxes = sheet(look, "test", index, seed=0)
        assert boxes
        for box in boxes:
            (x0, y0), (x1, y1), *_ = box.quad
            angle = np.degrees(np.arctan2(y0 - y1, x1 - x0))
            assert 5 <= abs(angle) <= 15
            signs.add(np.sign(angle))
            left, top, right, bottom = box.bounds
            assert 0 <= left < right <= 160 and 0 <= top < bottom <= 128
            centre = np.mean(box.quad, axis=0)
            around = dark(pixels)[int(centre[1]) - 3 : int(centre[1]) + 4, int(centre[0]) - 6 : int(centre[0]) + 7]
            assert around.any()
    assert signs == {-1.0, 1.0}


def test_training_sheets_show_numbers_marks_and_invented_words_and_test_sheets_held_out_words_alone():
    train = [box.text for index in range(40) for box in sheet(EVERYTHING, "train", index, seed=0)[1]]
    assert any(text.isdigit() for text in train) and any(not text.isalnum() for text in train)
    assert not any(is_held_out(text) for text in train)
    test = [box.text for index in range(10) for box in sheet(EVERYTHING, "test", index, seed=0)[1]]
    assert all(is_held_out(text) for text in test)


def test_typefaces_that_are_said_to_be_unseen_are_not_in_training():
    assert not set(UNSEEN_FACES) & set(EVERYTHING.faces)
    assert len({look.name for look in LOOKS}) == len(LOOKS)


@pytest.mark.parametrize("face", [*FACES, *UNSEEN_FACES])
def test_every_typeface_is_there_and_draws_letters(face: str):
    pixels, boxes = sheet(Look("one", (face,), (16, 16)), "test", 0, seed=0)
    assert len(boxes) > 5 and dark(pixels).mean() > 0.02


@pytest.mark.parametrize("ground", [paper, tint, gradient, clouds])
def test_ink_can_be_told_from_any_ground(ground):
    lighter = 0
    for seed in range(50):
        under, ink = ground(np.random.default_rng(seed), 128, 160)
        assert under.shape == (128, 160) and under.min() >= 0 and under.max() <= 255 and 0 <= ink <= 255
        assert np.quantile(np.abs(under - ink), 0.05) >= CONTRAST * 0.99
        lighter += ink > under.mean()
    assert lighter == 0 if ground is paper else 5 < lighter < 45
