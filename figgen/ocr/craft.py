"""CRAFT (Baek et al. 2019), its network from the craft-text-detector package, its weights from a file.

As a detector its boxes hold single words, which PP-OCR's recogniser then reads. The package was made for torchvision
before 0.13: it imports a table of addresses that is gone, and builds a whole ImageNet VGG, perhaps downloaded, only to
overwrite it. Here it gets the missing name, bare convolutions, and a file.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.models import vgg

from figgen.ocr.boxes import Quad, TextBox, as_quad
from figgen.ocr.options import CRAFT, INSTEAD
from figgen.ocr.pool import Progress, as_rgb, read_all
from figgen.ocr.rapidocr import engine_name, words_in
from figgen.runs.errors import CheckpointError, OCRUnavailable
from figgen.runs.identity import contents

ADDRESS = "https://drive.google.com/uc?id=1bupFXqT-VU6Jjeul13XP7yx2Sg5IHr4J"


@dataclass(frozen=True)
class Craft:
    """Pictures (H, W) or (H, W, 3) uint8 => the words of each.

    weights: CRAFT's checkpoint, craft_mlt_25k.pth; None: where craft-text-detector keeps it.
    long_side: pictures are scaled until their longer side has so many pixels.
    text_threshold, link_threshold, low_text: of CRAFT's two score maps, as published.
    min_confidence: words at or below, as PP-OCR reads them, are dropped, and so are boxes without a word.
    workers: pictures read at once; one picture's convolutions use every core by themselves.
    """

    weights: str | None = None
    long_side: int = 1280
    text_threshold: float = 0.7
    link_threshold: float = 0.4
    low_text: float = 0.4
    min_confidence: float = 0.5
    workers: int | None = field(default=1, repr=False)  # its repr is part of the data's fingerprint

    @property
    def engine(self) -> str:
        place = checkpoint(self.weights)
        return f"{contents(place)[:8] if place.is_file() else 'no weights'} {engine_name()}"

    def __call__(self, images: Sequence[np.ndarray], progress: Progress | None = None) -> list[list[TextBox]]:
        network(self.weights)  # one clear sentence now rather than one from every thread
        return read_all(self.read, images, self.workers, progress)

    def read(self, image: np.ndarray) -> list[TextBox]:
        """The words of one picture."""
        image = np.ascontiguousarray(as_rgb(image))
        return [word for word in words_in(image, self.quads(image)) if word.confidence > self.min_confidence]

    def quads(self, image: np.ndarray) -> list[Quad]:
        """Where words stand in a picture (H, W, 3)."""
        prediction = package("predict", INSTEAD).get_prediction(
            image,
            network(self.weights),
            text_threshold=self.text_threshold,
            link_threshold=self.link_threshold,
            low_text=self.low_text,
            long_size=self.long_side,
            cuda=torch.cuda.is_available(),
            poly=False,
        )
        return [as_quad(corners) for corners in prediction["boxes"]]


def checkpoint(weights: str | Path | None) -> Path:
    """Where CRAFT's weights are looked for."""
    return Path(weights) if weights is not None else Path.home() / CRAFT


@cache
def network(weights: str | None) -> nn.Module:
    """CRAFT as the detector wants it, loaded once."""
    net = load(weights, "detector.model.weights", INSTEAD)
    return net.cuda() if torch.cuda.is_available() else net


def load(weights: str | Path | None, key: str, instead: str) -> nn.Module:
    """CRAFT in eval mode: pictures (B, 3, H, W) => (scores (B, H/2, W/2, 2), features).

    weights: craft_mlt_25k.pth; None looks where the package keeps it. key: where the config holds `weights`;
    instead: the choice that works without; both for the sentences of the errors.
    """
    path = checkpoint(weights)
    remedy = f"download craft_mlt_25k.pth from {ADDRESS} and give its path as {key}"
    if not path.is_file():
        raise OCRUnavailable(f"No CRAFT weights at {path}: {remedy}, or choose {instead}, which needs none.")
    state = state_dict(path)
    with torch.device("meta"):  # no first weights that would be thrown away
        net: nn.Module = package("models.craftnet", instead).CraftNet(pretrained=False, freeze=False)
    try:
        net.load_state_dict(state, assign=True)
    except RuntimeError as error:
        first = str(error).splitlines()[:2][-1].strip()  # after "Error(s) in loading state_dict"
        raise CheckpointError(f"{path} does not hold CRAFT's weights ({first}): {remedy}") from error
    return net.eval()


def state_dict(path: Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint, without the `module.` that DataParallel left before the published ones."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        return {name.removeprefix("module."): tensor for name, tensor in state.items()}
    except Exception as error:  # torn files, foreign pickles, other objects: torch raises many kinds
        raise CheckpointError(f"{path} is not a checkpoint of CRAFT: {type(error).__name__}") from error


def package(module: str, instead: str) -> ModuleType:
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
    basenet.models = SimpleNamespace(vgg16_bn=_bare_vgg)  # type: ignore[attr-defined]
    return found


@contextmanager
def _missing_names() -> Iterator[None]:
    """What torchvision dropped and the package imports, for as long as it imports it."""
    vgg.model_urls = {"vgg16_bn": ""}  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del vgg.model_urls  # type: ignore[attr-defined]


def _bare_vgg(pretrained: bool) -> SimpleNamespace:
    """What the package takes of torchvision's vgg16_bn: its convolutions."""
    return SimpleNamespace(features=vgg.make_layers(vgg.cfgs["D"], batch_norm=True))
