"""What knowing the layout costs: the character map of a batch beside the denoiser's forward and backward pass on it."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from benchmarks.paired import ratio
from figgen.diffusion.condition import Condition
from figgen.diffusion.schedule import NoiseSchedule
from figgen.diffusion.two_grids import TwoGridDenoiser
from figgen.layout.character_map import character_map
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

SIZE, PICTURES, WORDS = (128, 160), 16, 8


def lines() -> Iterator[str]:
    """At the demo's size: 16 figures of 128 x 160 px with eight words each."""
    words = [
        TextBox.from_ltwh(5 + 75 * (i % 2), 5 + 30 * (i // 2), 45, 10, "gradient"[: 3 + i % 6]) for i in range(WORDS)
    ]
    boxes = BoxBatch.collate([words] * PICTURES)
    torch.manual_seed(0)
    net = TwoGridDenoiser(20, NoiseSchedule(), text_width=128, hint_channels=32, downsample=8)
    x, t, hint = torch.randn(PICTURES, 20, 16, 20), torch.arange(PICTURES), torch.randn(PICTURES, 32, 16, 20)
    known = Condition(torch.randn(PICTURES, 41, 128), torch.ones(PICTURES, 41, dtype=torch.bool), hint)

    def step() -> None:
        net(x, t, known).square().mean().backward()

    share = ratio(lambda: character_map(boxes, SIZE), step, 15, repeats=1)
    yield f"character map of {PICTURES} figures / the denoiser's forward and backward pass: {share}"
