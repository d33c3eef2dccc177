"""The sheet that miniatures are drawn on: where words stand, and when a lay-out is refused."""

import numpy as np
import pytest

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import Canvas, Font, width_of

SANS = Font("DejaVu Sans", 8.0)


def test_a_word_box_is_exactly_the_rows_and_columns_of_its_ink() -> None:
    canvas = Canvas(100, 40)
    canvas.text(50, 20, "Moru", SANS, "black")
    pixels, (box,) = canvas.draw()
    rows, columns = np.nonzero(255 - pixels.min(axis=2) > 40)
    assert box.bounds == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert box.text == "Moru"


def test_every_word_of_a_string_gets_the_box_it_would_get_alone() -> None:
    left, together = 10, Canvas(160, 40)
    together.text(left, 20, "tall grey oaks", SANS, "black", anchor="left")
    _, boxes = together.draw()
    assert [box.text for box in boxes] == ["tall", "grey", "oaks"]
    for box, before in zip(boxes, ("", "tall ", "tall grey "), strict=True):
        alone = Canvas(160, 40)
        alone.text(left + width_of(before, SANS), 20, box.text, SANS, "black", anchor="left")
        (expected,) = alone.draw()[1]
        np.testing.assert_allclose(box.bounds, expected.bounds, atol=1.01)  # a string starts on a whole pixel


def test_pixels_are_measured_from_the_top_left() -> None:
    canvas = Canvas(20, 10)
    canvas.rectangle(2, 1, 5, 3, facecolor="black", linewidth=0)
    dark = canvas.draw()[0].max(axis=2) == 0
    assert dark.sum() == 15 and dark[1:4, 2:7].all()


def test_a_string_that_leaves_the_sheet_touches_another_or_lies_on_a_line_is_refused() -> None:
    touching, crossed = Canvas(100, 40), Canvas(100, 40)
    touching.text(60, 24, "talen", SANS, "black")
    crossed.line((0, 100), (20, 20), color="black")
    wrong = [(Canvas(100, 40), place, "leaves the sheet") for place in ((4, 20), (50, 3), (50, 38), (97, 20))]
    for canvas, place, reason in (*wrong, (touching, (40, 20), "another string"), (crossed, (50, 20), "on a line")):
        canvas.text(*place, "Moru", SANS, "black")
        with pytest.raises(LayoutError, match=reason):
            canvas.draw()


def test_a_string_in_a_plain_box_is_kept_and_a_dollar_sign_in_it_is_a_letter_like_any_other() -> None:
    canvas = Canvas(100, 40)
    canvas.rectangle(20, 8, 60, 24, facecolor="lightblue", edgecolor="black")
    canvas.text(50, 20, "$a_b$", SANS, "black")
    assert [box.text for box in canvas.draw()[1]] == ["$a_b$"]
