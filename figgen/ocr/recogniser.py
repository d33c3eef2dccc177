"""Recognisers that spell frame by frame (CTC): what they share."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.ocr.teacher import Features, Teacher

READ_TOGETHER = 16  # crops

ModuleT = TypeVar("ModuleT", bound=nn.Module)


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

    def forward(self, crops: Tensor, widths: Tensor) -> Reading:
        """Crops => log-probabilities of the classes, frame by frame."""
        log_probs = self.classify(self.look(crops, widths)).log_softmax(-1)
        return Reading(log_probs, self.frames(widths).clamp(max=len(log_probs)))

    def features(self, crops: Tensor, widths: Tensor) -> Features:
        seen = self.look(crops, widths)
        return Features(seen, self.frames(widths).clamp(max=len(seen)))

    def misreading(self, crops: Tensor, widths: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
        return self.ctc(crops, widths, targets)

    def ctc(self, crops: Tensor, widths: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
        """CTC(R(crop), s) / |s| for M crops and M encoded strings: (M,). 0 where s cannot fit its crop."""
        log_probs, lengths = self(crops, widths)
        sizes = torch.tensor([len(target) for target in targets], device=crops.device)
        flat = torch.tensor([k for target in targets for k in target], device=crops.device)
        loss = F.ctc_loss(log_probs, flat, lengths, sizes, self.blank, reduction="none", zero_infinity=True)
        return loss / sizes

    def encode(self, text: str) -> list[int] | None:
        """Class numbers of `text`; None where a character is unknown or even the widest crop has too few frames."""
        classes = self._class_of()
        if not text or any(c not in classes for c in text):
            return None
        most = int(self.frames(torch.tensor([self.max_width]))[0])
        return [classes[c] for c in text] if frames_needed(text) <= most else None

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

    def _class_of(self) -> dict[str, int]:
        if "_classes" not in self.__dict__:
            self._classes = {c: k for k, c in enumerate(self.alphabet) if k != self.blank}
        return self._classes


def trim(crops: Tensor, widths: Tensor, multiple: int) -> Tensor:
    """Crops (M, C, h, w) without the columns that no content reaches, the width kept a multiple."""
    if len(crops) == 0:
        return crops
    return crops[..., : -(-int(widths.max()) // multiple) * multiple]


def frames_needed(text: str) -> int:
    """The fewest CTC frames that can spell `text`: one a character, one blank between equal neighbours."""
    return len(text) + sum(a == b for a, b in itertools.pairwise(text))


def freeze(module: ModuleT) -> ModuleT:
    """The module in eval mode, its weights turned into buffers that no optimizer sees and no checkpoint saves.

    Buffers still follow `.to(device)`, and gradients still flow through to the input.
    """
    for part in module.eval().modules():
        for name, weight in list(part.named_parameters(recurse=False)):
            delattr(part, name)
            part.register_buffer(name, weight.detach(), persistent=False)
        part._non_persistent_buffers_set.update(part._buffers)
    return module
