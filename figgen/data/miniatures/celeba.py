"""The miniature of CelebA: painted faces in the dataset's original format on disk, as Kaggle has it unpacked.

img_align_celeba/img_align_celeba/000001.jpg    178 x 218 pixels, numbered through train, val and test
list_attr_celeba.csv                            what is seen of each face: 40 attributes, 1 or -1
list_eval_partition.csv                         0 train, 1 val, 2 test
list_landmarks_align_celeba.csv                 where the eyes, the nose and the corners of the mouth are
list_bbox_celeba.csv                            where the head is; in the original, before its faces were aligned
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from figgen.data.readers.celeba import ATTRIBUTE_LIST, PARTITION_LIST, PICTURES, PLACES
from figgen.data.readers.face_captions import ATTRIBUTES
from figgen.data.workers import Progress, cores, in_order
from figgen.runs.files import whole_folder

VERSION = "1"  # change it whenever a painted pixel or an attribute changes
QUALITY = 92  # of the JPEG files
PARTITIONS = ("train", "val", "test")  # in the order of their numbers


@dataclass(frozen=True)
class Row:
    """What the lists say about one face, beside its name."""

    attributes: list[int]
    partition: int
    landmarks: list[int]
    bbox: list[int]


@dataclass(frozen=True)
class Miniature:
    """num_train, num_val and num_test faces; `fingerprint` names exactly these."""

    num_train: int = 240
    num_val: int = 32
    num_test: int = 40
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        counts = f"{self.num_train}-{self.num_val}-{self.num_test}"
        return f"celeba-miniature-v{VERSION}-{counts}-s{self.seed}-pillow-{version('pillow')}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Paint everything into `folder` with `workers` processes (None: every core)."""
        counts = (self.num_train, self.num_val, self.num_test)
        faces = [(split, index) for split, count in zip(PARTITIONS, counts, strict=True) for index in range(count)]
        numbered = list(enumerate(faces, 1))
        with whole_folder(folder) as root:
            (root / PICTURES[0]).mkdir(parents=True)
            paint = partial(_write_face, root, self.seed)
            rows = list(in_order(paint, numbered, workers or cores(), on_progress))
            _write_lists(root, rows)


def _name(number: int) -> str:
    return f"{number:06d}.jpg"


def _write_face(root: Path, seed: int, numbered: tuple[int, tuple[str, int]]) -> Row:
    """Paint and save (number, (split, index)); => what the lists say about it."""
    from figgen.data.miniatures import faces
    from figgen.data.miniatures.face_traits import attributes

    number, (split, index) = numbered
    portrait = faces.draw(split, index, seed)
    portrait.picture.save(root / PICTURES[0] / _name(number), quality=QUALITY)
    shown = attributes(portrait.face)
    places = [value for place in portrait.landmarks.values() for value in place]
    return Row([1 if shown[name] else -1 for name in ATTRIBUTES], PARTITIONS.index(split), places, [*portrait.bounds])


def _write_lists(root: Path, rows: Sequence[Row]) -> None:
    names = [_name(number) for number in range(1, len(rows) + 1)]
    _write_csv(root / ATTRIBUTE_LIST, ATTRIBUTES, names, [row.attributes for row in rows])
    _write_csv(root / PARTITION_LIST, ("partition",), names, [[row.partition] for row in rows])
    (bbox, bbox_columns), (landmarks, landmark_columns) = PLACES["bbox"], PLACES["landmarks"]
    _write_csv(root / bbox, bbox_columns, names, [row.bbox for row in rows])
    _write_csv(root / landmarks, landmark_columns, names, [row.landmarks for row in rows])


def _write_csv(path: Path, columns: Sequence[str], names: Sequence[str], rows: Iterable[Sequence[int]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image_id", *columns])
        writer.writerows([name, *row] for name, row in zip(names, rows, strict=True))
