"""Can the words be read? Words that an OCR engine read against the words that stand there.

A picture in which the engine reads nothing counts as 0. A picture without true words has nothing to read and is left
out: `n` says how many were counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np
from rapidfuzz.distance import Levenshtein

from figgen.metrics.scores import Scores, first
from figgen.ocr.boxes import normalise

Words = Sequence[Sequence[str]]  # one list of words a picture, in reading order
Clean = Callable[[Iterable[str]], list[str]]
_TINY = 1e-8  # as in MARIO-Eval


def normalise_words(words: Iterable[str]) -> list[str]:
    """Words lower-cased and without punctuation, the empty ones dropped."""
    return [kept for word in words if (kept := normalise(word))]


def as_written(words: Iterable[str]) -> list[str]:
    """Words cut at blanks."""
    return " ".join(words).split()


def mario_words(words: Iterable[str]) -> list[str]:
    """Words cut at blanks and lower-cased, punctuation kept."""
    return " ".join(words).lower().split()


def readability(predicted: Words, truth: Words) -> dict[str, Scores]:
    """What figgen's own tables say: words lower-cased and without punctuation."""
    return {
        **word_scores(predicted, truth, normalise_words),
        "accuracy": strict_accuracy(predicted, truth, normalise_words),
        "ned": ned(predicted, truth, normalise_words),
        "cer": cer(predicted, truth),
    }


def mario_eval(predicted: Words, truth: Words) -> dict[str, Scores]:
    """MARIO-Eval: words lower-cased, nothing else. Its accuracy takes [ab, c] for [a, bc]; the strict one does not."""
    scores = {
        **word_scores(predicted, truth, mario_words),
        "accuracy": _scores(predicted, truth, mario_words, lambda p, t: ["".join(sorted(p)) == "".join(sorted(t))]),
        "strict_accuracy": strict_accuracy(predicted, truth, mario_words),
    }
    return {f"mario_{name}": score for name, score in scores.items()}


def word_scores(predicted: Words, truth: Words, clean: Clean) -> dict[str, Scores]:
    """Mean precision, mean recall, and the F1 *of these means*, over multisets of whole words."""
    both = _scores(predicted, truth, clean, _precision_recall, columns=2)
    return {
        "precision": Scores(both.rows[:, :1]),
        "recall": Scores(both.rows[:, 1:]),
        "f1": Scores(both.rows, _harmonic_mean),
    }


def strict_accuracy(predicted: Words, truth: Words, clean: Clean) -> Scores:
    """The share of pictures whose words are exactly the true ones, in any order."""
    return _scores(predicted, truth, clean, lambda p, t: [Counter(p) == Counter(t)])


def ned(predicted: Words, truth: Words, clean: Clean = as_written, tiny: float = 0.0) -> Scores:
    """1 - edit distance / (length of the longer + tiny), on all words of a picture joined: 1 is perfect.

    AnyText adds 1e-5; OmniDoc-TokenBench takes for the truth what was read in the original picture.
    """

    def similarity(p: list[str], t: list[str]) -> list[float]:
        read, true = " ".join(p), " ".join(t)
        return [1 - Levenshtein.distance(read, true) / (max(len(read), len(true)) + tiny)]

    return _scores(predicted, truth, clean, similarity)


def cer(predicted: Words, truth: Words) -> Scores:
    """Summed edit distance / summed true length, on the words joined: 0 is perfect, may exceed 1."""
    return _error_rate(predicted, truth, " ".join)


def wer(predicted: Words, truth: Words) -> Scores:
    """As cer, words instead of letters."""
    return _error_rate(predicted, truth, list)


def _scores(
    predicted: Words,
    truth: Words,
    clean: Clean,
    judge: Callable[[list[str], list[str]], Sequence[float]],
    *,
    combine: Callable[[np.ndarray], np.ndarray] = first,
    columns: int = 1,
) -> Scores:
    """judge(read, true) of each picture with any true word, both cleaned."""
    if any(isinstance(words, str) for words in chain(predicted, truth)):
        raise TypeError("one list of words a picture, not one text")
    pairs = [(clean(p), clean(t)) for p, t in zip(predicted, truth, strict=True)]
    rows = [judge(p, t) if t else [np.nan] * columns for p, t in pairs]
    return Scores(np.array(rows, dtype=np.float64).reshape(-1, columns), combine)


def _error_rate(predicted: Words, truth: Words, symbols: Callable[[list[str]], Sequence[str]]) -> Scores:
    def error(p: list[str], t: list[str]) -> list[float]:
        return [Levenshtein.distance(symbols(p), symbols(t)), len(symbols(t))]

    return _scores(
        predicted, truth, normalise_words, error, combine=lambda means: means[..., 0] / means[..., 1], columns=2
    )


def _precision_recall(predicted: list[str], truth: list[str]) -> list[float]:
    hits = (Counter(predicted) & Counter(truth)).total()
    return [hits / (len(predicted) + _TINY), hits / (len(truth) + _TINY)]


def _harmonic_mean(means: np.ndarray) -> np.ndarray:
    precision, recall = means[..., 0], means[..., 1]
    return np.asarray(2 * precision * recall / (precision + recall + _TINY))
