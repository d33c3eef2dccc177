"""A caption's words keep their spelling, and a picture's boxes find them."""

from __future__ import annotations

from figgen.layout.words import Word, pointed_at, words_of
from figgen.ocr.boxes import TextBox


def box(text: str, left: float, top: float = 0) -> TextBox:
    return TextBox.from_ltwh(left, top, 8, 8, text)


def test_words_keep_their_spelling_and_give_up_the_punctuation_around_them() -> None:
    assert words_of("Figure 1.2: the “Loss”, of (C++) at 50% -") == (
        Word("Figure"),
        Word("1.2", "", ":"),
        Word("the"),
        Word("Loss", "“", "”,"),
        Word("of"),
        Word("C++", "(", ")"),
        Word("at"),
        Word("50%"),
        Word("-"),
    )


def test_punctuation_alone_is_a_word_and_an_empty_caption_has_none() -> None:
    assert words_of(" ... ") == (Word("..."),)
    assert words_of("") == ()


def test_boxes_are_matched_without_case_and_punctuation() -> None:
    shown = pointed_at(words_of("The Loss: of it."), [box("loss", 0), box("IT.", 20)], most=2)
    assert [[b.text for b in found] for found in shown] == [[], ["loss"], [], ["IT."]]


def test_a_word_said_twice_and_shown_twice_takes_one_box_each() -> None:
    first, second = box("tree", 0, 0), box("tree", 0, 40)
    assert pointed_at(words_of("a tree and a tree"), [second, first], most=2) == [[], [first], [], [], [second]]


def test_a_word_said_once_takes_several_boxes_but_not_more_than_allowed() -> None:
    boxes = [box("cat", 30 * i) for i in range(3)]
    assert pointed_at(words_of("cat dog"), boxes, most=2) == [boxes[:2], []]


def test_what_the_caption_lacks_is_left_out() -> None:
    assert pointed_at(words_of("cat , dog"), [box("50", 0), box("...", 20)], most=2) == [[], [], []]
