"""Word scores counted by hand."""

import math

import pytest

from figgen.metrics.readability import cer, ned, normalise_words, readability, strict_accuracy, word_scores

TRUTH = [["Loss", "per", "epoch"], ["test", "test"], ["Input"]]
READ = [["loss", "per", "epoch", "x"], ["TEST."], []]  # p: 3/4, 1, 0; r: 1, 1/2, 0


def test_f1_is_that_of_the_mean_precision_and_the_mean_recall():
    scores = word_scores(READ, TRUTH)
    precision, recall = (3 / 4 + 1 + 0) / 3, (1 + 1 / 2 + 0) / 3
    assert scores["precision"].value == pytest.approx(precision)
    assert scores["recall"].value == pytest.approx(recall)
    assert scores["f1"].value == pytest.approx(2 * precision * recall / (precision + recall))
    of_each = (2 * 0.75 / 1.75 + 2 * 0.5 / 1.5 + 0) / 3
    assert abs(scores["f1"].value - of_each) > 0.01  # not the mean of F1s


def test_picture_in_which_nothing_is_read_counts_as_zero():
    scores = word_scores([["a"], []], [["a"], ["b"]])
    assert {name: (m.value, m.n) for name, m in scores.items()} == {
        name: (pytest.approx(0.5), 2) for name in ("precision", "recall", "f1")
    }


def test_repeated_words_count_as_often_as_they_stand_there():
    scores = word_scores([["a", "a", "a"]], [["a", "a", "b"]])
    assert scores["precision"].value == pytest.approx(2 / 3)
    assert scores["recall"].value == pytest.approx(2 / 3)


def test_picture_without_true_words_is_left_out_and_the_count_says_so():
    assert word_scores([["ghost"], ["a"]], [["..."], ["a"]])["f1"].n == 1
    nothing = readability([["ghost"]], [[]])
    assert all(m.n == 0 and math.isnan(m.value) for m in nothing.values())


def test_strict_accuracy_wants_the_same_words_not_the_same_letters():
    assert strict_accuracy([["ab", "c"]], [["a", "bc"]]).value == 0  # MARIO-Eval's own variant says 1
    assert strict_accuracy([["B", "a!"], ["a"]], [["a", "b"], ["a", "a"]]).value == 0.5


def test_ned_and_cer_of_joined_text():
    read, truth = [["kitten"], []], [["sitting"], ["abc"]]
    assert ned(read, truth).value == pytest.approx(((1 - 3 / 7) + 0) / 2)
    assert cer(read, truth).value == pytest.approx((3 + 3) / (7 + 3))
    assert ned([["ab", "cd"]], [["ab cd"]]).value == 1
    assert cer([["abcdefgh"]], [["a"]]).value == 7  # may exceed 1


def test_words_are_lower_cased_without_punctuation_and_empty_ones_dropped():
    assert normalise_words(["Fig.", "(A)", "--", "x_1"]) == ["fig", "a", "x1"]


def test_interval_holds_the_value_and_perfect_reading_is_certain():
    scores = readability([*READ, ["test", "test"]] * 15, [*TRUTH, ["test", "test"]] * 15)
    assert set(scores) == {"precision", "recall", "f1", "accuracy", "ned", "cer"}
    assert all(m.low < m.value < m.high and m.n == 60 for m in scores.values())
    perfect = readability(TRUTH, TRUTH)["f1"]
    assert perfect.low == pytest.approx(1) and perfect.high == pytest.approx(1)


def test_unequal_numbers_of_pictures_are_refused():
    with pytest.raises(ValueError):
        word_scores([["a"]], [["a"], ["b"]])
