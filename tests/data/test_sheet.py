"""Fitting never stretches; padding loses nothing, cropping keeps the centre; boxes stay where their words are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figgen.data.loading.sheet import Sheet
from figgen.ocr.boxes import TextBox

sides = st.integers(4, 300)
sheets = st.sampled_from([(128, 160), (64, 320), (192, 448), (96, 96)])


@given(height=sides, width=sides, sheet=sheets)
def test_the_whole_picture_fits_and_touches_two_opposite_sides(height: int, width: int, sheet: tuple[int, int]) -> None:
    place = Sheet(*sheet).place(width, height)
    assert place.width == sheet[1] or place.height == sheet[0]
    assert 0 <= place.left <= place.left + place.width <= sheet[1]
    assert 0 <= place.top <= place.top + place.height <= sheet[0]


@given(height=sides, width=sides, sheet=sheets)
def test_nothing_is_stretched_by_more_than_the_rounding_to_whole_pixels(
    height: int, width: int, sheet: tuple[int, int]
) -> None:
    place = Sheet(*sheet).place(width, height)
    for scaled, original in ((place.width, width), (place.height, height)):
        assert abs(scaled - original * place.scale) <= 0.5 + 1e-9 or scaled == 1


@settings(max_examples=25, deadline=None)
@given(height=sides, width=sides, sheet=sheets)
def test_all_that_is_added_is_white_and_nothing_is_lost(height: int, width: int, sheet: tuple[int, int]) -> None:
    place = Sheet(*sheet).place(width, height)
    black = Sheet(*sheet).fit_pixels(np.zeros((height, width, 3), np.uint8))
    assert black.shape == (3, *sheet)
    assert (black == 0).sum() == 3 * place.width * place.height
    assert set(np.unique(black)) <= {0, 255}


def test_a_picture_that_fits_along_one_side_keeps_its_very_pixels() -> None:
    raw = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    fitted = Sheet(128, 160).fit_pixels(raw)
    assert np.array_equal(fitted[:, 4:124], raw.transpose(2, 0, 1))
    assert (fitted[:, :4] == 255).all() and (fitted[:, 124:] == 255).all()


def test_one_channel_is_grey() -> None:
    raw = np.full((64, 320, 3), (255, 0, 0), dtype=np.uint8)
    assert (Sheet(64, 320, 1).fit_pixels(raw) == 76).all()  # 0.299 * 255


@given(data=st.data(), height=sides, width=sides, sheet=sheets)
def test_boxes_can_be_taken_back_through_every_fit(
    data: st.DataObject, height: int, width: int, sheet: tuple[int, int]
) -> None:
    left, top = data.draw(st.floats(0, width - 2)), data.draw(st.floats(0, height - 2))
    right, bottom = data.draw(st.floats(left + 1, width)), data.draw(st.floats(top + 1, height))
    box = TextBox.from_ltwh(left, top, right - left, bottom - top, "word", confidence=0.5)
    kept, dropped = Sheet(*sheet).fit_words([box], height, width)
    assert len(kept) + dropped == 1
    place = Sheet(*sheet).place(width, height)
    assert dropped == 0 or min(right - left, bottom - top) * place.scale < 1 + 1e-6
    for fitted in kept:
        back = fitted.moved(1 / place.scale, -place.left / place.scale, -place.top / place.scale)
        np.testing.assert_allclose(back.bounds, box.bounds, atol=0.5 / place.scale + 1e-6)
        assert (fitted.text, fitted.confidence) == ("word", 0.5)


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_box_moves_with_what_is_in_it(scale: int) -> None:
    raw = np.full((32 * scale, 20 * scale, 3), 255, dtype=np.uint8)
    raw[8 * scale : 16 * scale, 4 * scale : 12 * scale] = 0
    (box,), _ = Sheet(64, 96).fit_words(
        [TextBox.from_ltwh(4 * scale, 8 * scale, 8 * scale, 8 * scale, "x")], *raw.shape[:2]
    )
    left, top, right, bottom = (round(value) for value in box.bounds)
    dark = Sheet(64, 96).fit_pixels(raw).max(axis=0) < 128
    assert dark.sum() == (right - left) * (bottom - top) == 256 and dark[top:bottom, left:right].all()


def test_boxes_of_nan_outside_or_without_size_are_dropped_and_counted() -> None:
    boxes = [
        TextBox.from_ltwh(float("nan"), 1, 5, 5, "nan"),
        TextBox.from_ltwh(200, 1, 5, 5, "outside"),
        TextBox.from_ltwh(1, 1, 0, 5, "flat"),
        TextBox.from_ltwh(1, 1, 5, 5, "good"),
    ]
    kept, dropped = Sheet(128, 160).fit_words(boxes, 128, 160)
    assert [box.text for box in kept] == ["good"] and dropped == 3


def test_cropping_keeps_the_centre_and_moves_and_clips_the_boxes() -> None:
    raw = np.full((218, 178, 3), 9, dtype=np.uint8)  # an aligned CelebA picture
    raw[20:198] = 99  # its central square
    fitted = Sheet(178, 178, fit="crop").fit_pixels(raw)
    assert (fitted == 99).all()
    boxes = [
        TextBox.from_ltwh(10, 100, 50, 20, "in"),
        TextBox.from_ltwh(0, 10, 50, 20, "half"),
        TextBox.from_ltwh(0, 0, 50, 20, "out"),
    ]
    kept, dropped = Sheet(89, 89, fit="crop").fit_words(boxes, 218, 178)
    assert [(box.text, box.bounds) for box in kept] == [("in", (5, 40, 30, 50)), ("half", (0, 0, 25, 5))]
    assert dropped == 1


@given(height=sides, width=sides, sheet=sheets)
def test_a_cropped_picture_fills_the_sheet(height: int, width: int, sheet: tuple[int, int]) -> None:
    place = Sheet(*sheet, fit="crop").place(width, height)
    assert place.left <= 0 and place.top <= 0
    assert place.left + place.width >= sheet[1] and place.top + place.height >= sheet[0]
