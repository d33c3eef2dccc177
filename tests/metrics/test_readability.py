"""Word scores counted by hand."""

import math

import numpy as np
import pytest

from figgen.metrics.bootstrap import Measured
from figgen.metrics.readability import Words, cer, mario_eval, ned, normalise_words, readability, wer

TRUTH = [["Loss", "per", "epoch"], ["test", "test"], ["Input"]]
READ = [["loss", "per", "epoch", "x"], ["TEST."], []]  # p: 3/4, 1, 0; r: 1, 1/2, 0


def measured(read: Words, truth: Words) -> dict[str, Measured]:
    return {name: scores.measured() for name, scores in readability(read, truth).items()}


def test_f1_is_that_of_the_mean_precision_and_the_mean_recall():
    scores = measured(READ, TRUTH)
    precision, recall = (3 / 4 + 1 + 0) / 3, (1 + 1 / 2 + 0) / 3
    assert scores["precision"].value == pytest.approx(precision)
    assert scores["recall"].value == pytest.approx(recall)
    assert scores["f1"].value == pytest.approx(2 * precision * recall / (precision + recall))
    of_each = (2 * 0.75 / 1.75 + 2 * 0.5 / 1.5 + 0) / 3
    assert abs(scores["f1"].value - of_each) > 0.01  # not the mean of F1s


def test_picture_in_which_nothing_is_read_counts_as_zero():
    scores = measured([["a"], []], [["a"], ["b"]])
    assert {name: (scores[name].value, scores[name].n) for name in ("precision", "recall", "f1")} == {
        name: (pytest.approx(0.5), 2) for name in ("precision", "recall", "f1")
    }


def test_repeated_words_count_as_often_as_they_stand_there():
    scores = measured([["a", "a", "a"]], [["a", "a", "b"]])
    assert scores["precision"].value == pytest.approx(2 / 3)
    assert scores["recall"].value == pytest.approx(2 / 3)


def test_picture_without_true_words_is_left_out_and_the_count_says_so():
    assert measured([["ghost"], ["a"]], [["..."], ["a"]])["f1"].n == 1
    nothing = measured([["ghost"]], [[]])
    assert all(m.n == 0 and math.isnan(m.value) for m in nothing.values())


def test_strict_accuracy_wants_the_same_words_not_the_same_letters():
    assert measured([["ab", "c"]], [["a", "bc"]])["accuracy"].value == 0  # MARIO-Eval's own variant says 1
    assert measured([["B", "a!"], ["a"]], [["a", "b"], ["a", "a"]])["accuracy"].value == 0.5


def test_ned_and_cer_of_joined_text():
    read, truth = [["kitten"], []], [["sitting"], ["abc"]]
    assert ned(read, truth).measured().value == pytest.approx(((1 - 3 / 7) + 0) / 2)
    assert cer(read, truth).measured().value == pytest.approx((3 + 3) / (7 + 3))
    assert ned([["ab", "cd"]], [["ab cd"]]).measured().value == 1
    assert cer([["abcdefgh"]], [["a"]]).measured().value == 7  # may exceed 1


def test_ned_takes_text_as_it_stands_and_anytext_s_form_is_a_hair_off():
    assert ned([["Ab."]], [["ab"]]).values.tolist() == [pytest.approx(1 / 3)]
    assert ned([["ab"], ["xy"]], [["ab"], ["abcd"]], tiny=1e-5).values.tolist() == [1.0, pytest.approx(1 - 4 / 4.00001)]


def test_wer_counts_words_over_all_pictures_and_gives_each_its_own_rate():
    scores = wer([["the", "cat"], [], ["A", "dog!"]], [["the", "old", "cat", "sat"], ["one", "two"], ["a", "dog"]])
    assert scores.measured().value == pytest.approx((2 + 2 + 0) / (4 + 2 + 2))
    assert scores.values.tolist() == [0.5, 1.0, 0.0]


MARIO_READ = [["SALE", "now"], ["Ab", "c"], [], ["Sale!"]]
MARIO_TRUTH = [["Sale", "today"], ["a", "bc"], ["x"], ["sale"]]  # p, r: 1/2, 1/2; 0, 0; 0, 0; 0, 0


def test_mario_eval_keeps_punctuation_and_takes_joined_letters_for_words():
    scores = {name: score.measured() for name, score in mario_eval(MARIO_READ, MARIO_TRUTH).items()}
    values = {name: measured.value for name, measured in scores.items()}
    assert values == pytest.approx(
        {
            "mario_precision": 1 / 8,
            "mario_recall": 1 / 8,
            "mario_f1": 1 / 8,
            "mario_accuracy": 1 / 4,
            "mario_strict_accuracy": 0,
        },
        abs=1e-7,
    )
    assert {measured.n for measured in scores.values()} == {4}


def test_dropping_unread_pictures_flatters():
    kept = mario_eval(MARIO_READ, MARIO_TRUTH)["mario_precision"]
    dropped = kept.without(np.array([False, False, True, False])).measured()
    assert (dropped.value, dropped.n) == (pytest.approx(1 / 6), 3)


def test_a_picture_without_true_words_has_no_value_in_any_score():
    read, truth = [["a"], ["ghost"]], [["a"], [" "]]
    for score in (*mario_eval(read, truth).values(), cer(read, truth), wer(read, truth), ned(read, truth)):
        assert np.isnan(score.values).tolist() == [False, True] and score.measured().n == 1


def test_a_text_in_place_of_words_is_refused():
    with pytest.raises(TypeError, match="one list of words"):
        ned(["abc"], [["abc"]])


def test_words_are_lower_cased_without_punctuation_and_empty_ones_dropped():
    assert normalise_words(["Fig.", "(A)", "--", "x_1"]) == ["fig", "a", "x1"]


def test_interval_holds_the_value_and_perfect_reading_is_certain():
    scores = measured([*READ, ["test", "test"]] * 15, [*TRUTH, ["test", "test"]] * 15)
    assert set(scores) == {"precision", "recall", "f1", "accuracy", "ned", "cer"}
    assert all(m.low < m.value < m.high and m.n == 60 for m in scores.values())
    perfect = measured(TRUTH, TRUTH)["f1"]
    assert perfect.low == pytest.approx(1) and perfect.high == pytest.approx(1)


def test_unequal_numbers_of_pictures_are_refused():
    with pytest.raises(ValueError):
        measured([["a"]], [["a"], ["b"]])
