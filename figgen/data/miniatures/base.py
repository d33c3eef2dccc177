"""What every miniature shares: a name for what would be drawn, a folder that appears whole, dice thrown until it fits.

A dataset's miniature is two things: this class, which knows the original format on disk and imports nothing heavy, for
every run asks for its fingerprint; and a module of drawings, which is imported where something is drawn.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar
from zlib import crc32

import numpy as np

from figgen.data.record import Option
from figgen.data.words import word_maker
from figgen.data.workers import Progress, in_order
from figgen.runs.cores import cores
from figgen.runs.errors import DataError
from figgen.runs.files import whole_folder

if TYPE_CHECKING:
    from PIL import Image, ImageFont

ATTEMPTS = 100

Drawing = TypeVar("Drawing")
Listed = TypeVar("Listed")  # what the dataset's lists say about one sample


class LayoutError(Exception):
    """What was drawn cannot be read: words collide, leave the sheet or lie on a line. It has to be laid out anew."""


class Slot(NamedTuple):
    """Where a sample stands in its miniature."""

    split: str
    place: int  # in its split
    number: int  # among all samples


@dataclass(frozen=True)
class Miniature(ABC, Generic[Listed]):
    """num_train, num_val and num_test samples in a dataset's original format; `fingerprint` names exactly these.

    Sample `index` of a split depends on (seed, split, index) alone. Test samples show words that training never does.
    """

    num_train: int = 240
    num_val: int = 0
    num_test: int = 40
    seed: int = 0

    name: ClassVar[str]
    version: ClassVar[int] = 1  # change it whenever a drawn pixel, a word or a caption changes
    drawn_by: ClassVar[tuple[str, ...]] = ("matplotlib",)  # distributions whose releases may change the pixels
    extra: ClassVar[str | None] = None  # of figgen-suite, where it installs them
    drawings: ClassVar[str]  # the module that draws

    @abstractmethod
    def draw(self, root: Path, slot: Slot) -> Listed:
        """Draw one sample and write the files of its own, in any process; => what the lists say about it."""

    @abstractmethod
    def finish(self, root: Path, listed: Sequence[Listed]) -> None:
        """Write the lists of all samples, which stand in their order."""

    def folders(self) -> Sequence[str]:
        """Those that `draw` writes to."""
        return ()

    @property
    def counts(self) -> Mapping[str, int]:
        """The splits that are drawn, with their sizes."""
        sizes = {"train": self.num_train, "val": self.num_val, "test": self.num_test}
        return {split: size for split, size in sizes.items() if size}

    @property
    def slots(self) -> list[Slot]:
        pairs = [(split, index) for split, size in self.counts.items() for index in range(size)]
        return [Slot(split, index, number) for number, (split, index) in enumerate(pairs)]

    @property
    def fingerprint(self) -> str:
        """What would be drawn; DataError where what draws it is not installed."""
        sizes = "-".join(map(str, self.counts.values()))
        libraries = "-".join(f"{library}-{self._release(library)}" for library in self.drawn_by)
        return f"{self.name}-miniature-v{self.version}-{sizes}-s{self.seed}-{libraries}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder`, which appears only when all is there, with so many processes (None: all)."""
        self.fingerprint  # noqa: B018 - one sentence now where a library is missing, not a traceback per process
        with whole_folder(folder) as root:
            for inner in self.folders():
                (root / inner).mkdir(parents=True)
            self.finish(root, list(in_order(partial(self.draw, root), self.slots, workers or cores(), on_progress)))

    @property
    def pen(self) -> Any:
        """The module that draws."""
        return import_module(self.drawings)

    def _release(self, library: str) -> str:
        try:
            return version(library)
        except PackageNotFoundError as error:
            raise DataError(
                f"The miniature of {self.name} is drawn by {' and '.join(self.drawn_by)}, and {library} is not "
                f"installed: run `pip install -e '.[{self.extra}]'` in the folder of pyproject.toml, "
                f"or prepare the real files with `python -m figgen.prepare dataset={self.name} from=PATH`."
            ) from error


class Dice:
    """What one drawing is made up from: choices, numbers, and the words of its split, of which none comes twice."""

    def __init__(self, rng: np.random.Generator, split: str) -> None:
        self.rng, self.split, self.make_word, self.used = rng, split, word_maker(split), set[str]()

    def pick(self, options: Sequence[Option]) -> Option:
        return options[int(self.rng.integers(len(options)))]

    def count(self, least: int, most: int) -> int:
        """A whole number from least to most, both included."""
        return int(self.rng.integers(least, most + 1))

    def word(self, shortest: int = 2, longest: int = 10) -> str:
        """A new one of so many letters."""
        word = self.make_word(self.rng)
        if not shortest <= len(word) <= longest or word in self.used:
            return self.word(shortest, longest)
        self.used.add(word)
        return word


def until_it_fits(attempt: Callable[[Dice], Drawing], split: str, index: int, seed: int) -> Drawing:
    """The first of a sample's attempts that raises no LayoutError; each has dice of its own, always the same ones."""
    for number in range(ATTEMPTS):
        try:
            return attempt(Dice(np.random.default_rng([seed, crc32(split.encode()), index, number]), split))
        except LayoutError:
            continue
    raise RuntimeError(f"sample {index} of {split} (seed {seed}) found no lay-out in {ATTEMPTS} attempts")


def encoded(picture: np.ndarray | Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """A picture, or uint8 (H, W, 3), as the bytes of a file."""
    from PIL import Image

    file = io.BytesIO()
    (Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture).save(file, form, **options)
    return file.getvalue()


@cache
def typeface(package: str, file: str, size: int) -> ImageFont.FreeTypeFont:
    """A font file that an installed package brings, set glyph by glyph in the same way on every machine."""
    from PIL import ImageFont

    spec = find_spec(package.replace("-", "_"))  # not imported: some packages need more for that than they say
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"The package {package} is missing: run `pip install --upgrade figgen-suite` again.")
    path = Path(spec.submodule_search_locations[0]) / file
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
