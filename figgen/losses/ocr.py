"""OCR loss: the reconstruction's words must still be readable by a frozen recogniser.

    L = λ · L_recon + (1 − λ) · L_text,    L_text = mean over words of CTC(R(crop(x̂)), s) / |s|        target=ctc
                                           L_text = mean over words of mean (f(crop(x̂)) − f(crop(x)))²  target=features

after MARIO-LoRA's proposal (λ = 0.8), which it never built, with AnyText's distance of what the recogniser's last layer
sees, f, as the way that needs no strings. L_recon must be a mean per element, or it drowns the words.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from figgen.losses.parts import LossParts, Posterior
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crops import rectify, sides
from figgen.ocr.teacher import Teacher, feature_distance
from figgen.runs.errors import ConfigError, FiggenError
from figgen.training.seeding import generator_for

PART = "ocr"
TARGETS = ("ctc", "features")
LONGEST_UPRIGHT = 2  # letters: a longer word in a quad taller than wide stands on its side


class OcrLoss(nn.Module):
    """λ · plain + (1 − λ) · what a frozen recogniser makes of the word crops; plain alone until `warmup_steps`.

    recon: the plain loss, called as (recon, target, posterior, boxes, step) -> LossParts.
    recogniser: who reads, frozen; None only where lam is 1.
    target: ctc compares with the words' strings (cross entropy where the recogniser is no CTC one); features compares
        with the original crops.
    max_crops: words read per step; of more, some are drawn by (seed, step).
    min_accuracy: share of original words the recogniser must read before it may teach (check_teacher).
    """

    used: Tensor  # words read in training so far
    dropped: Tensor  # words in training so far that cannot be read: unknown characters, too long, on their side

    def __init__(
        self,
        recon: nn.Module,
        recogniser: Teacher | None,
        lam: float = 0.8,
        target: str = "ctc",
        warmup_steps: int = 300,
        max_crops: int = 16,
        min_accuracy: float = 0.5,
        margin: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if not 0 <= lam <= 1:
            raise ConfigError(f"loss.text.lam is the share of the plain loss, from 0 to 1, not {lam}.")
        if target not in TARGETS:
            raise ConfigError(f"loss.text.target is one of {', '.join(TARGETS)}, not {target}.")
        if recogniser is None and lam < 1:
            raise ConfigError(f"loss.text.lam={lam} needs a recogniser: choose one with teacher=crnn or teacher=ppocr.")
        self.recon = recon
        self.recogniser = recogniser
        self.lam = lam
        self.target = target
        self.warmup_steps = warmup_steps
        self.max_crops = max_crops
        self.min_accuracy = min_accuracy
        self.margin = margin
        self.seed = seed
        self.register_buffer("used", torch.zeros((), dtype=torch.int64))
        self.register_buffer("dropped", torch.zeros((), dtype=torch.int64))

    def train(self, mode: bool = True) -> OcrLoss:
        super().train(mode)
        if self.recogniser is not None:
            self.recogniser.eval()  # frozen: batch statistics stay those of its training
        return self

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        """Pixels x̂ and x (B, C, H, W) in [-1, 1] => the total and its weighted parts."""
        plain = self.recon(recon, target, posterior, boxes, step)
        if self.recogniser is None or self.lam == 1 or step < self.warmup_steps:
            return LossParts(plain.total, {**plain.parts, PART: plain.total.new_zeros(())})
        parts = {name: self.lam * value for name, value in plain.parts.items()}
        if self.target == "ctc":
            text = self.text_term(recon, boxes, step)
        else:
            text = self.feature_term(recon, target, boxes, step)
        parts[PART] = (1 - self.lam) * text
        return LossParts(self.lam * plain.total + parts[PART], parts)

    def text_term(self, pixels: Tensor, boxes: BoxBatch, step: int) -> Tensor:
        """L_text () by strings: at most max_crops words, exactly 0 where there are none."""
        assert self.recogniser is not None
        rows, targets = readable(self.recogniser, boxes)
        chosen = self._choose(len(rows), step)
        self._count(len(chosen), len(boxes) - len(rows))
        if not chosen:
            return pixels.new_zeros(())
        words = boxes.select(torch.tensor([rows[i] for i in chosen], device=boxes.image.device))
        with torch.autocast(pixels.device.type, enabled=False):  # CTC needs float32
            crops, widths = self._crops(pixels, words)
            return self.recogniser.misreading(crops, widths, [targets[i] for i in chosen]).mean()

    def feature_term(self, pixels: Tensor, target: Tensor, boxes: BoxBatch, step: int) -> Tensor:
        """L_text () by what the last layer sees in pixels x̂ and x: at most max_crops words, whatever they say."""
        assert self.recogniser is not None
        rows = with_area(boxes)
        chosen = self._choose(len(rows), step)
        self._count(len(chosen), len(boxes) - len(rows))
        if not chosen:
            return pixels.new_zeros(())
        words = boxes.select(torch.tensor([rows[i] for i in chosen], device=boxes.image.device))
        with torch.autocast(pixels.device.type, enabled=False):
            with torch.no_grad():
                theirs = self.recogniser.features(*self._crops(target, words))
            return feature_distance(self.recogniser.features(*self._crops(pixels, words)), theirs).mean()

    def _count(self, used: int, dropped: int) -> None:
        if self.training:
            self.used += used
            self.dropped += dropped

    def _choose(self, number: int, step: int) -> list[int]:
        """At most max_crops of range(number), a function of (seed, step)."""
        order = torch.randperm(number, generator=generator_for(self.seed, "ocr crops", step))
        return sorted(order[: self.max_crops].tolist())

    def _crops(self, pixels: Tensor, boxes: BoxBatch) -> tuple[Tensor, Tensor]:
        """RGB crops and their content widths, as the recogniser wants them."""
        assert self.recogniser is not None
        rgb = pixels.float().expand(-1, 3, -1, -1)  # grey is repeated, colour stays
        return rectify(rgb, boxes, self.recogniser.height, self.recogniser.max_width, self.margin)

    @torch.no_grad()
    def check_teacher(self, pixels: Tensor, boxes: BoxBatch) -> float | None:
        """The share of words in original `pixels` (B, C, H, W) read exactly, case aside; raises below min_accuracy.

        A teacher that cannot read the originals makes reconstructions worse. None where nobody teaches, and where
        target=features has no string to try the teacher on.
        """
        if self.recogniser is None:
            return None
        hits = self.read_exactly(pixels, boxes)
        if not hits and self.target == "features":
            return None
        if not hits:
            raise FiggenError(
                f"None of the {len(boxes)} words shown to the OCR loss can be read by its recogniser "
                "(unknown characters, too long, or on their side): choose loss.text.target=features, which needs no "
                "strings, or loss=plain or loss=tpl."
            )
        accuracy = sum(hits) / len(hits)
        if accuracy < self.min_accuracy:
            raise FiggenError(
                f"The recogniser reads {accuracy:.0%} of {len(hits)} words in original pictures, below "
                f"loss.text.min_accuracy={self.min_accuracy:g}: choose another teacher= or larger pictures, "
                "or lower the floor if you mean it."
            )
        return accuracy

    @torch.no_grad()
    def read_exactly(self, pixels: Tensor, boxes: BoxBatch) -> list[bool]:
        """Of each word that the recogniser could read: does it, in `pixels` (B, C, H, W), case aside?"""
        assert self.recogniser is not None
        rows, _ = readable(self.recogniser, boxes)
        hits = []
        for part in torch.tensor(rows, device=boxes.image.device).long().split(self.max_crops):
            words = boxes.select(part)
            read = self.recogniser.read(*self._crops(pixels, words))
            hits += [got.casefold() == text.casefold() for got, text in zip(read, words.texts, strict=True)]
        return hits


def with_area(boxes: BoxBatch) -> list[int]:
    """The rows of `boxes` that show something."""
    along, across = sides(boxes.quads)
    return ((along >= 1) & (across >= 1)).nonzero()[:, 0].tolist()  # false for what is not a number, too


def readable(recogniser: Teacher, boxes: BoxBatch) -> tuple[list[int], list[list[int]]]:
    """The rows of `boxes` that the recogniser could read, and their encoded texts."""
    along, across = sides(boxes.quads)
    encoded = [recogniser.encode(text) for text in boxes.texts]
    upright = [len(t) <= LONGEST_UPRIGHT or a >= h for t, a, h in zip(boxes.texts, along, across, strict=True)]
    rows = [i for i, (code, up) in enumerate(zip(encoded, upright, strict=True)) if code and up]
    return rows, [code for code in (encoded[i] for i in rows) if code]
