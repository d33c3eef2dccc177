"""The pretrained PP-OCR recogniser that ships inside the rapidocr wheel, as a differentiable torch module."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from figgen.ocr.recogniser import Reading, Recogniser, freeze, trim
from figgen.runs.errors import OCRUnavailable

if TYPE_CHECKING:
    import onnx

MODEL = "models/PP-OCRv6_rec_small.onnx"
STRIDE = 8  # columns of a crop to one frame


class PPOCR(Recogniser):
    """PP-OCRv6 small: CTC over 18,710 classes, 5.3 M weights, crops 48 high, one frame to 8 columns."""

    height = 48
    max_width = 320
    blank = 0

    def __init__(self, network: nn.Module, alphabet: tuple[str, ...]) -> None:
        """network: (M, 3, 48, w) BGR in [-1, 1] => logits (M, T, K)."""
        super().__init__()
        self.network = network
        self.alphabet = alphabet

    def forward(self, crops: Tensor, widths: Tensor) -> Reading:
        crops = trim(crops, widths, STRIDE)
        columns = torch.arange(crops.shape[-1], device=crops.device)
        content = columns < widths[:, None, None, None]
        logits = self.network(crops.flip(1).where(content, 0.0))  # PP-OCR was trained on grey padding
        log_probs = logits.log_softmax(-1).transpose(0, 1)
        return Reading(log_probs, self.frames(widths).clamp(max=len(log_probs)))

    def frames(self, widths: Tensor) -> Tensor:
        return (widths + STRIDE - 1) // STRIDE


def load(weights: str | Path | None = None) -> PPOCR:
    """The frozen recogniser from `weights`, an .onnx file; None takes the one in the rapidocr wheel."""
    import onnx
    from onnx2torch import convert

    warnings.filterwarnings("ignore", "Using a non-tuple sequence", module="onnx2torch")
    model = onnx.load(str(locate(weights)))
    alphabet = _alphabet(model)
    _write_out_padding(model.graph)
    _end_at_logits(model.graph)
    return freeze(PPOCR(convert(model), alphabet))


def locate(weights: str | Path | None = None) -> Path:
    """The .onnx file, found without importing rapidocr, which takes seconds."""
    if weights is not None:
        path = Path(weights)
    else:
        spec = importlib.util.find_spec("rapidocr")
        if spec is None or spec.origin is None:
            raise OCRUnavailable(
                "PP-OCR's weights come with the rapidocr wheel, which is not installed: run "
                "`pip install 'rapidocr>=3.10,<4'`, or choose teacher=crnn."
            )
        path = Path(spec.origin).parent / MODEL
    if not path.is_file():
        raise OCRUnavailable(
            f"No PP-OCR weights at {path}: install rapidocr>=3.10,<4, or give teacher.model.weights "
            "the path of a PP-OCR recogniser in .onnx, or choose teacher=crnn."
        )
    return path


def _alphabet(model: onnx.ModelProto) -> tuple[str, ...]:
    """Class k => character: the blank, the list in the model's metadata, the space."""
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    if "character" not in metadata:
        raise OCRUnavailable(
            "The PP-OCR model has no `character` list in its metadata: take the recogniser (rec) "
            "model of rapidocr, not the detector or classifier."
        )
    return ("", *metadata["character"].removesuffix("\n").split("\n"), " ")


def _write_out_padding(graph: onnx.GraphProto) -> None:
    """SAME_UPPER on a stride-1, kernel-2 node is one row below and one column to the right; onnx2torch wants it so."""
    from onnx.helper import make_attribute

    for node in graph.node:
        fields = {attribute.name: attribute for attribute in node.attribute}
        if "auto_pad" in fields and fields["auto_pad"].s == b"SAME_UPPER":
            assert list(fields["kernel_shape"].ints) == [2, 2] and set(fields["strides"].ints) == {1}, node.name
            node.attribute.remove(fields["auto_pad"])
            node.attribute.append(make_attribute("pads", [0, 0, 1, 1]))


def _end_at_logits(graph: onnx.GraphProto) -> None:
    """Drop the last softmax, so that log-probabilities stay exact where probabilities underflow."""
    maker = {name: node for node in graph.node for name in node.output}
    end = maker[graph.output[0].name]
    while end.op_type == "Identity":
        end = maker[end.input[0]]
    assert end.op_type == "Softmax", end.op_type
    graph.output[0].name = end.input[0]
