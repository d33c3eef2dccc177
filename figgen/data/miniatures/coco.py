"""The miniature of COCO: painted snapshots with five captions each, in the format of COCO's captions of 2014.

train2014/COCO_train2014_000000000001.jpg    and val2014/, whose pictures are the test split
annotations/captions_{train,val}2014.json    {info, images, licenses, annotations}
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from figgen.data.readers.coco import PARTS
from figgen.data.workers import Progress, cores, in_order
from figgen.runs.files import whole_folder

VERSION = "1"  # change it whenever a painted pixel or a caption changes
QUALITY = 92  # of the JPEG files
INFO = {"description": "Painted snapshots in the format of COCO 2014", "version": VERSION, "year": 2014}

Fields = dict[str, Any]


@dataclass(frozen=True)
class Miniature:
    """num_train and num_test pictures; `fingerprint` names exactly these."""

    num_train: int = 280
    num_test: int = 40
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        return f"coco-miniature-v{VERSION}-{self.num_train}-{self.num_test}-s{self.seed}-pillow-{version('pillow')}"

    def write(self, folder: Path, workers: int | None = None, on_progress: Progress | None = None) -> None:
        """Paint everything into `folder` with `workers` processes (None: every core)."""
        counts = {"train": self.num_train, "test": self.num_test}
        snapshots = list(enumerate(((split, i) for split, count in counts.items() for i in range(count)), 1))
        with whole_folder(folder) as root:
            for part in ("annotations", *PARTS.values()):
                (root / part).mkdir()
            images = list(
                in_order(partial(_write_snapshot, root, self.seed), snapshots, workers or cores(), on_progress)
            )
            _write_list(root, "train", images[: self.num_train])
            _write_list(root, "test", images[self.num_train :])


def _write_snapshot(root: Path, seed: int, numbered: tuple[int, tuple[str, int]]) -> tuple[Fields, list[str]]:
    """Paint and save (id, (split, index)); => its line of the list, and its captions."""
    from figgen.data.miniatures import snapshot

    number, (split, index) = numbered
    drawn = snapshot.draw(split, index, seed)
    name = f"COCO_{PARTS[split]}_{number:012d}.jpg"
    drawn.picture.save(root / PARTS[split] / name, quality=QUALITY)
    width, height = drawn.picture.size
    return {"license": 1, "file_name": name, "height": height, "width": width, "id": number}, drawn.scene.captions


def _write_list(root: Path, split: str, images: Sequence[tuple[Fields, Sequence[str]]]) -> None:
    """Captions are numbered through, five to a picture."""
    annotations = [
        {"image_id": image["id"], "id": 5 * image["id"] + number, "caption": caption}
        for image, captions in images
        for number, caption in enumerate(captions)
    ]
    licences = [{"url": "", "id": 1, "name": "that of figgen itself"}]
    tables = {"info": INFO, "images": [image for image, _ in images], "licenses": licences, "annotations": annotations}
    (root / f"annotations/captions_{PARTS[split]}.json").write_text(json.dumps(tables), encoding="utf-8")
