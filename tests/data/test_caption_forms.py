"""The forms of a caption, as SciCap's card describes them."""

import pytest

from figgen.data.miniatures import caption_forms as forms


@pytest.mark.parametrize(
    ("caption", "lower", "no_numbers", "no_equations"),
    [
        (
            "Slope of A-B (n = 5). Lower is better.",
            "slope of a - b ( n = 5 ) . lower is better .",
            "slope of a - b ( n = NUM-TK ) . lower is better .",
            "slope of a - b BRACKET-TK . lower is better .",
        ),
        (
            "Gain at k = 0.5 after 20 runs: y = a x + b.",
            "gain at k = 0.5 after 20 runs : y = a x + b .",
            "gain at k = NUM-TK after NUM-TK runs : y = a x + b .",
            "gain at EQUAT-TK after NUM-TK runs : EQUAT-TK .",
        ),
    ],
)
def test_each_form_of_a_caption(caption: str, lower: str, no_numbers: str, no_equations: str) -> None:
    assert forms.lowercase(caption) == lower
    assert forms.without_numbers(lower) == no_numbers
    assert forms.without_equations_and_brackets(lower) == no_equations


def test_a_block_holds_the_caption_its_sentences_and_its_tokens() -> None:
    assert forms.block("it is 0.5 . it fell .", "tokens") == {
        "caption": "it is 0.5 . it fell .",
        "sentence": ["it is 0.5 .", "it fell ."],
        "tokens": ["it", "is", "0.5", ".", "it", "fell", "."],
    }
