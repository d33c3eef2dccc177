"""LPIPS with its VGG16 trunk from a file or torchvision's download (Zhang et al. 2018)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.models import VGG16_Weights, vgg16

from figgen.ocr.recogniser import freeze
from figgen.runs.errors import OCRUnavailable

TAPS = (3, 8, 15, 22, 29)  # after relu1_2, 2_2, 3_3, 4_3, 5_3 of torchvision's vgg16().features


def trunk(weights: str | None) -> nn.Sequential:
    """VGG16's features with ImageNet weights from the state dict in `weights`, or downloaded."""
    if weights is not None:
        net = vgg16(weights=None)
        net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        return net.features
    try:
        return vgg16(weights=VGG16_Weights.IMAGENET1K_V1).features
    except OSError as error:
        raise OCRUnavailable(
            "loss.recon.perceptual: VGG16's weights cannot be downloaded here; give their file as "
            "loss.recon.perceptual.weights=PATH, or choose loss.recon.perceptual=null or loss=ocr"
        ) from error


def cached_weights() -> Path | None:
    """The file that torchvision has downloaded before, if it has."""
    path = Path(torch.hub.get_dir()) / "checkpoints" / VGG16_Weights.IMAGENET1K_V1.url.rpartition("/")[2]
    return path if path.is_file() else None


def linear_heads() -> list[Tensor]:
    """LPIPS's learned channel weights, five of (1, C, 1, 1), from the copy inside torchmetrics."""
    spec = find_spec("torchmetrics")
    assert spec is not None and spec.origin is not None
    path = Path(spec.origin).parent / "functional" / "image" / "lpips_models" / "vgg.pth"
    state = torch.load(path, map_location="cpu", weights_only=True)
    return [state[f"lin{i}.model.1.weight"] for i in range(len(TAPS))]


class Lpips(nn.Module):
    """weight · LPIPS(x̂, x), mean over the batch."""

    mean: Tensor
    std: Tensor

    def __init__(self, weight: float = 0.2, weights: str | None = None) -> None:
        super().__init__()
        self.weight = weight
        self.trunk = trunk(weights)
        freeze(self.trunk)
        for i, head in enumerate(linear_heads()):
            self.register_buffer(f"head{i}", head)
        self.register_buffer("mean", torch.tensor([-0.030, -0.088, -0.188])[None, :, None, None])
        self.register_buffer("std", torch.tensor([0.458, 0.448, 0.450])[None, :, None, None])

    def features(self, pixels: Tensor) -> list[Tensor]:
        """Pixels (B, 1 or 3, H, W) in [-1, 1] => five maps, unit length along channels."""
        x = (pixels.expand(-1, 3, -1, -1) - self.mean) / self.std
        maps = []
        for i, layer in enumerate(self.trunk):
            x = layer(x)
            if i in TAPS:
                maps.append(x / (x.square().sum(1, keepdim=True) + 1e-8).sqrt())  # ε in the root, as torchmetrics
        return maps

    def distances(self, recon: Tensor, target: Tensor) -> Tensor:
        """LPIPS of each pair of pictures: (B,)."""
        pairs = zip(self.features(recon), self.features(target), strict=True)
        maps = [(getattr(self, f"head{i}") * (a - b).square()).sum(1).mean((1, 2)) for i, (a, b) in enumerate(pairs)]
        return torch.stack(maps).sum(0)

    def forward(self, recon: Tensor, target: Tensor) -> Tensor:
        return self.weight * self.distances(recon, target).mean()
