"""What the text perceptual loss costs beside an autoencoder step, and beside its loop over boxes."""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.paired import ratio
from figgen.autoencoder.base import sample
from figgen.autoencoder.patch import PatchAutoencoder
from figgen.losses.combined import Combined
from figgen.losses.plain import PlainLoss
from figgen.losses.tpl import TextPerceptualTerm
from figgen.losses.weight_maps import weight_map
from figgen.ocr.batch import BoxBatch

BATCH, HEIGHT, WIDTH = 8, 128, 160


def some_boxes(per_image: int, batch: int, height: int, width: int) -> BoxBatch:
    """Word-sized boxes at random places."""
    generator = torch.Generator().manual_seed(0)
    corner = torch.rand(batch * per_image, 2, generator=generator) * torch.tensor([width * 0.8, height * 0.9])
    size = torch.tensor([width * 0.15, height * 0.08]).expand_as(corner)
    quads = torch.stack(
        [corner, corner + size * torch.tensor([1, 0]), corner + size, corner + size * torch.tensor([0, 1])], 1
    )
    image = torch.arange(batch).repeat_interleave(per_image)
    return BoxBatch(quads, image, ("word",) * len(image), batch)


def autoencoder_step(loss: torch.nn.Module, boxes: BoxBatch) -> float:
    """Forward, loss, backward."""
    net, pixels = STATE
    posterior = net.encode_pixels(pixels)
    recon = net.decode_raw(sample(posterior, torch.Generator().manual_seed(0)))
    net.zero_grad()
    total = loss(recon, pixels, posterior, boxes, 0).total
    total.backward()
    return total.item()


def box_loop(recon: Tensor, target: Tensor, boxes: BoxBatch) -> Tensor:
    """The published loop: crop, mean squared error, mean per image, mean over images."""
    per_image: list[list[Tensor]] = [[] for _ in range(boxes.num_images)]
    for quad, i in zip(boxes.quads, boxes.image.tolist(), strict=True):
        left, top = quad.amin(0).int().tolist()
        width, height = (quad.amax(0) - quad.amin(0)).int().tolist()
        window = (i, slice(None), slice(top, top + height), slice(left, left + width))
        per_image[i].append(F.mse_loss(recon[window], target[window]))
    return torch.stack([torch.stack(losses).mean() for losses in per_image]).mean()


STATE = (PatchAutoencoder(3, 8, 16), torch.rand(BATCH, 3, HEIGHT, WIDTH) * 2 - 1)


def lines() -> Iterator[str]:
    """The overhead at 30 boxes an image, and the speed-up over the loop at 384 px."""
    boxes, plain = some_boxes(30, BATCH, HEIGHT, WIDTH), PlainLoss()
    tpl = Combined(plain, TextPerceptualTerm(), weight=0.8)
    overhead = ratio(lambda: autoencoder_step(tpl, boxes), lambda: autoencoder_step(plain, boxes), pairs=60)
    yield f"autoencoder step with TPL / without, 30 boxes an image, demo size: {overhead}"
    target = torch.rand(4, 3, 384, 384) * 2 - 1
    recon = target.flip(0).requires_grad_()
    for per_image in (5, 30, 150):
        some = some_boxes(per_image, 4, 384, 384)

        def as_map(some: BoxBatch = some) -> None:
            (weight_map(some, 3, 384, 384) * (recon - target).square()).sum().backward()

        def as_loop(some: BoxBatch = some) -> None:
            box_loop(recon, target, some).backward()

        yield f"TPL by a loop over boxes / by its weight map, 384 px, {per_image} boxes: {ratio(as_loop, as_map, 5, 1)}"
