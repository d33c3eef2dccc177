"""The detectors' table counts what a hand would count."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import detectors
from benchmarks.__main__ import sound_lines
from benchmarks.detectors import Outcome, match, numbers, outcome_of, overlap, row, score, sheet
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import OCRUnavailable

LOSS, STEPS = TextBox.from_ltwh(10, 10, 40, 10, "loss"), TextBox.from_ltwh(60, 10, 40, 10, "steps")
PAGE = np.full((128, 160, 3), 255, np.uint8)


def test_overlap_is_intersection_over_union():
    assert overlap(LOSS, LOSS) == 1
    assert overlap(LOSS, STEPS) == 0
    half = TextBox.from_ltwh(10, 10, 20, 10, "lo")
    assert overlap(half, LOSS) == 0.5
    beside = TextBox.from_ltwh(30, 10, 40, 10, "ss")  # 20 of 60 columns are shared
    assert overlap(beside, LOSS) == pytest.approx(1 / 3)


def test_each_box_stands_for_one_word_and_the_closest_wins():
    exact, near = LOSS, TextBox.from_ltwh(12, 10, 40, 10, "loss")
    assert match([near, exact], [LOSS]) == [(1, 0, 1.0)]
    assert match([near], [LOSS, LOSS]) == [(0, 0, pytest.approx(38 / 42))]
    assert match([TextBox.from_ltwh(30, 10, 40, 10, "")], [LOSS]) == []  # a third is not the same place


def test_a_line_in_one_box_is_no_word():
    line = TextBox.from_ltwh(10, 10, 90, 10, "loss steps")
    assert match([line], [LOSS, STEPS]) == []


def test_a_word_is_read_in_any_case_and_without_its_punctuation_but_not_misspelt():
    found = [TextBox.from_ltwh(10, 10, 40, 10, "LOSS:"), TextBox.from_ltwh(60, 10, 20, 10, "stops")]
    assert score(found, [LOSS, STEPS]) == (2, 1.5, 1, 2, 2)


def test_shares_are_over_all_words_of_all_pages_not_over_pages():
    pages = [(PAGE, [LOSS]), (PAGE, [STEPS, LOSS, TextBox.from_ltwh(10, 40, 40, 10, "epoch")])]
    junk = TextBox.from_ltwh(0, 100, 5, 5, "x")
    recall, precision, mean_overlap, read = numbers(pages, Outcome("d", [[LOSS, junk], [STEPS]]))
    assert recall.startswith("0.500 (")  # 2 of 4 words; over pages it would be 2 thirds
    assert precision.startswith("0.667 (")  # 2 of 3 boxes
    assert mean_overlap.startswith("1.000 (")
    assert read.startswith("0.500 (")


def test_a_detector_that_finds_nothing_has_zeros():
    assert all(number.startswith("0.000") for number in numbers([(PAGE, [LOSS])], Outcome("d", [[]])))


def test_a_detector_that_cannot_run_says_so_in_the_table_and_on_the_sheet():
    def unavailable(images: object) -> list[list[TextBox]]:
        raise OCRUnavailable("No CRAFT weights at /somewhere: download them.")

    outcome = outcome_of("craft", unavailable, [PAGE])
    assert math.isnan(outcome.seconds)
    assert row([(PAGE, [LOSS])], outcome) == "| craft | not run here: No CRAFT weights | | | | |\n"
    columns = sheet([(PAGE, [LOSS])], [Outcome("all", [[LOSS]]), outcome])
    assert columns.width == 3 * (320 + 6) + 6


def test_in_the_list_of_benchmarks_it_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_weights(*_: object) -> None:
        raise OCRUnavailable("No CRAFT weights at /somewhere: download them.")

    read = lambda images: [[LOSS] for _ in images]  # noqa: E731
    monkeypatch.setattr(detectors, "Craft", lambda weights: no_weights)
    monkeypatch.setattr(detectors, "RapidOCR", lambda workers: read)
    monkeypatch.setattr(detectors, "Tesseract", lambda workers: read)
    said = list(sound_lines(detectors))
    assert [line.split(":")[0] for line in said] == ["detector tesseract", "detector rapidocr", "detector craft"]
    assert said[-1] == "detector craft: not run here: No CRAFT weights"


def test_a_benchmark_that_breaks_ends_in_a_line() -> None:
    def broken() -> None:
        raise ValueError("no data: none\nat all")

    assert list(sound_lines(SimpleNamespace(__name__="benchmarks.x", lines=broken))) == [
        "benchmarks.x: not run here, no data, none"
    ]
