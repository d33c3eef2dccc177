"""The drawn formulas: LaTeX as im2latex writes it, and boxes around the words and numbers in them."""

import shutil

import numpy as np
import pytest

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.formulas import Formula, draw
from figgen.data.miniatures.typesetting import mathtext, typeset
from figgen.data.words import TEST_WORDS
from figgen.ocr.boxes import TextBox

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")
WORDING = {"for", "with", "if", "where", "and", "when"}
FUNCTIONS = {"sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "ln", "det", "dim"}


@pytest.fixture(scope="module")
def formulas() -> list[Formula]:
    return [draw("test", index) for index in range(32)]


def words(latex: str, size: tuple[int, int] = (64, 320)) -> list[str]:
    return sorted(box.text for box in typeset(latex, *size)[1])


def test_a_formula_depends_on_its_seed_split_and_index_alone(formulas: list[Formula]) -> None:
    draw("train", 3)
    again = draw("test", 7)
    assert np.array_equal(formulas[7].pixels, again.pixels)
    assert (formulas[7].boxes, formulas[7].latex) == (again.boxes, again.latex)
    assert again.latex not in {draw("train", 7).latex, draw("test", 8).latex, draw("test", 7, seed=1).latex}


def test_formulas_are_black_on_white_at_the_top_left(formulas: list[Formula]) -> None:
    for formula in formulas:
        assert formula.pixels.shape == (64, 320, 3) and formula.pixels.dtype == np.uint8
        assert np.ptp(formula.pixels, axis=2).max() == 0 and formula.pixels.min() < 60
        rows, columns = np.nonzero(formula.pixels[:, :, 0] < 215)
        assert 2 <= rows.min() <= 6 and 2 <= columns.min() <= 6 and rows.max() < 62 and columns.max() < 318


def test_tokens_stand_apart_and_braces_match(formulas: list[Formula]) -> None:
    for formula in formulas:
        assert formula.latex == " ".join(formula.latex.split())
        assert formula.latex.split().count("{") == formula.latex.split().count("}")
        assert all(len(token) == 1 or token.startswith("\\") for token in formula.latex.split())


def test_every_formula_shows_a_word_and_test_words_are_held_out(formulas: list[Formula]) -> None:
    for formula in formulas:
        shown = {box.text for box in formula.boxes if box.text.isalpha()}
        assert any(len(word) >= 3 for word in shown) and shown <= set(TEST_WORDS) | WORDING | FUNCTIONS
    trained = {box.text for index in range(20) for box in draw("train", index).boxes}
    assert not (trained - WORDING - FUNCTIONS) & set(TEST_WORDS)


def test_words_and_numbers_have_boxes_and_single_letters_have_none() -> None:
    assert words(r"\mathrm { l o s s } = 1 2 ^ { x }") == ["12", "loss"]
    assert words(r"\frac { d u } { d r } = \sin x + 7") == ["sin"]
    assert words(r"x _ { \mathrm { m i n } } 3 4 \; 5 6") == ["34", "56", "min"]
    assert words(r"\operatorname { r a n k } 2 8") == ["28", "rank"]


def test_a_box_lies_where_the_ink_is() -> None:
    """Alone on the page, a word's box is the extent of all ink."""
    pixels, (box,) = typeset(r"\mathrm { e n t r o p y }", 64, 320)
    rows, columns = np.nonzero(pixels[:, :, 0] < 215)
    assert box.bounds == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def test_a_formula_that_is_too_large_is_refused() -> None:
    with pytest.raises(LayoutError, match="too large"):
        typeset(" + ".join(["x"] * 60), 64, 320)
    with pytest.raises(LayoutError, match="too large"):
        typeset(r"\frac { \frac { \frac { a } { b } } { c } } { \frac { \frac { a } { b } } { c } }", 32, 320)


def test_outer_fractions_are_large_and_script_letters_are_translated() -> None:
    assert mathtext(r"\frac { a } { \frac { b } { c } }") == r"$\dfrac {a}{\frac {b}{c}}$"
    assert mathtext(r"{ \cal L }") == r"$\mathcal{L}$"


@needs_tesseract
def test_tesseract_finds_most_words_where_the_boxes_say(formulas: list[Formula]) -> None:
    """Words of three letters and more, enlarged; the mathematics around them may cling to what it reads."""
    from figgen.ocr.tesseract import read_words

    chosen = formulas[:20]
    read = read_words([formula.pixels for formula in chosen], scale=4, psm=11, min_confidence=0)
    wanted = [(b, found) for f, found in zip(chosen, read, strict=True) for b in f.boxes if len(b.text) > 2]
    right = [box for box, found in wanted if any(box.text in word.text and holds(word, box) for word in found)]
    assert len(right) >= 0.6 * len(wanted), (len(right), len(wanted))


def holds(word: TextBox, box: TextBox) -> bool:
    """True where `word` covers more than half of `box`."""
    (a, b, c, d), (e, f, g, h) = box.bounds, word.bounds
    return max(min(c, g) - max(a, e), 0) * max(min(d, h) - max(b, f), 0) > 0.5 * (c - a) * (d - b)
