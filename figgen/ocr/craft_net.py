"""CRAFT's network (Baek et al. 2019) from the craft-text-detector package, its weights from a file.

The package was made for torchvision before 0.13: it imports a table of addresses that is gone, and builds a whole
ImageNet VGG, perhaps downloaded, only to overwrite it. Here it gets the missing name, bare convolutions, and a file.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from figgen.runs.errors import CheckpointError, OCRUnavailable

OWN_PLACE = Path(".craft_text_detector/weights/craft_mlt_25k.pth")  # below the home folder, where the package looks
ADDRESS = "https://drive.google.com/uc?id=1bupFXqT-VU6Jjeul13XP7yx2Sg5IHr4J"


def load(weights: str | Path | None, key: str, instead: str) -> Any:
    """CRAFT in eval mode: pictures (B, 3, H, W) => (scores (B, H/2, W/2, 2), features).

    weights: craft_mlt_25k.pth; None looks where the package keeps it. key: where the config holds `weights`;
    instead: the choice that works without; both for the sentences of the errors.
    """
    state = state_dict(locate(weights, key, instead))
    with torch.device("meta"):  # no first weights that would be thrown away
        net = package("models.craftnet", instead).CraftNet(pretrained=False, freeze=False)
    try:
        net.load_state_dict(state, assign=True)
    except RuntimeError as error:
        first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise CheckpointError(
            f"{weights or OWN_PLACE} does not hold CRAFT's weights ({first}): {where(key)}"
        ) from error
    return net.eval()


def locate(weights: str | Path | None, key: str, instead: str) -> Path:
    """The checkpoint's file."""
    path = Path(weights) if weights is not None else Path.home() / OWN_PLACE
    if not path.is_file():
        raise OCRUnavailable(f"No CRAFT weights at {path}: {where(key)}, or choose {instead}, which needs none.")
    return path


def where(key: str) -> str:
    return f"download craft_mlt_25k.pth from {ADDRESS} and give its path as {key}"


def state_dict(path: Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint, without the `module.` that DataParallel left before the published ones."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        return {name.removeprefix("module."): tensor for name, tensor in state.items()}
    except Exception as error:  # torn files, foreign pickles, other objects: torch raises many kinds
        raise CheckpointError(f"{path} is not a checkpoint of CRAFT: {type(error).__name__}") from error


def package(module: str, instead: str) -> Any:
    """craft_text_detector.`module`, made to import with today's torchvision."""
    name = f"craft_text_detector.{module}"
    if name in sys.modules:
        return sys.modules[name]
    try:
        with _missing_names():
            basenet = importlib.import_module("craft_text_detector.models.basenet.vgg16_bn")
            found = importlib.import_module(name)
    except ImportError as error:
        raise OCRUnavailable(
            f"detector=craft needs the craft-text-detector package ({error}): run "
            f"`pip install --no-deps craft-text-detector==0.4.3 gdown`, or choose {instead}."
        ) from error
    basenet.models = types.SimpleNamespace(vgg16_bn=_bare_vgg)  # type: ignore[attr-defined]
    return found


@contextmanager
def _missing_names() -> Iterator[None]:
    """What torchvision dropped and the package imports, for as long as it imports it."""
    from torchvision.models import vgg

    vgg.model_urls = {"vgg16_bn": ""}  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del vgg.model_urls  # type: ignore[attr-defined]


def _bare_vgg(pretrained: bool) -> Any:
    """What the package takes of torchvision's vgg16_bn: its convolutions."""
    from torchvision.models.vgg import cfgs, make_layers

    return types.SimpleNamespace(features=make_layers(cfgs["D"], batch_norm=True))
