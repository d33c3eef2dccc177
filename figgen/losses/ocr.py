"""OCR term: the reconstruction's words must still be readable by a frozen recogniser R.

    L_text = mean over words of CTC(R(crop(x̂)), s) / |s|                         target=ctc
    L_text = mean over words of mean (f(crop(x̂)) − f(crop(x)))²                  target=features

after MARIO-LoRA's proposal, L = λ · L_plain + (1 − λ) · L_text with λ = 0.8, which it never built; f, what the
recogniser's last layer sees, is compared as in AnyText and needs no strings s. L_plain must be a mean per element, or
it drowns the words. Where the strings have lost case and punctuation, R merges what they do not tell apart.
"""

from __future__ import annotations

import torch
from torch import Tensor

from figgen.losses.combined import Term
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import normalise
from figgen.ocr.crops import MARGIN, content_widths, expand, rectify, sides
from figgen.ocr.options import Letters
from figgen.ocr.recogniser import Folded, Recogniser, Teacher, feature_distance
from figgen.runs.console import say
from figgen.runs.errors import FiggenError
from figgen.training.seeding import drawn, generator_for

EXAMINED = 32  # original pictures that a teacher is tried on
LONGEST_UPRIGHT = 2  # letters: a longer word in a quad taller than wide stands on its side


class OcrTerm(Term):
    """What a frozen recogniser makes of the word crops.

    target: ctc compares with the words' strings (cross entropy where the recogniser is no CTC one); features compares
        with the original crops.
    max_crops: words read per step; of more, some are drawn by the step.
    min_accuracy: share of original words the recogniser must read before it may teach.
    letters: as_read, every character counts; published, the words were written down in lower case and without
        punctuation, which then count neither in teaching nor in the recogniser's own examination.
    seed: of which words are read, and which pictures the recogniser is tried on.
    """

    name, needs_words = "ocr", True
    used: Tensor  # words read in training so far
    dropped: Tensor  # words in training so far that cannot be read: unknown characters, too long, on their side

    def __init__(
        self,
        recogniser: Teacher,
        *,
        target: str = "ctc",
        max_crops: int = 16,
        min_accuracy: float = 0.5,
        letters: Letters = "as_read",
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.recogniser = recogniser
        if letters == "published" and isinstance(recogniser, Recogniser):
            self.recogniser = Folded(recogniser)
        self.target, self.letters, self.seed = target, letters, seed
        self.max_crops = max_crops
        self.min_accuracy = min_accuracy
        self.register_buffer("used", torch.zeros((), dtype=torch.int64))
        self.register_buffer("dropped", torch.zeros((), dtype=torch.int64))

    def forward(self, recon: Tensor, target: Tensor, boxes: BoxBatch, step: int) -> Tensor:
        """At most max_crops words; exactly 0 where there are none."""
        rows = readable(self.recogniser, boxes) if self.target == "ctc" else with_area(boxes)
        order = torch.randperm(len(rows), generator=generator_for(self.seed, "ocr crops", step))
        chosen = sorted(order[: self.max_crops].tolist())
        if self.training:
            self.used += len(chosen)
            self.dropped += len(boxes) - len(rows)
        if not chosen:
            return recon.new_zeros(())
        words = boxes.select(rows[chosen])
        with torch.autocast(recon.device.type, enabled=False):  # CTC needs float32
            distances = self.misreading(recon, words) if self.target == "ctc" else self.change(recon, target, words)
        return distances.mean()

    def misreading(self, recon: Tensor, words: BoxBatch) -> Tensor:
        """How unlikely the strings of M words are in pixels x̂: (M,)."""
        codes = [self.recogniser.encode(text) or [] for text in words.texts]
        return self.recogniser.misreading(*self._crops(recon, words), codes)

    def change(self, recon: Tensor, target: Tensor, words: BoxBatch) -> Tensor:
        """What the last layer sees otherwise in M words of pixels x̂ than of x, whatever they say: (M,)."""
        with torch.no_grad():
            theirs = self.recogniser.features(*self._crops(target, words))
        return feature_distance(self.recogniser.features(*self._crops(recon, words)), theirs)

    def _crops(self, pixels: Tensor, words: BoxBatch) -> tuple[Tensor, Tensor]:
        """RGB crops and their content widths, as the recogniser wants them."""
        rgb = pixels.float().expand(-1, 3, -1, -1)  # grey is repeated, colour stays
        return rectify(rgb, words, self.recogniser.height, self.recogniser.max_width)

    def examine(self, pixels: Tensor, boxes: BoxBatch) -> dict[str, float]:
        """The share of original words read exactly, as they are taught; raises below min_accuracy.

        A teacher that cannot read the originals makes reconstructions worse. Nothing is measured where target=features
        has no string to try the teacher on.
        """
        tried = torch.tensor(drawn(self.seed, "teacher check", len(pixels), EXAMINED), device=boxes.image.device)
        some = boxes.select(torch.isin(boxes.image, tried).nonzero()[:, 0])
        hits = self.words_read(pixels, some)
        if not hits and self.target == "features":
            return {}
        if not hits:
            raise FiggenError(
                f"None of the {len(some)} words shown to the OCR loss can be read by its recogniser "
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
        say(f"the recogniser reads {accuracy:.1%} of the words in original training figures")
        return {"teacher_accuracy": accuracy}

    def report(self) -> dict[str, int]:
        return {"words_taught": int(self.used), "words_dropped": int(self.dropped)}

    @torch.no_grad()
    def words_read(self, pixels: Tensor, boxes: BoxBatch) -> list[bool]:
        """Exactly, as far as the words' own letters tell."""
        hits = []
        for rows in readable(self.recogniser, boxes).split(self.max_crops):
            words = boxes.select(rows)
            read = self.recogniser.read(*self._crops(pixels, words))
            hits += [self.same(got, text) for got, text in zip(read, words.texts, strict=True)]
        return hits

    def same(self, got: str, text: str) -> bool:
        return got == text if self.letters == "as_read" else normalise(got) == normalise(text)


def with_area(boxes: BoxBatch) -> Tensor:
    """The rows of `boxes` (K,) that show something."""
    along, across = sides(boxes.quads)
    return ((along >= 1) & (across >= 1)).nonzero()[:, 0]  # false for what is not a number, too


def readable(recogniser: Teacher, boxes: BoxBatch) -> Tensor:
    """The rows of `boxes` (K,) that the recogniser could read: words that stand, and fit their crops."""
    along, across = (lengths.tolist() for lengths in sides(boxes.quads))
    stands = [len(t) <= LONGEST_UPRIGHT or a >= h for t, a, h in zip(boxes.texts, along, across, strict=True)]
    widths = content_widths(expand(boxes.quads, MARGIN), recogniser.height, recogniser.max_width).tolist()
    symbols = map(recogniser.encode, boxes.texts)
    rows = [i for i, codes in enumerate(symbols) if stands[i] and codes and recogniser.fits(codes, widths[i])]
    return torch.tensor(rows, dtype=torch.int64, device=boxes.image.device)
