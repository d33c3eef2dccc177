"""What a frozen text detector sees of a whole picture: feature maps, fine to coarse, gradients to the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.ocr.craft import load as load_craft
from figgen.ocr.ppocr import frozen_torch
from figgen.ocr.rapidocr import DETECTOR, model_file
from figgen.ocr.recogniser import freeze

if TYPE_CHECKING:
    import onnx

WHITE = 1.0


class Trunk(nn.Module):
    """A detector's network up to some of its feature maps.

    network: normalised pictures (B, 3, H, W) => maps (B, C_k, H/s_k, W/s_k).
    centre, spread: of the normalisation (x - centre) / spread, per channel R, G, B of pixels in [-1, 1].
    """

    centre: Tensor
    spread: Tensor
    multiple = 32  # sides of pictures are filled up with white to a multiple

    def __init__(self, network: nn.Module, name: str, centre: Sequence[float], spread: Sequence[float]) -> None:
        super().__init__()
        self.network = network
        self.name = name
        self.register_buffer("centre", torch.tensor(centre)[:, None, None], persistent=False)
        self.register_buffer("spread", torch.tensor(spread)[:, None, None], persistent=False)

    def forward(self, pixels: Tensor) -> list[Tensor]:
        """Pixels (B, 1 or 3, H, W) in [-1, 1] => feature maps."""
        height, width = pixels.shape[-2:]
        missing = (0, -width % self.multiple, 0, -height % self.multiple)
        filled = F.pad(pixels.float().expand(-1, 3, -1, -1), missing, value=WHITE)
        return list(self.network((filled - self.centre) / self.spread))


class Reversed(nn.Module):
    """A network that was trained on blue, green, red."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, rgb: Tensor) -> Sequence[Tensor]:
        return self.network(rgb.flip(1))


def load(craft: str | None = None, key: str = "loss.text.trunk.craft") -> Trunk:
    """CRAFT's trunk with the checkpoint `craft`, craft_mlt_25k.pth; None takes PP-OCR's detector from its wheel.

    key: where the config holds `craft`, for the error's sentence.
    """
    return ppocr_trunk() if craft is None else craft_trunk(craft, key)


def craft_trunk(weights: str, key: str) -> Trunk:
    """The five maps of CRAFT's VGG (1024, 512, 512, 256, 128 channels), on pixels scaled as OCR-VQGAN does."""
    net = load_craft(weights, key, f"{key}=null")
    return freeze(Trunk(net.get_submodule("basenet"), "CRAFT", (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)))


def ppocr_trunk() -> Trunk:
    """The last map of PP-OCR's detector at 1/2, 1/4, 1/8 and 1/16 of the size (48, 48, 96, 192 channels)."""
    import onnx

    model = onnx.load(str(model_file(DETECTOR, "loss=tpl or loss=ocr")))
    network = frozen_torch(model, last_maps(model.graph))
    return freeze(Trunk(Reversed(network), "PP-OCR's detector", (0.0,) * 3, (1.0,) * 3))


def last_maps(graph: onnx.GraphProto) -> list[str]:
    """The values that enter the convolutions of stride 2, but for the picture itself: the last of each size."""
    strides = {node.name: list(a.ints) for node in graph.node for a in node.attribute if a.name == "strides"}
    halving = [node for node in graph.node if node.op_type == "Conv" and strides.get(node.name) == [2, 2]]
    return [node.input[0] for node in halving if node.input[0] != graph.input[0].name]
