"""Whatever a layout looks like, what is drawn is inside the picture, apart and readable; nothing is raised."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figgen.layout import repair
from figgen.layout.repair import repaired, warn_of
from figgen.ocr.boxes import TextBox

SIZE = (128, 160)
numbers = st.floats(-500, 500) | st.sampled_from([0.0, 1e-9, 160.0, math.nan, math.inf])
any_box = st.builds(
    TextBox.from_ltwh,
    numbers,
    numbers,
    numbers,
    numbers,
    st.text(max_size=30) | st.sampled_from(["loss", "שלום", "😀"]),
)
near_box = st.builds(
    TextBox.from_ltwh, st.floats(0, 150), st.floats(0, 120), st.floats(1, 60), st.floats(1, 20), st.just("word")
)


def area_shared(a: TextBox, b: TextBox) -> float:
    (l0, t0, r0, b0), (l1, t1, r1, b1) = a.bounds, b.bounds
    return max(0.0, min(r0, r1) - max(l0, l1)) * max(0.0, min(b0, b1) - max(t0, t1))


@settings(deadline=None, max_examples=40)
@given(st.lists(any_box, max_size=12) | st.lists(near_box, max_size=25))
def test_any_layout_becomes_one_inside_the_picture_without_overlaps(boxes: list[TextBox]) -> None:
    kept, dropped, _ = repaired(boxes, SIZE)
    assert sorted([box.text for box in kept] + list(dropped)) == sorted(box.text for box in boxes)
    for i, box in enumerate(kept):
        left, top, right, bottom = box.bounds
        assert -1e-4 <= left < right <= 160 + 1e-4
        assert -1e-4 <= top < bottom <= 128 + 1e-4
        assert all(area_shared(box, other) < 1e-3 for other in kept[:i])
    again = repaired(kept, SIZE)
    assert again.dropped == ()
    for box, same in zip(kept, again.boxes, strict=True):
        assert box.bounds == pytest.approx(same.bounds, abs=1e-3)


def test_a_good_layout_stays_as_it_is() -> None:
    sideways = TextBox(((4.0, 90.0), (4.0, 40.0), (14.0, 40.0), (14.0, 90.0)), "upwards")
    boxes = (TextBox.from_ltwh(30, 5, 40, 10, "loss"), TextBox.from_ltwh(70, 5, 40, 10, "curve"), sideways)
    assert repaired(boxes, SIZE).boxes == boxes


def test_a_box_off_the_picture_is_pulled_in_as_it_is() -> None:
    (box,) = repaired([TextBox.from_ltwh(150, -4, 30, 10, "loss")], SIZE).boxes
    assert box.bounds == (130, 0, 160, 10)


def test_the_later_of_two_words_gives_way_by_the_shortest_move() -> None:
    first, second = TextBox.from_ltwh(20, 20, 40, 10, "loss"), TextBox.from_ltwh(58, 21, 40, 10, "curve")
    kept = repaired([first, second], SIZE).boxes
    assert kept[0] == first
    assert kept[1].bounds == pytest.approx((60, 21, 100, 31))


def test_a_word_longer_than_its_box_gets_a_wider_one() -> None:
    (box,) = repaired([TextBox.from_ltwh(60, 20, 10, 10, "accuracies")], SIZE).boxes
    # ten letters of at least 0.3 x 10 pixels, about the same middle
    assert box.bounds == pytest.approx((50, 20, 80, 30))


def test_a_word_longer_than_the_picture_is_set_smaller() -> None:
    (box,) = repaired([TextBox.from_ltwh(0, 20, 100, 20, "w" * 80)], SIZE).boxes
    left, top, right, bottom = box.bounds
    assert (left, right) == (0, 160)
    assert bottom - top == pytest.approx(160 / (0.3 * 80))


def test_of_500_words_the_first_are_kept_and_the_rest_is_counted() -> None:
    words = [TextBox.from_ltwh(12.0 * (i % 12), 10.0 * (i % 120 // 12), 10, 8, f"w{i}") for i in range(500)]
    kept, dropped, _ = repaired(words, SIZE, most_words=40)
    assert [box.text for box in kept] == [f"w{i}" for i in range(40)]
    assert len(dropped) == 460


def test_words_without_room_are_dropped_and_counted() -> None:
    kept, dropped, _ = repaired([TextBox.from_ltwh(0, 0, 160, 128, text) for text in ("all", "none")], SIZE)
    assert [box.text for box in kept] == ["all"]
    assert dropped == ("none",)


def test_what_is_left_out_or_cannot_be_drawn_is_said_in_one_sentence_each(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(repair, "warn", said.append)
    lost = TextBox.from_ltwh(math.nan, 0, 5, 5, "lost")
    boxes = [TextBox.from_ltwh(10, 10, 30, 10, "שלום"), TextBox.from_ltwh(60, 10, 30, 10, "fine😀"), lost]
    warn_of([repaired(boxes, SIZE), repaired([TextBox.from_ltwh(9, 9, 30, 10, "loss")], SIZE)])
    assert len(said) == 2
    assert said[0].startswith("1 word ('lost')")
    assert said[1].startswith("2 words ('שלום', 'fine😀')")


def test_nothing_is_said_of_good_layouts(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(repair, "warn", said.append)
    warn_of([repaired([TextBox.from_ltwh(10, 10, 30, 10, "loss")], SIZE)])
    assert said == []
