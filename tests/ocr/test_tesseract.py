"""Tesseract reads drawn figures, in their own pixels, with the published filter."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from figgen.ocr import tesseract
from figgen.ocr.boxes import TextBox, filter_words
from figgen.ocr.tesseract import Tesseract, engine_version
from figgen.runs.errors import OCRUnavailable

needs_engine = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")


def page(*words: tuple[int, int, str]) -> np.ndarray:
    picture = Image.new("RGB", (200, 100), "white")
    for left, top, text in words:
        ImageDraw.Draw(picture).text((left, top), text, fill="black", font=ImageFont.load_default(14))
    return np.array(picture)


@needs_engine
def test_words_are_found_where_they_stand_in_the_pictures_own_pixels():
    picture = page((20, 10, "Gradient"), (100, 60, "Descent"))
    found = {box.text: box.bounds for box in Tesseract()([picture])[0]}
    assert set(found) == {"Gradient", "Descent"}
    for text, (left, top) in {"Gradient": (20, 10), "Descent": (100, 60)}.items():
        assert abs(found[text][0] - left) < 3
        assert top - 1 < found[text][1] < top + 8
        assert found[text][2] - found[text][0] < 80


@needs_engine
def test_pictures_keep_their_order_and_empty_ones_read_as_nothing():
    pictures = [page((20, 30, "alpha")), page(), page((20, 30, "omega"))[..., 0]]
    done: list[int] = []
    words = Tesseract(workers=2)(pictures, done.append)
    assert [[box.text for box in of_picture] for of_picture in words] == [["alpha"], [], ["omega"]]
    assert done == [1, 2, 3]
    assert [[box.text for box in boxes] for boxes in Tesseract(workers=1)(pictures[:1])] == [["alpha"]]


@needs_engine
def test_words_can_be_kept_as_ml_figs_keeps_them():
    (words,) = Tesseract(text="published", workers=1)([page((20, 30, "Gradient."))])
    assert [word.text for word in words] == ["gradient"]
    assert repr(Tesseract(text="published", workers=1)) != repr(Tesseract(workers=1))  # other data


@needs_engine
def test_engine_says_its_version():
    assert engine_version().startswith("tesseract ") and engine_version()[10].isdigit()


def test_filter_drops_unsure_words_punctuation_and_near_repeats():
    def box(left: float, top: float, text: str, confidence: float) -> TextBox:
        return TextBox.from_ltwh(left, top, 30, 10, text, confidence=confidence)

    words = [
        box(0, 0, "Loss", 90),
        box(9, 9, "loss.", 80),  # the same word, nearer than 10 px
        box(10, 0, "loss", 80),  # 10 px away: another one
        box(0, 50, "unsure", 20),  # not above 20
        box(50, 50, "--", 90),
        box(80, 50, "", 90),
        box(0, 80, "sure", 20.5),
    ]
    assert [(w.text, w.bounds[0]) for w in filter_words(words, 20)] == [("Loss", 0), ("loss", 10), ("sure", 0)]


def test_missing_engine_is_one_sentence_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    tesseract.engine_version.cache_clear()
    with pytest.raises(OCRUnavailable, match="apt-get install tesseract-ocr"):
        Tesseract()([page()])
    tesseract.engine_version.cache_clear()


@needs_engine
def test_reading_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
    Tesseract()([page()])
    assert "OMP_THREAD_LIMIT" not in os.environ
