"""The miniature of MARIO-LAION: drawn posters, signs and things with words, a folder per picture as in the original.

00012/000129846/{caption.txt, image.jpg, ocr.txt, info.json, charseg.npy}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from figgen.data.miniatures.typefaces import versions
from figgen.data.readers.mario import split_of
from figgen.data.workers import Progress, cores, in_order
from figgen.runs.files import whole_folder

if TYPE_CHECKING:
    import numpy as np

    from figgen.data.miniatures.prints import Print

VERSION = "1"  # change it whenever a drawn pixel, a word or a caption changes
STRIDE = 271  # from one number to the next: as in the original, most numbers are missing
QUALITY = 92  # of the JPEG files


@dataclass(frozen=True)
class Miniature:
    """num_train and num_test pictures; `fingerprint` names exactly these."""

    num_train: int = 280
    num_test: int = 48
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        return f"mario-miniature-v{VERSION}-{self.num_train}-{self.num_test}-s{self.seed}-drawn-by-{versions()}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder`, which appears only when all is there."""
        samples = [*numbered("train", self.num_train), *numbered("test", self.num_test)]
        with whole_folder(folder) as root:
            for _ in in_order(partial(write_sample, root, self.seed), samples, workers or cores(), on_progress):
                pass


def numbered(split: str, total: int) -> Iterator[tuple[str, int, str]]:
    """(split, index, number): the first numbers that the reader puts into the split."""
    numbers = (f"{STRIDE * i:09d}" for i in count(1))
    chosen = (number for number in numbers if split_of(f"{number[:5]}_{number}") == split)
    return ((split, index, number) for index, number in enumerate(islice(chosen, total)))


def write_sample(root: Path, seed: int, sample: tuple[str, int, str]) -> None:
    """Draw (split, index, number) into the folder of that number."""
    import numpy as np

    from figgen.data.miniatures.alt_texts import alt_text
    from figgen.data.miniatures.prints import LAYOUTS, draw, segments_of

    split, index, number = sample
    drawn = draw(tuple(LAYOUTS), split, index, seed)
    caption = alt_text(drawn.layout, drawn.texts, drawn.rng)
    folder = root / number[:5] / number
    folder.mkdir(parents=True)
    save_jpeg(folder / "image.jpg", drawn.pixels)
    (folder / "caption.txt").write_text(caption, encoding="utf-8")
    (folder / "ocr.txt").write_text(_ocr(drawn), encoding="utf-8")
    (folder / "info.json").write_text(json.dumps(_info(number, caption, drawn.rng)), encoding="utf-8")
    np.save(folder / "charseg.npy", segments_of(drawn.words))


def save_jpeg(path: Path, pixels: np.ndarray) -> None:
    from PIL import Image

    Image.fromarray(pixels).save(path, "JPEG", quality=QUALITY)


def _ocr(drawn: Print) -> str:
    """Each word with its corners and the share of a detector that is rarely in doubt, in the order of its findings."""
    lines = []
    for word in drawn.rng.permutation(len(drawn.boxes)):
        box = drawn.boxes[word]
        corners = ",".join(str(int(value)) for point in box.quad for value in point)
        lines.append(f"{box.text} {corners} {1 - float(drawn.rng.exponential(0.004))}\n")
    return "".join(lines)


def _info(number: str, caption: str, rng: np.random.Generator) -> dict[str, object]:
    """What img2dataset and LAION keep about a picture."""
    side = int(rng.integers(300, 1400))
    return {
        "NSFW": "UNLIKELY",
        "similarity": float(rng.uniform(0.28, 0.4)),
        "LICENSE": "?",
        "caption": caption,
        "url": f"https://example.org/{number}.jpg",
        "key": number,
        "status": "success",
        "error_message": None,
        "width": side,
        "height": side,
        "exif": "{}",
        "original_width": side,
        "original_height": side,
    }
