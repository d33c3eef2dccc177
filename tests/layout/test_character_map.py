"""At every position: which character stands there, and where in it."""

import pytest
import torch

from figgen.layout.character_map import (
    CHARACTERS,
    FOREIGN,
    PLACES,
    STRIDE,
    TALL,
    CharacterMap,
    character_map,
    empty_map,
)
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

SIZE = (40, 80)


def map_of(*boxes: TextBox, glyphs: bool = False) -> CharacterMap:
    return character_map(BoxBatch.collate([boxes]), SIZE, glyphs=glyphs)


def text_along(row: torch.Tensor) -> str:
    """The characters of a row of positions, each once for a run of them."""
    letters = [" " if i == 0 else "�" if i == FOREIGN else CHARACTERS[i - 1] for i in row.tolist()]
    return "".join(a for a, b in zip(letters, [None, *letters], strict=False) if a != b).strip()


def test_a_word_is_spelled_along_its_box_and_nowhere_else() -> None:
    map = map_of(TextBox.from_ltwh(10, 8, 60, 12, "Loam"))
    for k in range(2):
        assert text_along(map.ids[0, k, 6]) == "Loam"
    covered = map.words[0] > 0
    rows, columns = covered.nonzero().T
    assert (rows.min(), rows.max()) == (8 // STRIDE, 20 // STRIDE - 1)
    assert (columns.min(), columns.max()) == (10 // STRIDE, 70 // STRIDE - 1)
    assert covered.sum() == 6 * 30


def test_wide_letters_take_more_room_in_a_proportional_face_and_as_much_in_a_typewriters() -> None:
    map = map_of(TextBox.from_ltwh(0, 0, 80, 12, "mi"))
    m, i = (CHARACTERS.index(letter) + 1 for letter in "mi")
    proportional, typewriter = map.ids[0, :, 2]
    assert (proportional == m).sum() > 2.5 * (proportional == i).sum()
    assert abs(int((typewriter == m).sum()) - int((typewriter == i).sum())) <= 1


def test_letters_stand_on_the_line_whatever_box_their_word_fills() -> None:
    """The x of "xx" fills its box; that of "xl" is as high as the x alone: the box's top is the l's."""
    low, high = map_of(TextBox.from_ltwh(0, 20, 40, 10, "xx")), map_of(TextBox.from_ltwh(0, 14, 40, 16, "xl"))
    row = 24 // STRIDE  # the same pixels of both pictures, if an l is 1.6 times an x
    down = [map.places[0, 2, row, 2].item() for map in (low, high)]
    assert down[0] == pytest.approx(down[1], abs=0.15)
    assert low.places[0, 3, row, 2] == pytest.approx(high.places[0, 3, row, 2].item(), rel=0.15)


def test_across_a_letter_runs_from_minus_one_to_one() -> None:
    map = map_of(TextBox.from_ltwh(0, 0, 80, 12, "oo"))
    across = map.places[0, 1, 2, :20]  # the typewriter's: each letter has half the box
    assert (across.diff() > 0).all() and across[0] == pytest.approx(-0.8, abs=0.1)
    assert map.places[0, 1, 2, 20] == pytest.approx(-1, abs=0.1)


def test_a_word_that_runs_upwards_is_spelled_upwards() -> None:
    quad = ((10.0, 38.0), (10.0, 2.0), (22.0, 2.0), (22.0, 38.0))
    map = map_of(TextBox(quad, "abc"))
    assert text_along(map.ids[0, 1, :, 16 // STRIDE].flip(0)) == "abc"


def test_of_overlapping_words_the_later_shows() -> None:
    map = map_of(TextBox.from_ltwh(0, 0, 40, 12, "aaaa"), TextBox.from_ltwh(20, 0, 40, 12, "bbbb"))
    assert text_along(map.ids[0, 1, 2]) == "ab"
    assert map.words[0, 2, 19 // STRIDE] == 1 and map.words[0, 2, 20 // STRIDE] == 2


def test_words_are_counted_through_the_batch() -> None:
    box = TextBox.from_ltwh(0, 0, 20, 12, "a")
    map = character_map(BoxBatch.collate([[box], [], [box]]), SIZE)
    assert [sheet.max().item() for sheet in map.words] == [1, 0, 2]


@pytest.mark.parametrize("text", ["שלום", "🎉", "naïve"])
def test_what_no_printable_ascii_is_stands_as_a_foreign_character(text: str) -> None:
    assert FOREIGN in map_of(TextBox.from_ltwh(0, 0, 60, 12, text)).ids


@pytest.mark.parametrize(
    "box",
    [
        TextBox.from_ltwh(-30, -30, 10, 10, "off"),
        TextBox.from_ltwh(5, 5, 0, 10, "flat"),
        TextBox(((5.0, 5.0), (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)), "point"),
        TextBox.from_ltwh(0, 0, 40, 10, ""),
    ],
)
def test_no_box_breaks_a_map(box: TextBox) -> None:
    map = map_of(box)
    assert map.places.isfinite().all() and (map.words > 0).sum() <= 100


def test_pictures_without_words_have_the_empty_map() -> None:
    drawn, empty = character_map(BoxBatch.collate([[], []]), SIZE), empty_map(2, SIZE)
    for ours, theirs in zip(vars(drawn).values(), vars(empty).values(), strict=True):
        assert torch.equal(ours, theirs)
    assert drawn.places.shape == (2, PLACES, *(side // STRIDE for side in SIZE))


def test_a_dropped_map_is_the_empty_one() -> None:
    box = TextBox.from_ltwh(0, 0, 20, 12, "a")
    map = character_map(BoxBatch.collate([[box], [box]]), SIZE).without(torch.tensor([True, False]))
    assert not map.ids[0].any() and not map.places[0].any() and not map.words[0].any() and map.words[1].any()


def test_height_is_that_of_the_line_in_tens_of_pixels() -> None:
    map = map_of(TextBox.from_ltwh(0, 0, 40, 20, "lp"))  # reaches from the highest to the lowest letters
    assert map.places[0, 3, 2, 2] == pytest.approx(20 / TALL, rel=0.05)


def test_glyphs_are_drawn_only_where_asked_for() -> None:
    box = TextBox.from_ltwh(10, 10, 8, 20, "l")
    assert not map_of(box).places[0, 4].any()
    ink = map_of(box, glyphs=True).places[0, 4]
    assert ink[10, 5:9].mean() > 0.8 and not ink[:5].any()  # an l is a stroke from top to bottom
