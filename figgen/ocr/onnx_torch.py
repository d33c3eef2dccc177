"""PP-OCR's networks from ONNX to torch: cut where one wants to look, frozen, gradients flow to the input."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from torch import nn

from figgen.ocr.recogniser import freeze

if TYPE_CHECKING:
    import onnx


def frozen_torch(model: onnx.ModelProto, ends: Sequence[str]) -> nn.Module:
    """The part of `model` that leads to the values named `ends`, as a frozen module that returns them."""
    from onnx2torch import convert

    warnings.filterwarnings("ignore", "Using a non-tuple sequence", module="onnx2torch")
    write_out_padding(model.graph)
    end_at(model.graph, ends)
    return freeze(convert(model))


def write_out_padding(graph: onnx.GraphProto) -> None:
    """SAME_UPPER on a stride-1, kernel-2 node is one row below and one column to the right; onnx2torch wants it so."""
    from onnx.helper import make_attribute

    for node in graph.node:
        fields = {attribute.name: attribute for attribute in node.attribute}
        if "auto_pad" in fields and fields["auto_pad"].s == b"SAME_UPPER":
            assert list(fields["kernel_shape"].ints) == [2, 2] and set(fields["strides"].ints) == {1}, node.name
            node.attribute.remove(fields["auto_pad"])
            node.attribute.append(make_attribute("pads", [0, 0, 1, 1]))


def end_at(graph: onnx.GraphProto, ends: Sequence[str]) -> None:
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


def maker_of(graph: onnx.GraphProto, value: str) -> onnx.NodeProto:
    """The node that computes `value`, looking through identities."""
    makers = {name: node for node in graph.node for name in node.output}
    node = makers[value]
    while node.op_type == "Identity":
        node = makers[node.input[0]]
    return node
