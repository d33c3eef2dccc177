"""What reading all words of a batch at once saves over reading them one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.paired import ratio
from figgen.data.loading.images import to_pixels
from figgen.data.miniatures.figures import draw
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crnn import load
from figgen.ocr.crops import WHITE, rectify
from figgen.ocr.recogniser import Recogniser

HEIGHT, WIDTH = 128, 160


def figures(number: int) -> tuple[Tensor, BoxBatch]:
    """Test figures on white as pixels (number, 3, 128, 160) in [-1, 1], and their words."""
    drawings = [draw("test", i) for i in range(number)]
    sheets = np.full((number, HEIGHT, WIDTH, 3), 255, np.uint8)
    for sheet, drawing in zip(sheets, drawings, strict=True):
        sheet[: drawing.pixels.shape[0], : drawing.pixels.shape[1]] = drawing.pixels
    pixels = to_pixels(torch.from_numpy(sheets).permute(0, 3, 1, 2).contiguous())
    return pixels, BoxBatch.collate([drawing.boxes for drawing in drawings])


@torch.no_grad()
def at_once(model: Recogniser, pixels: Tensor, boxes: BoxBatch) -> list[str]:
    return model.read(*rectify(pixels, boxes, model.height, model.max_width))


@torch.no_grad()
def one_by_one(model: Recogniser, pixels: Tensor, words: Sequence[BoxBatch]) -> list[str]:
    """A rectified crop and a reading for each word."""
    return [model.read(*crop)[0] for crop in crops_of(model, pixels, words)]


@torch.no_grad()
def one_by_one_padded(model: Recogniser, pixels: Tensor, words: Sequence[BoxBatch]) -> list[str]:
    """The same, each crop white up to the recogniser's full width, as AnyText reads its lines."""
    full = torch.tensor([model.max_width])
    padded = (
        F.pad(crop, (0, model.max_width - crop.shape[-1]), value=WHITE) for crop, _ in crops_of(model, pixels, words)
    )
    return [model.read(crop, full)[0] for crop in padded]


def crops_of(model: Recogniser, pixels: Tensor, words: Sequence[BoxBatch]) -> Iterator[tuple[Tensor, Tensor]]:
    """Each word cut from its own picture alone."""
    for word in words:
        i = int(word.image)
        alone = BoxBatch(word.quads, torch.zeros_like(word.image), word.texts, 1)
        yield rectify(pixels[i : i + 1], alone, model.height, model.max_width)


def lines() -> Iterator[str]:
    """The ratios for the small recogniser, on all words of 16 figures."""
    pixels, boxes = figures(16)
    words = [boxes.select(torch.tensor([i])) for i in range(len(boxes))]
    model = load()
    for name, way in (("one by one", one_by_one), ("one by one, padded to full width", one_by_one_padded)):

        def alone(way: Callable[..., list[str]] = way) -> list[str]:
            return way(model, pixels, words)

        speed = ratio(alone, lambda: at_once(model, pixels, boxes), pairs=15, repeats=1)
        yield f"{len(boxes)} words of 16 figures rectified and read, {name} / at once: {speed}"
