"""What counts as the same word, and the order of reading."""

from figgen.ocr.boxes import TextBox, normalise, reading_order


def test_words_are_compared_without_case_and_punctuation():
    assert normalise("  Fig.3:") == "fig3"
    assert normalise("(a)") == "a"
    assert normalise("...") == ""
    assert normalise("Café") == "café"


def test_reading_goes_line_by_line_even_when_a_line_is_uneven():
    words = [
        TextBox.from_ltwh(60, 41, 20, 10, "four"),
        TextBox.from_ltwh(50, 12, 20, 10, "two"),
        TextBox.from_ltwh(5, 10, 20, 10, "one"),
        TextBox.from_ltwh(5, 38, 20, 12, "three"),
    ]
    assert [word.text for word in reading_order(words)] == ["one", "two", "three", "four"]
    assert reading_order([]) == []
