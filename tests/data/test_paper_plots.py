"""The drawn plots of papers: deterministic, all different, with exact boxes, upward words included."""

import re
import shutil
from collections import Counter

import numpy as np
import pytest

from figgen.data.miniatures import paper_captions as captions
from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import Font
from figgen.data.miniatures.paper_plots import GRAPHS, KINDS, PaperPlot, draw, draw_panels
from figgen.data.miniatures.sideways import SidewaysCanvas
from figgen.data.words import TEST_WORDS
from figgen.ocr.boxes import TextBox

FONT = Font("DejaVu Sans", 8.0)
FIGURE_TYPES = {"Graph Plot", "Scatterplot", "Bar Chart"}
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")


@pytest.fixture(scope="module")
def test_plots() -> list[PaperPlot]:
    return [draw("test", i) for i in range(30)] + [draw_panels("test", i) for i in range(12)]


@pytest.fixture(scope="module")
def train_plots() -> list[PaperPlot]:
    return [draw("train", i) for i in range(40)] + [draw_panels("train", i) for i in range(20)]


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{2,}", text.casefold()))


def is_level(box: TextBox) -> bool:
    return box.quad[0][1] == box.quad[1][1]


def test_a_plot_depends_on_its_seed_split_and_index_alone() -> None:
    first = draw("train", 7)
    draw_panels("test", 3)
    again = draw("train", 7)
    assert np.array_equal(first.pixels, again.pixels)
    assert (first.boxes, first.caption, first.figure_type) == (again.boxes, again.caption, again.figure_type)
    others = [draw("test", 7), draw("train", 7, seed=1), draw("train", 17), draw_panels("train", 7)]
    assert all(other.caption != first.caption for other in others)


def test_all_plots_differ_and_have_the_types_that_scicap_knows(train_plots: list[PaperPlot]) -> None:
    assert len({plot.pixels.tobytes() for plot in train_plots}) == len(train_plots)
    assert {plot.figure_type for plot in train_plots} == FIGURE_TYPES


def test_kinds_take_turns_and_can_be_chosen() -> None:
    assert [draw("train", i).figure_type for i in range(len(KINDS))] == [kind.figure_type for kind in KINDS.values()]
    assert {draw("train", i, of=GRAPHS).figure_type for i in range(len(GRAPHS))} == {"Graph Plot"}


def test_plots_pad_into_160_by_128_without_resampling(train_plots: list[PaperPlot]) -> None:
    for plot in train_plots:
        height, width, _ = plot.pixels.shape
        assert (width == 160 and height <= 128) or (height == 128 and width <= 160)


def test_captions_name_every_word_that_is_shown(test_plots: list[PaperPlot]) -> None:
    for plot in test_plots:
        assert words_in(" ".join(box.text for box in plot.boxes)) <= words_in(plot.caption)
        assert re.match(r"[^a-z].*\.$", plot.caption) and len(plot.caption) <= 150


def test_words_of_test_plots_occur_nowhere_in_training(
    test_plots: list[PaperPlot], train_plots: list[PaperPlot]
) -> None:
    shown_in_test = {word for plot in test_plots for box in plot.boxes for word in words_in(box.text)}
    told_in_training = {word for plot in train_plots for word in words_in(plot.caption)}
    assert shown_in_test <= set(TEST_WORDS) and not set(TEST_WORDS) & told_in_training


def test_no_fixed_wording_of_a_caption_is_a_test_word() -> None:
    openings = {text for kind in KINDS.values() for text in (*kind.openings, *kind.notes)}
    fixed = (*openings, *captions.SETTINGS, *captions.OF_PANELS, *captions.OF_TWO_NAMED_PANELS)
    assert not set(TEST_WORDS) & words_in(" ".join(fixed))


def test_boxes_do_not_overlap_and_there_are_four_to_twenty(train_plots: list[PaperPlot]) -> None:
    for plot in train_plots:
        covered = np.zeros(plot.pixels.shape[:2], int)
        for left, top, right, bottom in (map(int, box.bounds) for box in plot.boxes):
            covered[top:bottom, left:right] += 1
        assert 4 <= len(plot.boxes) <= 20 and covered.max() == 1


