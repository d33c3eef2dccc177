"""The user's own boxes: read as they are meant, refused in one sentence that says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from figgen.layout.drawn import read_layout
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import FiggenError

GOOD = '[{"text": "loss", "box": [10, 20.5, 30, 8]}, {"text": "Ångström", "box": [50, 60, 40, 9]}]'
BOXES = [TextBox.from_ltwh(10, 20.5, 30, 8, "loss"), TextBox.from_ltwh(50, 60, 40, 9, "Ångström")]


def test_a_layout_is_read_from_the_command_line() -> None:
    assert read_layout(GOOD) == BOXES


def test_a_layout_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    path.write_text(GOOD, encoding="utf-8")
    assert read_layout(str(path)) == BOXES


def test_an_empty_list_is_a_picture_without_words() -> None:
    assert read_layout("[]") == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("nowhere.json", "layout nowhere.json: there is no such file"),
        ("[{]", "the layout is not JSON: .* at line 1, column 3"),
        ('{"text": "loss"}', "is a list of .*, not an object"),
        ("[7]", "entry 1 is of the form .*, not a number"),
        ('[{"text": "a", "box": [0, 0, 5, 5]}, {"text": "b"}]', "entry 2 is of the form .*, not the keys text"),
        ('[{"text": "a", "box": [0, 0, 5, 5], "font": "x"}]', "not the keys box, font, text"),
        ('[{"text": "  ", "box": [0, 0, 5, 5]}]', 'entry 1: text is one or more letters, not "  "'),
        ('[{"text": 3, "box": [0, 0, 5, 5]}]', "entry 1: text is one or more letters, not 3"),
        ('[{"text": "a", "box": [0, 0, 5]}]', r"four numbers, .*, not \[0, 0, 5\]"),
        ('[{"text": "a", "box": [0, 0, "5", 5]}]', "four numbers"),
        ('[{"text": "a", "box": [0, 0, NaN, 5]}]', "four numbers"),
        ('[{"text": "a", "box": [true, 0, 5, 5]}]', "four numbers"),
        ('[{"text": "a", "box": [0, 0, 0, 5]}]', "width and height are above 0, not 0 and 5"),
    ],
)
def test_bad_layouts_are_refused_in_one_sentence_that_says_where(given: str, says: str) -> None:
    with pytest.raises(FiggenError, match=says) as caught:
        read_layout(given)
    assert "\n" not in str(caught.value)
