"""The drawn tables: the HTML says what the picture shows, and boxes hold the words."""

import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest

from figgen.data.miniatures.tables import Table, cells, draw, shares
from figgen.data.words import TEST_WORDS
from figgen.ocr.boxes import TextBox

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    return [draw("test", index) for index in range(60)]


class Balance(HTMLParser):
    """Raises where a tag is closed that is not the last one opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data.split()


def test_a_table_depends_on_its_seed_split_and_index_alone(tables: list[Table]) -> None:
    draw("train", 3)
    again = draw("test", 7)
    assert np.array_equal(tables[7].pixels, again.pixels)
    assert (tables[7].boxes, tables[7].html) == (again.boxes, again.html)
    assert again.html not in {draw("train", 7).html, draw("test", 10).html, draw("test", 7, seed=1).html}


def test_the_html_closes_every_tag_and_holds_the_words_of_the_picture(tables: list[Table]) -> None:
    for table in tables:
        parser = Balance()
        parser.feed(table.html)
        assert not parser.open and sorted(parser.text) == sorted(box.text for box in table.boxes)


def test_test_tables_show_held_out_words_and_training_tables_none_of_them(tables: list[Table]) -> None:
    shown = {box.text for table in tables for box in table.boxes if box.text.isalpha()}
    trained = {box.text for index in range(60) for box in draw("train", index).boxes}
    assert shown <= set(TEST_WORDS) and not trained & set(TEST_WORDS)


def test_all_kinds_are_drawn_and_all_tables_differ(tables: list[Table]) -> None:
    assert len({table.html for table in tables}) == len(tables) == len({table.pixels.tobytes() for table in tables})
    html = " ".join(table.html for table in tables)
    for part in ("colspan=", "rowspan=", 'rules="rows"', "float:left", "<th>", "border-collapse", "font-weight:bold"):
        assert part in html


def test_pictures_are_64_by_64_and_boxes_apart_and_within(tables: list[Table]) -> None:
    for table in tables:
        assert table.pixels.shape == (64, 64, 3) and table.pixels.dtype == np.uint8
        covered = np.zeros((64, 64), int)
        for left, top, right, bottom in (map(int, box.bounds) for box in table.boxes):
            assert 0 <= left < right <= 64 and 0 <= top < bottom <= 64
            covered[top:bottom, left:right] += 1
        assert covered.max() == 1


def test_a_cell_of_two_columns_or_two_rows_hides_another() -> None:
    assert list(cells(2, 2, None)) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]
    assert list(cells(2, 2, (0, 0, 1, 2))) == [(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]
    assert list(cells(2, 2, (0, 1, 2, 1))) == [(0, 0, 1, 1), (0, 1, 2, 1), (1, 0, 1, 1)]


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_shares_sum_to_the_whole(parts: int) -> None:
    widths = shares(58, parts, np.random.default_rng(parts), 0.1)
    assert sum(widths) == 58 and len(widths) == parts and max(widths) - min(widths) <= 6


@needs_tesseract
def test_tesseract_finds_most_words_where_the_boxes_say(tables: list[Table]) -> None:
    from figgen.ocr.tesseract import read_words

    chosen = tables[:24]
    read = read_words([table.pixels for table in chosen], scale=6, psm=11, min_confidence=0)
    wanted = [(box, found) for table, found in zip(chosen, read, strict=True) for box in table.boxes]
    right = [box for box, found in wanted if any(stands_at(word, box) for word in found)]
    assert len(right) >= 0.65 * len(wanted), (len(right), len(wanted))


def stands_at(word: TextBox, box: TextBox) -> bool:
    """The same letters, and both cover mostly the same place."""
    (a, b, c, d), (e, f, g, h) = box.bounds, word.bounds
    common = max(min(c, g) - max(a, e), 0) * max(min(d, h) - max(b, f), 0)
    is_same = re.sub("[^a-z0-9]", "", word.text.casefold()) == box.text
    return is_same and common >= 0.4 * ((c - a) * (d - b) + (g - e) * (h - f) - common)
