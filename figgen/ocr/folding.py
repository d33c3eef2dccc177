"""A recogniser for words that were written down in lower case and without punctuation: it minds neither.

    p(c | frame) = Σ_k [k folds into c] p(k | frame)

Both cases of a letter are one class, and a mark of punctuation is the blank: no word that was written down so asks for
it, and none may be taught that it is not there. Merged before CTC, the classes judge and teach alike.
"""

from __future__ import annotations

import torch
from torch import Tensor

from figgen.ocr.boxes import normalise
from figgen.ocr.recogniser import Recogniser


def folded(character: str) -> str:
    """What a character is written down as, nothing for punctuation; itself where that is no single character."""
    plain = normalise(character)
    return plain if len(plain) <= 1 else character


class Folded(Recogniser):
    """`inner` with its classes merged."""

    blank = 0
    kinds: Tensor  # (K,) int64: the merged class of each class of `inner`

    def __init__(self, inner: Recogniser) -> None:
        super().__init__()
        self.inner, self.height, self.max_width = inner, inner.height, inner.max_width
        characters = [folded(character) for character in inner.alphabet]
        self.alphabet = tuple(dict.fromkeys(["", *characters]))
        places = {character: place for place, character in enumerate(self.alphabet)}
        self.register_buffer("kinds", torch.tensor([places[c] for c in characters]), persistent=False)

    def encode(self, text: str) -> list[int] | None:
        return super().encode(normalise(text))

    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        return self.inner.look(crops, widths)

    def classify(self, seen: Tensor) -> Tensor:
        """log Σ exp of each merged class's logits, from their largest on, so that none underflows."""
        logits = self.inner.classify(seen)
        shape = (*logits.shape[:-1], len(self.alphabet))
        kinds = self.kinds.expand_as(logits)
        largest = (
            logits.detach().new_empty(shape).scatter_reduce(-1, kinds, logits.detach(), "amax", include_self=False)
        )
        sums = logits.new_zeros(shape).index_add(-1, self.kinds, (logits - largest.gather(-1, kinds)).exp())
        return largest + sums.log()

    def frames(self, widths: Tensor) -> Tensor:
        return self.inner.frames(widths)
