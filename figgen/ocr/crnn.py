"""Our own small recogniser: 0.6 M weights, printable ASCII, a few milliseconds a crop on a CPU.

Convolutions only, in spite of the family's name: a cuDNN recurrent layer refuses to pass gradients in eval mode.
"""

from __future__ import annotations

import string
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from figgen.ocr import options
from figgen.ocr.recogniser import Recogniser, freeze, trim
from figgen.runs.errors import CheckpointError, OCRUnavailable

STRIDE = 4  # columns of a crop to one frame
ASCII = "".join(sorted(string.printable.strip() + " "))  # 95 characters
LUMINANCE = (0.299, 0.587, 0.114)


class CRNN(Recogniser):
    """CTC over printable ASCII; crops 32 high, grey inside, one frame to 4 columns."""

    height = 32
    max_width = 320
    blank = 0
    alphabet = ("", *ASCII)
    luminance: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("luminance", torch.tensor(LUMINANCE)[:, None, None], persistent=False)
        self.rows = nn.Sequential(  # 32 x w => 1 x w/4
            _conv(1, 24, 5, (2, 2)),
            _conv(24, 48, 3, (2, 2)),
            Residual(_conv(48, 48, 3)),
            _conv(48, 80, 3, (2, 1)),
            Residual(_conv(80, 80, 3)),
            _normed(nn.Conv2d(80, 144, (4, 3), padding=(0, 1), bias=False), nn.BatchNorm2d(144)),
        )
        self.letters = nn.Sequential(*(Residual(_along(144, apart)) for apart in (1, 2, 4)))
        self.head = nn.Conv1d(144, len(self.alphabet), 1)

    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        grey = (trim(crops, widths, STRIDE) * self.luminance).sum(1, keepdim=True)
        return self.letters(self.rows(grey).squeeze(2)).permute(2, 0, 1)

    def classify(self, seen: Tensor) -> Tensor:
        return self.head(seen.permute(1, 2, 0)).permute(2, 0, 1)

    def frames(self, widths: Tensor) -> Tensor:
        return (widths + STRIDE - 1) // STRIDE


class Residual(nn.Module):
    """x + f(x)."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


def _conv(channels: int, out: int, kernel: int, stride: tuple[int, int] = (1, 1)) -> nn.Sequential:
    return _normed(nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out))


def _along(channels: int, apart: int) -> nn.Sequential:
    """A look at four neighbouring frames, the nearest `apart` from here: whether o is O, the whole word tells."""
    conv = nn.Conv1d(channels, channels, 5, padding=2 * apart, dilation=apart, bias=False)
    return _normed(conv, nn.BatchNorm1d(channels))


def _normed(conv: nn.Module, norm: nn.Module) -> nn.Sequential:
    return nn.Sequential(conv, norm, nn.ReLU(inplace=True))


def load(weights: str | Path | None = None) -> CRNN:
    """The frozen recogniser with `weights`, a .safetensors file of train_crnn; None takes the shipped one."""
    path = Path(weights) if weights is not None else options.CRNN
    if not path.is_file():
        raise OCRUnavailable(
            f"No weights of the small recogniser at {path}: run `python -m figgen.crnn_training`, "
            "or choose teacher=ppocr."
        )
    model = CRNN()
    try:
        model.load_state_dict(load_file(path))
    except (RuntimeError, SafetensorError) as error:
        raise CheckpointError(
            f"{path} does not hold weights of the small recogniser: write them with `python -m figgen.crnn_training`."
        ) from error
    return freeze(model)
