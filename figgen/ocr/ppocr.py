"""PP-OCR's networks, which ship inside the rapidocr wheel, as frozen torch modules that let gradients through.

From ONNX to torch a network is cut where one wants to look; the recogniser is whole, a detector is a trunk (trunk.py).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from figgen.ocr.rapidocr import RECOGNISER, model_file
from figgen.ocr.recogniser import Recogniser, freeze, trim
from figgen.runs.errors import OCRUnavailable

if TYPE_CHECKING:
    import onnx

STRIDE = 8  # columns of a crop to one frame


class PPOCR(Recogniser):
    """PP-OCRv6 small: CTC over 18,710 classes, 5.3 M weights, crops 48 high, one frame to 8 columns."""

    height = 48
    max_width = 320
    blank = 0

    def __init__(self, network: nn.Module, head: nn.Linear, alphabet: tuple[str, ...]) -> None:
        """network: (M, 3, 48, w) BGR in [-1, 1] => features (M, T, F); head: features => logits (M, T, K)."""
        super().__init__()
        self.network = network
        self.head = head
        self.alphabet = alphabet

    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        crops = trim(crops, widths, STRIDE)
        columns = torch.arange(crops.shape[-1], device=crops.device)
        content = columns < widths[:, None, None, None]
        return self.network(crops.flip(1).where(content, 0.0)).transpose(0, 1)  # it was trained on grey padding

    def classify(self, seen: Tensor) -> Tensor:
        return self.head(seen)

    def frames(self, widths: Tensor) -> Tensor:
        return (widths + STRIDE - 1) // STRIDE


def load(weights: str | Path | None = None) -> PPOCR:
    """The frozen recogniser from `weights`, an .onnx file; None takes the one in the rapidocr wheel."""
    import onnx

    model = onnx.load(str(locate(weights)))
    alphabet = _alphabet(model)
    features, head = _last_layer(model.graph)
    return freeze(PPOCR(frozen_torch(model, [features]), head, alphabet))


def locate(weights: str | Path | None = None) -> Path:
    """The recogniser's .onnx file."""
    path = Path(weights) if weights is not None else model_file(RECOGNISER, "teacher=crnn")
    if not path.is_file():
        raise OCRUnavailable(
            f"No PP-OCR weights at {path}: give teacher.model.weights the path of a PP-OCR recogniser in .onnx, "
            "or null for the one in the rapidocr wheel, or choose teacher=crnn."
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


def _last_layer(graph: onnx.GraphProto) -> tuple[str, nn.Linear]:
    """The name of the features that enter the last layer, and that layer, without its softmax.

    Logits instead of probabilities: log-probabilities stay exact where probabilities underflow.
    """
    from onnx.numpy_helper import to_array

    known = {tensor.name: torch.from_numpy(to_array(tensor).copy()) for tensor in graph.initializer}
    softmax = _maker_of(graph, graph.output[0].name)
    add = _maker_of(graph, softmax.input[0])
    product = _maker_of(graph, add.input[0])
    assert [n.op_type for n in (softmax, add, product)] == ["Softmax", "Add", "MatMul"]
    weight, bias = known[product.input[1]], known[add.input[1]]  # (F, K), (K,)
    head = nn.Linear(*weight.shape)
    head.load_state_dict({"weight": weight.T, "bias": bias})
    return product.input[0], head


def _maker_of(graph: onnx.GraphProto, value: str) -> onnx.NodeProto:
    """The node that computes `value`, looking through identities."""
    makers = {name: node for node in graph.node for name in node.output}
    node = makers[value]
    while node.op_type == "Identity":
        node = makers[node.input[0]]
    return node


def frozen_torch(model: onnx.ModelProto, ends: Sequence[str]) -> nn.Module:
    """The part of `model` that leads to the values named `ends`, as a frozen module that returns them."""
    from onnx2torch import convert

    warnings.filterwarnings("ignore", "Using a non-tuple sequence", module="onnx2torch")
    _write_out_padding(model.graph)
    _end_at(model.graph, ends)
    return freeze(convert(model))


def _write_out_padding(graph: onnx.GraphProto) -> None:
    """SAME_UPPER on a stride-1, kernel-2 node is one row below and one column to the right; onnx2torch wants it so."""
    from onnx.helper import make_attribute

    for node in graph.node:
        fields = {attribute.name: attribute for attribute in node.attribute}
        if "auto_pad" in fields and fields["auto_pad"].s == b"SAME_UPPER":
            assert list(fields["kernel_shape"].ints) == [2, 2] and set(fields["strides"].ints) == {1}, node.name
            node.attribute.remove(fields["auto_pad"])
            node.attribute.append(make_attribute("pads", [0, 0, 1, 1]))


def _end_at(graph: onnx.GraphProto, ends: Sequence[str]) -> None:
    """Let the graph return the values `ends`, and drop every node that they do not need."""
    from onnx.helper import make_empty_tensor_value_info

    needed, kept = set(ends), []
    for node in reversed(graph.node):  # a graph lists its nodes in the order of their work
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    del graph.node[:], graph.output[:]
    graph.node.extend(reversed(kept))
    graph.output.extend(make_empty_tensor_value_info(name) for name in ends)
