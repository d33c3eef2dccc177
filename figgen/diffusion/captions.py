"""Captions as bytes: a small transformer trained with the denoiser, no vocabulary and no download."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

PAD, START = 256, 257  # beside the 256 bytes; START keeps the empty caption from being no tokens at all


class ByteEncoder(nn.Module):
    """B captions => features (B, L, width) and mask (B, L), always L = max_bytes + 1 long.

    The fixed length keeps picture i a function of caption i alone, whatever else is in the batch.
    """

    def __init__(self, width: int = 128, depth: int = 2, heads: int = 4, max_bytes: int = 160) -> None:
        super().__init__()
        self.max_bytes = max_bytes
        self.embed = nn.Embedding(258, width)
        self.position = nn.Parameter(torch.randn(1, max_bytes + 1, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, depth, nn.LayerNorm(width), enable_nested_tensor=False)

    def tokens(self, captions: Sequence[str]) -> Tensor:
        """Captions => (B, L) int64: START, the UTF-8 bytes, PAD."""
        rows = [[START, *caption.encode()[: self.max_bytes]] for caption in captions]
        padded = [row + [PAD] * (self.max_bytes + 1 - len(row)) for row in rows]
        return torch.tensor(padded, device=self.position.device)

    def forward(self, captions: Sequence[str]) -> tuple[Tensor, Tensor]:
        tokens = self.tokens(captions)
        mask = tokens != PAD
        features = self.layers(self.embed(tokens) + self.position, src_key_padding_mask=~mask)
        return features * mask[..., None], mask
