"""Captions as words: a vector each from its bytes, so that none is unknown, then a small transformer over them.

A tenth as many tokens as bytes, which is what a demo on two cores can look at in every step.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from figgen.layout.nets import WordReader, transformer
from figgen.layout.words import Word, words_of


class WordEncoder(nn.Module):
    """B captions => features (B, L, width) and mask (B, L), always L = max_words + 1 long.

    The first token is no word: the empty caption has it, too. The fixed length keeps picture i a function of caption
    i alone, whatever else is in the batch.
    """

    def __init__(self, width: int = 128, depth: int = 1, heads: int = 4, max_words: int = 40) -> None:
        super().__init__()
        self.max_words = max_words
        self.read = WordReader(width, max_words + 1)
        self.layers = transformer(width, depth, heads, 0.0)

    def forward(self, captions: Sequence[str]) -> tuple[Tensor, Tensor]:
        words = [(Word(""), *words_of(caption)[: self.max_words]) for caption in captions]
        vectors, there = self.read(words)
        states = self.layers(vectors, src_key_padding_mask=~there)
        missing = self.max_words + 1 - states.shape[1]
        features = torch.nn.functional.pad(states * there[..., None], (0, 0, 0, missing))
        return features, torch.nn.functional.pad(there, (0, missing))
