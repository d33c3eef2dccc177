"""PP-OCR as a detector: words, not lines, where they stand, whichever way they run."""

import importlib.util
import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from figgen.data.miniatures.figures import draw
from figgen.ocr import rapidocr
from figgen.ocr.boxes import Quad, TextBox
from figgen.ocr.rapidocr import Line, RapidOCR, read_lines, turns, words_in, words_of
from figgen.runs.errors import OCRUnavailable

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed")

LINE = TextBox.from_ltwh(10, 20, 100, 10, "").quad


def page(text: str, left: int = 20, top: int = 30) -> np.ndarray:
    picture = Image.new("RGB", (240, 100), "white")
    ImageDraw.Draw(picture).text((left, top), text, fill="black", font=ImageFont.load_default(16))
    return np.array(picture)


def ink(text: str, left: int = 20, top: int = 30) -> tuple[float, float, float, float]:
    return ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((left, top), text, font=ImageFont.load_default(16))


def overlap(box: TextBox, other: TextBox) -> float:
    """Shared area over the smaller area: PP-OCR's boxes are higher than the ink."""
    (l1, t1, r1, b1), (l2, t2, r2, b2) = box.bounds, other.bounds
    shared = max(min(r1, r2) - max(l1, l2), 0) * max(min(b1, b2) - max(t1, t2), 0)
    return shared / min((r1 - l1) * (b1 - t1), (r2 - l2) * (b2 - t2))


def test_words_of_drawn_figures_are_found_where_they_stand_as_they_are_spelled():
    drawings = [draw("test", i) for i in range(4)]
    found = RapidOCR(least_side=384, workers=1)([drawing.pixels for drawing in drawings])
    pairs = [(box, words) for drawing, words in zip(drawings, found, strict=True) for box in drawing.boxes]
    hits = [any(w.text == box.text and overlap(box, w) > 0.8 for w in words) for box, words in pairs]
    assert len(hits) > 10
    assert sum(hits) / len(hits) > 0.9


def test_a_line_is_cut_into_its_words():
    found = RapidOCR(workers=1)([page("Gradient of a loss")])[0]
    assert [word.text for word in found] == ["Gradient", "of", "a", "loss"]
    for word, end in zip(found, itertools.accumulate(["Gradient", " of", " a", " loss"]), strict=True):
        assert abs(word.bounds[2] - ink(end)[2]) < 5
    assert all(0.9 < word.confidence <= 1 for word in found)


@pytest.mark.parametrize(("turns", "first"), [(1, (30, 220)), (3, (70, 20))])
def test_text_on_its_side_begins_at_its_own_top_left(turns: int, first: tuple[int, int]):
    # the page is 240 x 100 and its text begins at about (20, 30); turned, that is at `first`
    (word,) = RapidOCR(workers=1)([np.rot90(page("Gradient"), turns)])[0]
    assert word.text == "Gradient"
    assert np.hypot(word.quad[0][0] - first[0], word.quad[0][1] - first[1]) < 12
    along = np.subtract(word.quad[1], word.quad[0])
    assert abs(along[1]) > 3 * abs(along[0]) and np.sign(along[1]) == (-1 if turns == 1 else 1)


def test_grey_and_empty_pictures_are_read_and_progress_is_told():
    done: list[int] = []
    grey, empty = page("omega")[..., 0], np.full((60, 80, 3), 255, dtype=np.uint8)
    found = RapidOCR(workers=2)([grey, empty], progress=done.append)
    assert [[word.text for word in words] for words in found] == [["omega"], []]
    assert done == [1, 2]


def test_unsure_words_are_dropped():
    assert RapidOCR(min_confidence=1.0, workers=1)([page("omega")]) == [[]]


def test_words_are_cut_halfway_between_letters():
    line = Line("ab c", 0.9, (0.1, 0.3, 0.7))  # neighbours 0.2 and 0.4 apart: half a letter is 0.15
    ab, c = words_of(LINE, line)
    assert (ab.text, c.text) == ("ab", "c")
    assert ab.bounds == pytest.approx((10, 20, 10 + 45, 30))
    assert c.bounds == pytest.approx((10 + 55, 20, 10 + 85, 30))


def test_a_line_whose_letters_cannot_be_placed_stays_one_box():
    assert words_of(LINE, Line("ab  c", 0.9, (0.1, 0.3))) == [TextBox(LINE, "ab c", 0.9)]
    assert words_of(LINE, Line("  ", 0.9, ())) == []


def test_only_tall_quads_are_tried_on_their_sides():
    tall: Quad = ((0.0, 0.0), (10.0, 0.0), (10.0, 30.0), (0.0, 30.0))
    assert turns(LINE) == [LINE]
    assert turns(tall)[1][0] == (0.0, 30.0)  # text that runs upwards begins at the bottom left
    assert turns(tall)[2][0] == (10.0, 0.0)


def test_no_quads_no_words():
    assert read_lines(page("a"), []) == [] and words_in(page("a"), []) == []


def test_missing_wheel_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    rapidocr.engine.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(OCRUnavailable, match=r"pip install.*detector=tesseract"):
        RapidOCR()([page("a")])
