"""The parts of a planner: what reads words, what reads boxes, and what writes a box one number after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn

from figgen.layout.words import Word

BYTES, LETTERS = 16, 32  # of a word, that the net looks at and counts


def transformer(width: int, depth: int, heads: int, dropout: float) -> nn.TransformerEncoder:
    """Blocks with the norm before each half, and one at the end."""
    block = nn.TransformerEncoderLayer(
        width, heads, 4 * width, dropout, activation="gelu", batch_first=True, norm_first=True
    )
    return nn.TransformerEncoder(block, depth, nn.LayerNorm(width), enable_nested_tensor=False)


class WordReader(nn.Module):
    """A vector per word from its bytes, length, punctuation and place: words never seen before have one as well."""

    def __init__(self, width: int, longest_caption: int) -> None:
        super().__init__()
        half = width // 2
        self.byte, self.place = nn.Embedding(257, half, padding_idx=256), nn.Embedding(BYTES, half)
        self.mix = nn.Sequential(nn.Linear(half, width), nn.GELU())
        self.pooled = nn.Linear(2 * width, width)
        self.length = nn.Embedding(LETTERS, width)
        self.before, self.after = nn.Embedding(257, width), nn.Embedding(257, width)
        self.position = nn.Embedding(longest_caption, width)

    def forward(self, captions: Sequence[Sequence[Word]]) -> tuple[Tensor, Tensor]:
        """Words of B captions => (B, N, width), and where there are any (B, N) bool."""
        device = self.position.weight.device
        words = [word for caption in captions for word in caption]
        real = torch.arange(max(map(len, captions))) < torch.tensor([[len(caption)] for caption in captions])
        real = real.to(device)
        ids = torch.tensor([byte_ids(word.text, BYTES) for word in words], device=device)
        letters = torch.tensor([min(len(word.text), LETTERS) - 1 for word in words], device=device)
        before = torch.tensor([byte_ids(word.before, 1)[0] for word in words], device=device)
        after = torch.tensor([byte_ids(word.after, 1)[0] for word in words], device=device)
        vectors = self.spelling(ids) + self.length(letters.clamp_min(0)) + self.before(before) + self.after(after)
        states = vectors.new_zeros(*real.shape, vectors.shape[1])
        states[real] = vectors
        return states + self.position.weight[: real.shape[1]], real

    def spelling(self, ids: Tensor) -> Tensor:
        """Bytes (M, BYTES) => (M, width): mean and maximum over what is there."""
        there = (ids < 256)[..., None]
        mixed = self.mix(self.byte(ids) + self.place.weight) * there
        mean = mixed.sum(1) / there.sum(1).clamp_min(1)
        return self.pooled(torch.cat([mean, mixed.amax(1)], 1))


@lru_cache(maxsize=100_000)
def byte_ids(text: str, number: int) -> tuple[int, ...]:
    """The first bytes of a word, 256 where there are fewer."""
    found = tuple(text.encode("utf-8", "replace")[:number])
    return found + (256,) * (number - len(found))


class BoxReader(nn.Module):
    """A vector per box from waves over its edges, middle and size."""

    frequencies: Tensor

    def __init__(self, width: int, waves: int = 6) -> None:
        super().__init__()
        self.register_buffer("frequencies", torch.pi * 2.0 ** torch.arange(waves), persistent=False)
        self.mix = nn.Linear(8 * 2 * waves, width)

    def forward(self, boxes: Tensor) -> Tensor:
        """Left, top, width, height in shares of the sheet (..., 4) => (..., width)."""
        left, top, width, height = boxes.unbind(-1)
        edges = (left, left + width / 2, left + width, top, top + height / 2, top + height, width, height)
        phases = torch.stack(edges, -1)[..., None] * self.frequencies
        return self.mix(torch.cat([phases.sin(), phases.cos()], -1).flatten(-2))


class BoxWriter(nn.Module):
    """Logits for one part of a box after the other, each given those before it.

    Those of y and x are sums of what the place on the sheet says and of what its distance from each mark says.
    """

    def __init__(self, width: int, sizes: Sequence[int], near: int = 8) -> None:
        super().__init__()
        self.near, self.marks = near, (slice(0), slice(0), slice(0, 1), slice(1, 5))  # of each part
        offsets = [len(range(5)[marks]) * (2 * near + 1) for marks in self.marks]
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, size + extra))
            for size, extra in zip(sizes, offsets, strict=True)
        )
        self.sizes = tuple(sizes)
        self.seen = nn.ModuleList(nn.Embedding(size, width) for size in sizes)

    def logits(self, part: int, state: Tensor, bins: Tensor, marks: Tensor) -> Tensor:
        """State (..., width), bins (..., 4), of which the first `part` are used, marks (..., 5) => (..., classes)."""
        for i, seen in enumerate(list(self.seen)[:part]):
            state = state + seen(bins[..., i])
        size = self.sizes[part]
        sheet, offsets = self.heads[part](state).tensor_split([size], -1)
        places = marks[..., self.marks[part], None] + torch.arange(-self.near, self.near + 1, device=marks.device)
        places = places.flatten(-2)
        outside = (places < 0) | (places >= size)
        return sheet.scatter_add(-1, places.clamp(0, size - 1), offsets.masked_fill(outside, 0.0))
