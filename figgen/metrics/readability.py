"""Can the words be read? Words that an OCR engine read against the words that stand there.

Words are lower-cased and stripped of punctuation; what is then empty is dropped on both sides. A picture in which
the engine reads nothing counts as 0. A picture without true words has nothing to read and is left out: `n` says
how many were counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from figgen.metrics.bootstrap import Measured, interval, interval_of_means
from figgen.ocr.boxes import normalise

Words = Sequence[Sequence[str]]  # one list of words a picture, in reading order
_TINY = 1e-8  # as in MARIO-Eval


def readability(predicted: Words, truth: Words, seed: int = 0) -> dict[str, Measured]:
    """Every number of this file: precision, recall, f1, accuracy, ned, cer."""
    return {
        **word_scores(predicted, truth, seed),
        "accuracy": strict_accuracy(predicted, truth, seed),
        "ned": ned(predicted, truth, seed),
        "cer": cer(predicted, truth, seed),
    }


def word_scores(predicted: Words, truth: Words, seed: int = 0) -> dict[str, Measured]:
    """MARIO-Eval: mean precision, mean recall, and the F1 *of these means*, over multisets of whole words."""
    rows = np.array([_precision_recall(p, t) for p, t in _pairs(predicted, truth)]).reshape(-1, 2)
    return {
        "precision": interval(rows[:, 0], seed),
        "recall": interval(rows[:, 1], seed),
        "f1": interval_of_means(rows, _harmonic_mean, seed),
    }


def strict_accuracy(predicted: Words, truth: Words, seed: int = 0) -> Measured:
    """The share of pictures whose words are exactly the true ones, in any order."""
    return interval([float(Counter(p) == Counter(t)) for p, t in _pairs(predicted, truth)], seed)


def ned(predicted: Words, truth: Words, seed: int = 0) -> Measured:
    """1 - edit distance / length of the longer, on all words of a picture joined: 1 is perfect (AnyText)."""
    pairs = _pairs(predicted, truth)
    return interval([Levenshtein.normalized_similarity(" ".join(p), " ".join(t)) for p, t in pairs], seed)


def cer(predicted: Words, truth: Words, seed: int = 0) -> Measured:
    """Summed edit distance / summed true length, on the words joined: 0 is perfect, may exceed 1."""
    texts = [(" ".join(p), " ".join(t)) for p, t in _pairs(predicted, truth)]
    rows = np.array([(Levenshtein.distance(p, t), len(t)) for p, t in texts], dtype=np.float64).reshape(-1, 2)
    return interval_of_means(rows, lambda means: means[..., 0] / means[..., 1], seed)


def normalise_words(words: Iterable[str]) -> list[str]:
    """Words lower-cased and without punctuation, the empty ones dropped."""
    return [kept for word in words if (kept := normalise(word))]


def _pairs(predicted: Words, truth: Words) -> list[tuple[list[str], list[str]]]:
    """Normalised words of the pictures that have any true word."""
    both = zip(predicted, truth, strict=True)
    pairs = [(normalise_words(p), normalise_words(t)) for p, t in both]
    return [(p, t) for p, t in pairs if t]


def _precision_recall(predicted: list[str], truth: list[str]) -> tuple[float, float]:
    hits = (Counter(predicted) & Counter(truth)).total()
    return hits / (len(predicted) + _TINY), hits / (len(truth) + _TINY)


def _harmonic_mean(means: np.ndarray) -> np.ndarray:
    precision, recall = means[..., 0], means[..., 1]
    return 2 * precision * recall / (precision + recall + _TINY)
