"""The vocabulary of the miniatures: open in training, and never a test word."""

import numpy as np
import pytest

from figgen.data.words import TEST_WORDS, invent, is_held_out, recall, word_maker


def invented(number: int, seed: int = 0) -> list[str]:
    rng = np.random.default_rng(seed)
    return [invent(rng) for _ in range(number)]


def test_invented_words_have_2_to_10_lower_case_letters_and_every_length_occurs() -> None:
    words = invented(5000)
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert {len(word) for word in words} == set(range(2, 11))


def test_the_training_vocabulary_is_open() -> None:
    assert len(set(invented(5000))) > 4000


def test_the_same_generator_invents_the_same_words() -> None:
    assert invented(50, seed=3) == invented(50, seed=3) != invented(50, seed=4)


def test_no_invented_word_is_a_test_word_even_where_the_syllables_could_make_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not set(invented(20_000)) & set(TEST_WORDS)
    syllables = iter(["risk", "ris", "k"] * 20 + ["zup"] * 3)  # alone, or put together, a test word
    monkeypatch.setattr("figgen.data.words._syllable", lambda rng: next(syllables))
    assert invent(np.random.default_rng(0)) not in TEST_WORDS


def test_test_words_are_several_hundred_real_ones_each_once() -> None:
    assert 400 < len(TEST_WORDS) == len(set(TEST_WORDS))
    assert {"gradient", "entropy", "weather"} <= set(TEST_WORDS)
    assert all(word.isalpha() and word.islower() and 3 <= len(word) <= 10 for word in TEST_WORDS)


def test_a_test_word_is_held_out_in_any_case() -> None:
    assert is_held_out("Gradient") and is_held_out("GRADIENT") and not is_held_out("gradiont")


def test_only_the_test_split_recalls_real_words() -> None:
    assert word_maker("test") is recall
    assert word_maker("train") is word_maker("val") is invent
