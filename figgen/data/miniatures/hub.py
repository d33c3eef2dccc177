"""Writes captioned pictures as a dataset of the Hugging Face hub: parquet files with an Image feature.

data/{train,val,test}-00000-of-00001-<hash>.parquet     caption column, filename, image, further columns
words.jsonl                                             where the words stand, if any: parquet has no room for them
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from figgen.data.readers.sidecar import write_words
from figgen.data.workers import Progress, cores, in_order
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import DataError
from figgen.runs.files import whole_folder

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROW_GROUP = 100  # rows, as `datasets` writes pictures


@dataclass(frozen=True)
class Sample:
    """One row, and the words of its picture."""

    split: str
    filename: str  # not used twice in a split
    caption: str
    png: bytes
    boxes: tuple[TextBox, ...]
    further: dict[str, str] = field(default_factory=dict)  # columns behind the image

    @property
    def key(self) -> str:
        """What the reader calls it."""
        return f"{self.split}/{self.filename}"


@dataclass(frozen=True)
class HubMiniature:
    """num_train, num_val and num_test rows. A subclass says what they are called, and draws one of them."""

    num_train: int = 240
    num_val: int = 40
    num_test: int = 40
    seed: int = 0

    name: ClassVar[str]
    column: ClassVar[str]  # that holds the markup
    drawing: ClassVar[int]  # change it whenever a drawn pixel, a word or the markup changes
    drawn_by: ClassVar[tuple[str, ...]]  # distributions whose releases may change the pixels
    extra: ClassVar[str | None] = None  # of figgen-suite that installs them

    def sample(self, split: str, index: int) -> Sample:
        """Row `index` of a split, which depends on these two and the seed alone."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """What would be drawn; DataError where what draws it is not installed."""
        libraries = "-".join(f"{library}-{self._version(library)}" for library in self.drawn_by)
        counts = f"{self.num_train}-{self.num_val}-{self.num_test}"
        return f"{self.name}-miniature-v{self.drawing}-{counts}-s{self.seed}-{libraries}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Draw everything into `folder` with `workers` processes (None: every core)."""
        self.fingerprint  # noqa: B018 - one sentence now where a library is missing, not a traceback per process
        counts = {"train": self.num_train, "val": self.num_val, "test": self.num_test}
        rows = [(split, index) for split, count in counts.items() for index in range(count)]
        with whole_folder(folder) as root:
            samples = list(in_order(self._sample_of, rows, workers or cores(), on_progress))
            write_dataset(root, self.column, samples)

    def _sample_of(self, row: tuple[str, int]) -> Sample:
        return self.sample(*row)

    def _version(self, library: str) -> str:
        try:
            return version(library)
        except PackageNotFoundError as error:
            raise DataError(
                f"The miniature of {self.name} is drawn by {' and '.join(self.drawn_by)}, and {library} is not "
                f"installed: run `pip install -e '.[{self.extra}]'` in the folder of pyproject.toml, "
                f"or prepare the real files with `python -m figgen.prepare dataset={self.name} from=PATH`."
            ) from error


def png_of(pixels: np.ndarray) -> bytes:
    """uint8 (H, W, 3) => an RGB PNG, as the published pictures are stored."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def write_dataset(root: Path, column: str, samples: Sequence[Sample]) -> None:
    """All samples into root/data, with their captions in `column`, and their words, if any, into root/words.jsonl."""
    (root / "data").mkdir()
    for split in dict.fromkeys(sample.split for sample in samples):
        _write_split(root / "data", split, column, [sample for sample in samples if sample.split == split])
    if any(sample.boxes for sample in samples):
        write_words(root, {sample.key: sample.boxes for sample in samples})


def _write_split(folder: Path, split: str, column: str, samples: Sequence[Sample]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_row(column, sample) for sample in samples]
    schema = pa.schema([(name, _image_type() if name == "image" else pa.string()) for name in rows[0]])
    table = pa.Table.from_pylist(rows, schema.with_metadata({"huggingface": _features(list(rows[0]))}))
    digest = hashlib.sha256("".join(sample.caption for sample in samples).encode()).hexdigest()[:16]
    pq.write_table(table, folder / f"{split}-00000-of-00001-{digest}.parquet", row_group_size=ROW_GROUP)


def _row(column: str, sample: Sample) -> dict[str, object]:
    image = {"bytes": sample.png, "path": sample.filename}
    return {column: sample.caption, "filename": sample.filename, "image": image, **sample.further}


def _image_type() -> pa.DataType:
    import pyarrow as pa

    return pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def _features(names: list[str]) -> str:
    """What `datasets` reads from the schema: all strings, and one picture."""
    text, image = {"dtype": "string", "_type": "Value"}, {"_type": "Image"}
    return json.dumps({"info": {"features": {name: image if name == "image" else text for name in names}}})
