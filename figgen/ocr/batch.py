"""The words of a batch of pictures, as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from figgen.ocr.boxes import TextBox, as_quad


@dataclass(frozen=True)
class BoxBatch:
    """All words of B pictures, one row each."""

    quads: Tensor  # (M, 4, 2) float32: corners in pixels, clockwise from the text's top left
    image: Tensor  # (M,) int64: the picture in the batch that row m belongs to
    texts: tuple[str, ...]  # M strings
    num_images: int  # B

    @classmethod
    def collate(cls, boxes: Sequence[Sequence[TextBox]]) -> BoxBatch:
        """One sequence of boxes per picture => the batch."""
        rows = [(i, box) for i, of_image in enumerate(boxes) for box in of_image]
        return cls(
            quads=torch.tensor([box.quad for _, box in rows], dtype=torch.float32).reshape(-1, 4, 2),
            image=torch.tensor([i for i, _ in rows], dtype=torch.int64),
            texts=tuple(box.text for _, box in rows),
            num_images=len(boxes),
        )

    def to(self, device: torch.device | str) -> BoxBatch:
        return BoxBatch(self.quads.to(device), self.image.to(device), self.texts, self.num_images)

    def pictures(self, start: int, stop: int) -> BoxBatch:
        """The words of those pictures alone."""
        kept = ((self.image >= start) & (self.image < stop)).nonzero()[:, 0]
        rows = self.select(kept)
        return BoxBatch(rows.quads, rows.image - start, rows.texts, stop - start)

    def words(self) -> list[list[TextBox]]:
        """The words of each picture."""
        found: list[list[TextBox]] = [[] for _ in range(self.num_images)]
        for image, quad, text in zip(self.image.tolist(), self.quads.tolist(), self.texts, strict=True):
            found[image].append(TextBox(as_quad(quad), text))
        return found

    def select(self, keep: Tensor) -> BoxBatch:
        """The rows whose indices `keep` (K,) lists, for the same pictures."""
        texts = tuple(self.texts[i] for i in keep.tolist())
        return BoxBatch(self.quads[keep], self.image[keep], texts, self.num_images)

    def __len__(self) -> int:
        return len(self.texts)
