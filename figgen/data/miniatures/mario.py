"""The miniatures of MARIO-LAION and MARIO-Eval: drawn pictures of words, in the formats of the originals on disk.

00012/000129846/{caption.txt, image.jpg, ocr.txt, info.json, charseg.npy}    MARIO: a folder per picture
MARIOEval/TMDBEval500/{TMDBEval500.txt, TMDBEval500_wo_quote.txt, images/0.jpg, render/0.png}    and other subsets
MARIO-LAION/00012/000129846/...    the training pictures of MARIO
words.jsonl                        where the words of the pictures stand, for which the original has no place
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import ImageChops

from figgen.data.miniatures.base import Miniature, Slot, encoded
from figgen.data.readers.mario import split_of
from figgen.data.readers.mario_eval import SUBSETS, WITH_GROUND_TRUTH, without_quotes
from figgen.data.readers.sidecar import write_words
from figgen.ocr.boxes import TextBox

STRIDE = 271  # from one number to the next: as in the original, most numbers are missing
QUALITY = 92  # of the JPEG files
LAYOUTS = {"TMDBEval500": "poster", "OpenLibraryEval500": "book cover"}  # all others have any layout
BY_LAION = {"NSFW": "UNLIKELY", "similarity": 0.33, "LICENSE": "?", "original_width": 512, "original_height": 512}
BY_IMG2DATASET = {"status": "success", "error_message": None, "width": 512, "height": 512, "exif": "{}"}

Prompt = tuple[str, str, tuple[TextBox, ...]]  # key, prompt, words: MARIO has none, only MARIO-Eval


@dataclass(frozen=True)
class MarioMiniature(Miniature[Prompt | None]):
    """num_train and num_test pictures."""

    name: ClassVar[str] = "mario"
    version: ClassVar[int] = 3
    drawn_by: ClassVar[tuple[str, ...]] = ("pillow", "matplotlib", "font-lato", "font-caladea", "font-fredoka-one")
    drawings: ClassVar[str] = "figgen.data.miniatures.posters"

    def draw(self, root: Path, slot: Slot) -> Prompt | None:
        number = numbers(slot.split, slot.place + 1)[-1]
        poster = self.pen.draw(slot.split, slot.place, self.seed)
        folder = root / number[:5] / number
        folder.mkdir(parents=True)
        quads = [",".join(f"{value:.0f}" for point in box.quad for value in point) for box in poster.boxes]
        lines = [f"{box.text} {quad} 0.99\n" for box, quad in zip(poster.boxes, quads, strict=True)]
        about = {"key": number, "caption": poster.told(), "url": f"https://example.org/{number}.jpg"}
        (folder / "image.jpg").write_bytes(encoded(poster.pixels, "JPEG", quality=QUALITY))
        (folder / "caption.txt").write_text(poster.told())
        (folder / "ocr.txt").write_text("".join(lines))
        (folder / "info.json").write_text(json.dumps(BY_LAION | BY_IMG2DATASET | about))
        np.save(folder / "charseg.npy", poster.segments)
        return None

    def finish(self, root: Path, listed: Sequence[Prompt | None]) -> None:
        """MARIO has no lists."""


@cache
def numbers(split: str, total: int) -> list[str]:
    """The first numbers of pictures that the reader puts into a split."""
    named = (f"{STRIDE * i:09d}" for i in count(1))
    return list(islice((number for number in named if split_of(f"{number[:5]}_{number}") == split), total))


@dataclass(frozen=True)
class MarioEvalMiniature(MarioMiniature):
    """num_train MARIO pictures; num_test prompts with ground truth, and an eighth as many of each other subset."""

    name: ClassVar[str] = "mario_eval"

    @property
    def counts(self) -> Mapping[str, int]:
        return {"train": self.num_train, "test": len(prompts(self.num_test))}

    def folders(self) -> list[str]:
        return [f"MARIOEval/{subset}/{inner}" for subset in SUBSETS for inner in ("images", "render")]

    def draw(self, root: Path, slot: Slot) -> Prompt | None:
        if slot.split == "train":
            return super().draw(root / "MARIO-LAION", slot)
        subset, number = prompts(self.num_test)[slot.place]
        poster = self.pen.draw(slot.split, slot.place, self.seed, LAYOUTS.get(subset))
        folder = root / "MARIOEval" / subset
        if subset in WITH_GROUND_TRUTH:
            (folder / f"images/{number}.jpg").write_bytes(encoded(poster.pixels, "JPEG", quality=QUALITY))
        (folder / f"render/{number}.png").write_bytes(encoded(ImageChops.invert(poster.ink).convert("RGB")))
        return f"{subset}/{number}", poster.told(quote="'"), poster.boxes

    def finish(self, root: Path, listed: Sequence[Prompt | None]) -> None:
        drawn = [prompt for prompt in listed if prompt]
        for subset in SUBSETS:
            texts = [text for key, text, _ in drawn if key.startswith(f"{subset}/")]
            for name, lines in {subset: texts, f"{subset}_wo_quote": map(without_quotes, texts)}.items():
                (root / f"MARIOEval/{subset}/{name}.txt").write_text("".join(f"{line}\n" for line in lines))
        write_words(root, {key: boxes for key, _, boxes in drawn})


def prompts(num_test: int) -> list[tuple[str, int]]:
    """(subset, number in it). Of those with ground truth, most are LAION's, as in the original."""
    few = num_test // 8
    sizes = dict.fromkeys(SUBSETS, few) | {"LAIONEval4000": num_test - 2 * few}
    return [(subset, number) for subset in SUBSETS for number in range(sizes[subset])]
