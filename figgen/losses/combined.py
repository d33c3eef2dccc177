"""A text term beside the plain loss: L = plain_weight · L_plain + weight · L_term."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor, nn

from figgen.losses.parts import LossParts, Objective, Posterior
from figgen.ocr.batch import BoxBatch
from figgen.runs.errors import DataError


class Term(Objective, ABC):
    """How far a reconstruction is from its target in what can be read: one idea, without its weight."""

    name: str  # of its part in the log
    needs_words = False  # whether there is nothing to learn without word boxes

    @abstractmethod
    def forward(self, recon: Tensor, target: Tensor, boxes: BoxBatch, step: int) -> Tensor:
        """Pixels x̂ and x (B, C, H, W) in [-1, 1] and their words => a distance ()."""


class Combined(Objective):
    """plain: called as (recon, target, posterior, boxes, step) -> LossParts; it is all there is before step `start`."""

    def __init__(
        self, plain: nn.Module, term: Term, *, weight: float = 1.0, plain_weight: float = 1.0, start: int = 0
    ) -> None:
        super().__init__()
        self.plain, self.term = plain, term
        self.weight, self.plain_weight, self.start = weight, plain_weight, start

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        """Pixels x̂ and x (B, C, H, W) in [-1, 1] => the total and its weighted parts."""
        plain = self.plain(recon, target, posterior, boxes, step)
        if step < self.start or self.weight == 0:
            return LossParts(plain.total, {**plain.parts, self.term.name: plain.total.new_zeros(())})
        part = self.weight * self.term(recon, target, boxes, step)
        parts = {name: self.plain_weight * value for name, value in plain.parts.items()}
        return LossParts(self.plain_weight * plain.total + part, {**parts, self.term.name: part})

    def examine(self, pixels: Tensor, boxes: BoxBatch) -> dict[str, float]:
        if self.term.needs_words and not len(boxes):
            raise DataError(
                f"This loss looks at words, and not one of {len(pixels)} training pictures has a word box: prepare the "
                "data again with detector=rapidocr or detector=tesseract, or choose loss=plain or loss=ocr_perceptual."
            )
        return self.term.examine(pixels, boxes)

    def report(self) -> dict[str, int]:
        return self.term.report()

    def words_read(self, pixels: Tensor, boxes: BoxBatch) -> list[bool]:
        return self.term.words_read(pixels, boxes)
