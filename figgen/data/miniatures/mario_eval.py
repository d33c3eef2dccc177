"""The miniature of MARIO-Eval: prompts with their pictures and layouts, and MARIO folders to train on beside them.

MARIOEval/TMDBEval500/{TMDBEval500.txt, TMDBEval500_wo_quote.txt, images/0.jpg, render/0.png}
MARIO-LAION/00012/000129846/...     the same pictures as the miniature of MARIO has
words.jsonl                         where the words of the pictures stand, for which the original has no place
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from figgen.data.miniatures import mario
from figgen.data.miniatures.typefaces import versions
from figgen.data.readers.mario_eval import SUBSETS, WITH_GROUND_TRUTH, without_quotes
from figgen.data.readers.sidecar import write_words
from figgen.data.workers import Progress, cores, in_order
from figgen.ocr.boxes import TextBox
from figgen.runs.files import whole_folder

VERSION = "1"  # change it whenever a drawn pixel, a word or a prompt changes
SPLIT = "test"
FIRST = 100_000  # the index of the first picture: those before it are test pictures of MARIO
LAYOUTS = {"TMDBEval500": ("poster",), "OpenLibraryEval500": ("book cover",)}  # all others have any layout

Sample = tuple[str, int, int]  # subset, number in it, index of the picture
Written = tuple[str, str, tuple[TextBox, ...]]  # key, prompt, words


@dataclass(frozen=True)
class Miniature:
    """num_train MARIO pictures; num_test prompts with ground truth, and an eighth as many of each other subset."""

    num_train: int = 280
    num_test: int = 48
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        counts = f"{self.num_train}-{self.num_test}-s{self.seed}"
        return f"mario-eval-miniature-v{VERSION}-mario-v{mario.VERSION}-{counts}-drawn-by-{versions()}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder`, which appears only when all is there."""
        train, prompts = list(mario.numbered("train", self.num_train)), samples(self.num_test)
        report, total = on_progress or (lambda done, total: None), len(train) + len(prompts)
        with whole_folder(folder) as root:
            for subset in SUBSETS:
                (root / "MARIOEval" / subset / "images").mkdir(parents=True)
                (root / "MARIOEval" / subset / "render").mkdir()
            at_work = workers or cores()
            one, other = partial(mario.write_sample, root / "MARIO-LAION", self.seed), partial(_write, root, self.seed)
            for _ in in_order(one, train, at_work, lambda done, _: report(done, total)):
                pass
            written = list(in_order(other, prompts, at_work, lambda done, _: report(len(train) + done, total)))
            _write_lists(root, written)


def samples(num_test: int) -> list[Sample]:
    """Eight of ten prompts with ground truth are LAION's, as in the original."""
    small = max(num_test // 8, 1)
    sizes = dict.fromkeys(SUBSETS, small) | {"LAIONEval4000": max(num_test - 2 * small, 1)}
    named = [(subset, number) for subset in SUBSETS for number in range(sizes[subset])]
    return [(subset, number, FIRST + index) for index, (subset, number) in enumerate(named)]


def _write(root: Path, seed: int, sample: Sample) -> Written:
    """Draw one prompt's pictures."""
    from PIL import Image

    from figgen.data.miniatures.alt_texts import prompt
    from figgen.data.miniatures.prints import LAYOUTS as ALL_LAYOUTS
    from figgen.data.miniatures.prints import draw, layout_of

    subset, number, index = sample
    drawn = draw(LAYOUTS.get(subset) or tuple(ALL_LAYOUTS), SPLIT, index, seed)
    folder = root / "MARIOEval" / subset
    if subset in WITH_GROUND_TRUTH:
        mario.save_jpeg(folder / f"images/{number}.jpg", drawn.pixels)
    Image.fromarray(layout_of(drawn.words)).save(folder / f"render/{number}.png")
    return f"{subset}/{number}", prompt(subset, drawn.layout, drawn.texts, drawn.rng), drawn.boxes


def _write_lists(root: Path, written: Sequence[Written]) -> None:
    """The prompts of each subset, with and without quotes, and the words of all pictures."""
    for subset in SUBSETS:
        texts = [text for key, text, _ in written if key.startswith(f"{subset}/")]
        folder = root / "MARIOEval" / subset
        (folder / f"{subset}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
        plain = "\n".join(map(without_quotes, texts)) + "\n"
        (folder / f"{subset}_wo_quote.txt").write_text(plain, encoding="utf-8")
    write_words(root, {key: boxes for key, _, boxes in written})
