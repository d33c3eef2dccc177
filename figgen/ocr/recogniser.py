"""The seam between text recognisers and losses, and what the frame-by-frame (CTC) recognisers share.

Upright crops of words go in, differentiable numbers come out. Crops are RGB (M, 3, height, w <= max_width) in [-1, 1],
whose first `widths` (M,) columns hold the word.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from types import MethodType
from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.ocr.boxes import normalise

READ_TOGETHER = 16  # crops

ModuleT = TypeVar("ModuleT", bound=nn.Module)


class Features(NamedTuple):
    """What a recogniser's last layer sees of M crops."""

    values: Tensor  # (T, M, F)
    lengths: Tensor  # (M,) int64: how many of the T belong to each crop


class Teacher(nn.Module, ABC):
    """Reads upright crops of words, and says how far a crop is from a given text."""

    height: int  # of the crops it reads
    max_width: int  # of the crops it reads

    @abstractmethod
    def encode(self, text: str) -> list[int] | None:
        """The symbols of `text`; None where it cannot be read: unknown characters, nothing at all, too long."""

    def fits(self, symbols: Sequence[int], columns: int) -> bool:
        """Whether a crop with so many columns of content is wide enough to spell `symbols`."""
        return True

    @abstractmethod
    def misreading(self, crops: Tensor, widths: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
        """How unlikely the M encoded texts are, per symbol: (M,), 0 at best."""

    @abstractmethod
    def features(self, crops: Tensor, widths: Tensor) -> Features:
        """What the last layer sees."""

    @abstractmethod
    def read(self, crops: Tensor, widths: Tensor) -> list[str]:
        """M strings."""


def feature_distance(ours: Features, theirs: Features) -> Tensor:
    """Mean squared difference of each of M crops, over its own frames and all features: (M,)."""
    error = (ours.values - theirs.values).square().mean(2)  # (T, M)
    frames = error.new_ones(len(error)).cumsum(0)[:, None] <= ours.lengths
    return (error * frames).sum(0) / ours.lengths.clamp(min=1)


class Reading(NamedTuple):
    """What a recogniser saw in M crops, ready for torch's CTC loss."""

    log_probs: Tensor  # (T, M, K)
    lengths: Tensor  # (M,) int64: frames of each crop that carry content


class Recogniser(Teacher):
    """A teacher by CTC. `alphabet[k]` is the character of class k; that of `blank` is empty."""

    blank: int
    alphabet: tuple[str, ...]

    @abstractmethod
    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        """Crops => what the last layer sees, frame by frame: (T, M, F)."""

    @abstractmethod
    def classify(self, seen: Tensor) -> Tensor:
        """The last layer: (T, M, F) => logits (T, M, K)."""

    @abstractmethod
    def frames(self, widths: Tensor) -> Tensor:
        """Content columns (M,) => frames (M,) int64 that the reading spends on them."""

    def features(self, crops: Tensor, widths: Tensor) -> Features:
        seen = self.look(crops, widths)
        return Features(seen, self.frames(widths).clamp(max=len(seen)))

    def forward(self, crops: Tensor, widths: Tensor) -> Reading:
        """Crops => log-probabilities of the classes, frame by frame."""
        seen, lengths = self.features(crops, widths)
        return Reading(self.classify(seen).log_softmax(-1), lengths)

    def misreading(self, crops: Tensor, widths: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
        """CTC(R(crop), s) / |s| for M crops and M encoded strings: (M,). 0 where s cannot fit its crop."""
        log_probs, lengths = self(crops, widths)
        sizes = torch.tensor([len(target) for target in targets], device=crops.device)
        flat = torch.tensor([k for target in targets for k in target], device=crops.device)
        loss = F.ctc_loss(log_probs, flat, lengths, sizes, self.blank, reduction="none", zero_infinity=True)
        return loss / sizes

    def encode(self, text: str) -> list[int] | None:
        """Class numbers of `text`; None where a character is unknown or even the widest crop has too few frames."""
        if not text or any(c not in self._classes for c in text):
            return None
        symbols = [self._classes[c] for c in text]
        return symbols if self.fits(symbols, self.max_width) else None

    def fits(self, symbols: Sequence[int], columns: int) -> bool:
        return frames_needed(symbols) <= int(self.frames(torch.tensor(columns)))

    def greedy(self, log_probs: Tensor, lengths: Tensor) -> list[str]:
        """The best class of each frame, repeats merged, blanks dropped: M strings."""
        best = log_probs.detach().argmax(-1).T.tolist()
        return [self._collapse(row[:n]) for row, n in zip(best, lengths.tolist(), strict=True)]

    @torch.no_grad()
    def read(self, crops: Tensor, widths: Tensor) -> list[str]:
        """Crops of like width together, so that little work goes into the white beside them."""
        texts: dict[int, str] = {}
        for rows in widths.argsort(stable=True).split(READ_TOGETHER):
            texts |= zip(rows.tolist(), self.greedy(*self(crops[rows], widths[rows])), strict=True)
        return [texts[i] for i in range(len(crops))]

    def _collapse(self, row: list[int]) -> str:
        changes = (k for before, k in itertools.pairwise([self.blank, *row]) if k != before)
        return "".join(self.alphabet[k] for k in changes if k != self.blank)

    @cached_property
    def _classes(self) -> dict[str, int]:
        return {c: k for k, c in enumerate(self.alphabet) if k != self.blank}


class Folded(Recogniser):
    """`inner` for words that were written down in lower case and without punctuation: it minds neither.

        p(c | frame) = Σ_k [k folds into c] p(k | frame)

    Both cases of a letter are one class, and a mark of punctuation is the blank: no word that was written down so asks
    for it, and none may be taught that it is not there. Merged before CTC, the classes judge and teach alike.
    """

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


def folded(character: str) -> str:
    """What a character is written down as, nothing for punctuation; itself where that is no single character."""
    plain = normalise(character)
    return plain if len(plain) <= 1 else character


def trim(crops: Tensor, widths: Tensor, multiple: int) -> Tensor:
    """Crops (M, C, h, w) without the columns that no content reaches, the width kept a multiple."""
    if len(crops) == 0:
        return crops
    return crops[..., : -(-int(widths.max()) // multiple) * multiple]


def frames_needed(symbols: Sequence[int]) -> int:
    """The fewest CTC frames that can spell `symbols`: one each, one blank between equal neighbours."""
    return len(symbols) + sum(a == b for a, b in itertools.pairwise(symbols))


def freeze(module: ModuleT) -> ModuleT:
    """The module in eval mode for good, its weights turned into buffers that no optimizer sees and no checkpoint saves.

    Buffers still follow `.to(device)`, and gradients still flow through to the input. What holds the module may be
    put into training mode: batch statistics stay those of its own training.
    """
    for part in module.eval().modules():
        for name, weight in list(part.named_parameters(recurse=False)):
            delattr(part, name)
            part.register_buffer(name, weight.detach(), persistent=False)
        part._non_persistent_buffers_set.update(part._buffers)
    module.train = MethodType(_keep_still, module)  # type: ignore[method-assign]
    return module


def _keep_still(module: ModuleT, mode: bool = True) -> ModuleT:
    """What `train` does to a frozen module."""
    return module
