"""TrOCR (Li et al. 2021), or any other VisionEncoderDecoder of transformers, as a teacher.

It has no CTC: a misreading is the mean cross entropy of the text's tokens, each given the true ones before it, and its
features are the encoder's last hidden states.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.ocr.recogniser import Features, Teacher, freeze
from figgen.runs.errors import OCRUnavailable

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase, VisionEncoderDecoderModel

IGNORED = -100  # the label of what is no token


class TrOCR(Teacher):
    """Crops are stretched to the encoder's square, whatever their aspect: so it was trained."""

    height = 64
    max_width = 512
    mean: Tensor
    std: Tensor

    def __init__(
        self,
        model: VisionEncoderDecoderModel,
        tokenizer: PreTrainedTokenizerBase,
        mean: Sequence[float],
        std: Sequence[float],
    ) -> None:
        """mean, std: the model's image normalisation, for pixels in [0, 1]."""
        super().__init__()
        self.model, self.tokenizer = model, tokenizer
        self.side = int(model.encoder.config.image_size)
        self.most = int(model.decoder.config.max_position_embeddings) - 2  # start and end
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("std", torch.tensor(std)[:, None, None])

    def encode(self, text: str) -> list[int] | None:
        tokens = self.tokenizer(text, add_special_tokens=False).input_ids
        is_exact = bool(tokens) and self._spell([tokens])[0] == text
        return tokens if is_exact and len(tokens) <= self.most else None

    def misreading(self, crops: Tensor, widths: Tensor, targets: Sequence[Sequence[int]]) -> Tensor:
        start, end = self.model.config.decoder_start_token_id, self.tokenizer.eos_token_id
        given = self._padded([[start, *target] for target in targets], end, crops.device)
        wanted = self._padded([[*target, end] for target in targets], IGNORED, crops.device)
        logits = self.model(pixel_values=self._stretched(crops, widths), decoder_input_ids=given).logits  # (M, T, K)
        entropy = F.cross_entropy(logits.transpose(1, 2), wanted, ignore_index=IGNORED, reduction="none")
        return entropy.sum(1) / (wanted != IGNORED).sum(1)

    def features(self, crops: Tensor, widths: Tensor) -> Features:
        states = self.model.encoder(pixel_values=self._stretched(crops, widths)).last_hidden_state  # (M, T, F)
        return Features(states.transpose(0, 1), torch.full_like(widths, states.shape[1]))

    @torch.no_grad()
    def read(self, crops: Tensor, widths: Tensor) -> list[str]:
        """The likeliest token, one after the other; transformers' generate wants weights that are parameters."""
        states = self.model.encoder(pixel_values=self._stretched(crops, widths))
        start, end = self.model.config.decoder_start_token_id, self.tokenizer.eos_token_id
        tokens = torch.full((len(crops), 1), start, device=crops.device)
        ended = torch.zeros(len(crops), dtype=torch.bool, device=crops.device)
        while len(tokens.T) <= self.most and not ended.all():
            logits = self.model(encoder_outputs=states, decoder_input_ids=tokens).logits[:, -1]
            best = logits.argmax(-1).where(~ended, end)
            tokens, ended = torch.cat((tokens, best[:, None]), dim=1), ended | (best == end)
        return self._spell(tokens)

    def _spell(self, tokens: Tensor | list[list[int]]) -> list[str]:
        return [text.strip() for text in self.tokenizer.batch_decode(tokens, skip_special_tokens=True)]

    def _stretched(self, crops: Tensor, widths: Tensor) -> Tensor:
        """The content of crops (M, 3, h, w) => the encoder's normalised input (M, 3, side, side)."""
        places = (torch.arange(self.side, device=crops.device) + 0.5) / self.side  # 0 to 1
        x = 2 * places * (widths / crops.shape[-1])[:, None] - 1  # (M, side)
        y = (2 * places - 1).expand_as(x)
        grid = torch.stack((x[:, None].expand(-1, self.side, -1), y[:, :, None].expand(-1, -1, self.side)), dim=-1)
        square = F.grid_sample(crops, grid.to(crops), mode="bilinear", padding_mode="border", align_corners=False)
        return ((square + 1) / 2 - self.mean) / self.std

    @staticmethod
    def _padded(rows: Sequence[Sequence[int]], filler: int, device: torch.device) -> Tensor:
        longest = max(map(len, rows))
        return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in rows], device=device)


def load(source: str) -> TrOCR:
    """The frozen recogniser in the folder `source`, or of that name on the Hugging Face hub."""
    from transformers import AutoImageProcessor, AutoTokenizer, VisionEncoderDecoderModel

    try:
        model = VisionEncoderDecoderModel.from_pretrained(source)
        tokenizer = AutoTokenizer.from_pretrained(source)
        processor = AutoImageProcessor.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise OCRUnavailable(
            f"No TrOCR at teacher.model.source={source} ({str(error).splitlines()[0]}): give a folder that "
            "save_pretrained wrote or a name on the Hugging Face hub, or choose teacher=ppocr or teacher=crnn."
        ) from error
    return freeze(TrOCR(model, tokenizer, processor.image_mean, processor.image_std))