def test_some_words_run_upwards_and_their_corners_start_at_their_foot(train_plots: list[PaperPlot]) -> None:
    upward = [box for plot in train_plots for box in plot.boxes if not is_level(box)]
    assert len(upward) >= 15
    for box in upward:
        (a, b, c, d), (left, top, right, bottom) = box.quad, box.bounds
        assert (a, b, c, d) == ((left, bottom), (left, top), (right, top), (right, bottom))


def test_the_box_of_an_upward_word_is_tight_around_its_ink() -> None:
    canvas = SidewaysCanvas(60, 100)
    canvas.text_upwards(20, 50, "two words", FONT, "black")
    pixels, boxes = canvas.draw()
    ink: np.ndarray = pixels.min(axis=2) < 255 - 40
    assert [box.text for box in boxes] == ["two", "words"]
    for left, top, right, bottom in (map(int, box.bounds) for box in boxes):
        part = ink[top:bottom, left:right]
        assert part[0].any() and part[-1].any() and part[:, 0].any() and part[:, -1].any()
        ink[top:bottom, left:right] = False
    assert not ink.any()
    assert boxes[0].bounds[1] > boxes[1].bounds[3]  # the first word is the lower one


def test_an_upward_word_reads_as_the_level_one_turned() -> None:
    upward, level = SidewaysCanvas(60, 100), SidewaysCanvas(100, 60)
    upward.text_upwards(30, 50, "slope", FONT, "black")
    level.text(50, 30, "slope", FONT, "black")
    (turned, (a,)), (plain, (b,)) = upward.draw(), level.draw()
    sizes = [(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1]) for box in (a, b)]
    assert sizes[0] == sizes[1][::-1]
    left, top, right, bottom = map(int, a.bounds)
    as_level = np.rot90(turned[top:bottom, left:right], -1)
    left, top, right, bottom = map(int, b.bounds)
    assert np.abs(as_level.astype(int) - plain[top:bottom, left:right]).mean() < 3


@pytest.mark.parametrize("x", [3, 20])
def test_an_upward_word_off_the_sheet_or_on_a_line_is_laid_out_anew(x: float) -> None:
    canvas = SidewaysCanvas(60, 100)
    canvas.line((20, 20), (0, 100), color="black")
    canvas.text_upwards(x, 50, "word", FONT, "black")
    with pytest.raises(LayoutError):
        canvas.draw()


@needs_tesseract
def test_tesseract_reads_most_level_words_where_the_boxes_say(test_plots: list[PaperPlot]) -> None:
    from figgen.ocr.tesseract import read_words

    chosen = test_plots[:12] + test_plots[-6:]
    wanted = hits = located = 0
    for plot, found in zip(chosen, read_words([plot.pixels for plot in chosen]), strict=True):
        boxes = [box for box in plot.boxes if is_level(box) and re.search("[a-zA-Z]{2}", box.text)]
        wanted += len(boxes)
        hits += sum((Counter(map(letters, boxes)) & Counter(map(letters, found))).values())
        located += sum(any(stands_at(box, word) for word in found) for box in boxes)
    assert hits / wanted >= 0.85, (hits, wanted)
    assert located / hits >= 0.95, (located, hits)


@pytest.mark.slow
@needs_tesseract
def test_tesseract_reads_most_upward_words_when_they_are_turned(test_plots: list[PaperPlot]) -> None:
    from figgen.ocr.tesseract import read_words

    plots = [plot for plot in test_plots if not all(map(is_level, plot.boxes))]
    wanted = hits = 0
    for plot, found in zip(plots, read_words([np.rot90(plot.pixels, -1).copy() for plot in plots]), strict=True):
        upward = [box for box in plot.boxes if not is_level(box)]
        wanted += len(upward)
        hits += sum((Counter(map(letters, upward)) & Counter(map(letters, found))).values())
    assert wanted >= 10 and hits / wanted >= 0.7, (hits, wanted)


def letters(word: TextBox) -> str:
    return re.sub("[^a-z0-9]", "", word.text.casefold())


def stands_at(box: TextBox, word: TextBox) -> bool:
    """The same word, and both boxes cover mostly the same place (intersection over union of one half)."""
    (a, b, c, d), (e, f, g, h) = box.bounds, word.bounds
    common = max(min(c, g) - max(a, e), 0) * max(min(d, h) - max(b, f), 0)
    return letters(box) == letters(word) and common >= 0.5 * ((c - a) * (d - b) + (g - e) * (h - f) - common)
