"""A recogniser that minds neither case nor punctuation: its classes are summed, and nothing else changes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from figgen.ocr.crnn import load
from figgen.ocr.recogniser import Folded, Recogniser, folded


class Seen(Recogniser):
    """Its crops are its logits: (M, T, K)."""

    height, max_width, blank = 1, 8, 2
    alphabet = ("a", "B", "", "A", ".", "b", "7")

    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        return crops.transpose(0, 1)

    def classify(self, seen: Tensor) -> Tensor:
        return seen

    def frames(self, widths: Tensor) -> Tensor:
        return widths


LOGITS = torch.randn(3, 4, 7, generator=torch.Generator().manual_seed(0))
WIDTHS = torch.full((3,), 4)


def test_probabilities_of_both_cases_are_summed_and_punctuation_is_blank() -> None:
    reader = Folded(Seen())
    assert reader.alphabet == ("", "a", "b", "7")
    chances = LOGITS.softmax(-1)
    merged = [chances[..., [2, 4]], chances[..., [0, 3]], chances[..., [1, 5]], chances[..., [6]]]
    expected = torch.stack([chance.sum(-1) for chance in merged], -1).transpose(0, 1)
    torch.testing.assert_close(reader(LOGITS, WIDTHS).log_probs.exp(), expected)


def test_a_word_is_as_likely_as_all_its_spellings_together() -> None:
    """One frame a letter and none to spare: the sum over spellings is over single paths."""
    reader = Folded(Seen())
    log_chance = -2 * reader.misreading(LOGITS[:1, :2], torch.tensor([2]), [[1, 2]])[0]
    chances = LOGITS[0].softmax(-1)
    spellings = [chances[0, a] * chances[1, b] for a in (0, 3) for b in (1, 5)]
    assert log_chance.exp().item() == pytest.approx(sum(map(float, spellings)), rel=1e-5)


def test_what_is_all_but_impossible_keeps_its_gradient() -> None:
    logits = torch.zeros(1, 2, 7)
    logits[..., 6] = 500.0
    logits.requires_grad_()
    Folded(Seen()).misreading(logits, torch.tensor([2]), [[1, 2]]).sum().backward()
    assert logits.grad is not None and logits.grad.isfinite().all()
    torch.testing.assert_close(logits.grad[0, 0, [0, 3]], torch.full((2,), -0.25))  # of 1 / |s|, half to each case


def test_texts_are_taken_as_they_would_have_been_written_down() -> None:
    reader = Folded(Seen())
    assert reader.encode("A.b") == reader.encode("ab") == [1, 2]
    assert reader.encode(".") is None and reader.encode("c") is None
    assert reader.greedy(torch.eye(4)[[1, 0, 1, 2, 2, 3]][:, None], torch.tensor([6])) == ["aab7"]


def test_shipped_recogniser_is_left_with_letters_and_digits() -> None:
    assert "".join(sorted(Folded(load()).alphabet)) == "0123456789abcdefghijklmnopqrstuvwxyz"


def test_a_character_whose_lower_case_is_two_stays_itself() -> None:
    assert [folded(c) for c in "Aß.İ"] == ["a", "ß", "", "İ"]
