"""What is said of layouts, the trivial picture of one, and the case that a caption gives back."""

import numpy as np
import pytest
import torch

from figgen.layout.judging import box_distance, overlapping
from figgen.layout.typeset import typeset
from figgen.layout.words import respelled
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

SIZE = (50, 100)


def box(left: float, top: float, text: str = "ab", width: float = 20, height: float = 10) -> TextBox:
    return TextBox.from_ltwh(left, top, width, height, text)


def test_boxes_that_share_area_overlap_and_those_that_touch_do_not() -> None:
    touching = [box(0, 0), box(20, 0), box(0, 10)]
    two_of_three = [box(0, 0), box(19, 5), box(60, 30)]
    assert overlapping([touching, two_of_three, []]).tolist() == [0, pytest.approx(2 / 3)]


def test_layouts_are_as_far_apart_as_their_boxes() -> None:
    ours, theirs = [[box(0, 0), box(40, 0)]], [[box(10, 5), box(50, 5)]]
    assert set(box_distance(ours, ours, SIZE).values()) == {0.0}
    found = box_distance(ours, theirs, SIZE)
    assert found["middles_x"] == pytest.approx(0.1) and found["middles_y"] == pytest.approx(0.1)
    assert found["heights"] == 0 and found["letter_widths"] == 0
    taller = box_distance(ours, [[box(0, 0, height=15)]], SIZE)
    assert taller["heights"] == pytest.approx(5 / 50)
    assert box_distance([[]], theirs, SIZE) == {}


def test_a_typeset_word_fills_its_box_and_nothing_else() -> None:
    picture = typeset(BoxBatch.collate([[box(10, 5, "Ham")], []]), SIZE)
    assert picture.shape == (2, 3, *SIZE) and (picture[1] == 255).all()
    rows, columns = (picture[0, 0] < 128).nonzero()
    assert (rows.min(), rows.max()) == (5, 14) and columns.min() == 10 and columns.max() in (28, 29)


def test_a_word_that_runs_upwards_is_set_upwards() -> None:
    upwards = TextBox(((10.0, 40.0), (10.0, 5.0), (20.0, 5.0), (20.0, 40.0)), "lllllll.")
    ink = (typeset(BoxBatch.collate([[upwards]]), SIZE)[0, 0] < 128).sum(1)
    assert ink[30:40].mean() > 2 * ink[5:9].mean()  # it begins below; its full stop is above


def test_a_blank_word_is_set_as_nothing() -> None:
    assert (typeset(BoxBatch.collate([[box(10, 5, " ")]]), SIZE) == 255).all()


def test_words_are_spelled_as_their_own_caption_spells_them() -> None:
    boxes = BoxBatch.collate([[box(0, 0, "loss"), box(0, 20, "05")], [box(0, 0, "loss")]])
    spelled = respelled(boxes, ["The Loss, as it is.", 'A plot of "LOSS"'])
    assert spelled.texts == ("Loss", "05", "LOSS") and torch.equal(spelled.quads, boxes.quads)


def test_some_pictures_of_a_batch_keep_their_words_in_order() -> None:
    boxes = BoxBatch.collate([[box(0, 0, "a")], [], [box(5, 0, "b"), box(30, 0, "c")], [box(0, 0, "d")]])
    some = boxes.pictures(1, 3)
    assert some.num_images == 2 and some.texts == ("b", "c") and some.image.tolist() == [1, 1]
    assert [[word.text for word in of] for of in some.words()] == [[], ["b", "c"]]
    assert some.words()[1][0] == box(5, 0, "b")
    assert np.array_equal(some.quads[0], boxes.quads[1])
