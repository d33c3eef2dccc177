"""The miniature of the SciCap challenge: drawn plots of papers in the dataset's original format on disk.

{train,train-acl,val,public-test}.json    annotation files in the style of COCO; a fifth of the training is ACL's
img-split.zip                             the pictures, img-split/<annotation file's name>/<figure>.png

words.jsonl beside them says where the words are.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from figgen.data.miniatures.base import Miniature, Slot, encoded
from figgen.data.miniatures.scicap import Place, in_arxiv
from figgen.data.readers.sidecar import write_words

if TYPE_CHECKING:
    from figgen.ocr.boxes import TextBox

FILES = {"train": "train", "val": "val", "test": "public-test"}
FROM_ACL = 5  # every so manieth training figure
MENTIONS = ("This is what we find in Figure {}.", "Figure {} gives an account of this.")


def in_acl(number: int) -> Place:
    """A place for figure `number` of a miniature."""
    return Place(f"2020.acl-main.{1 + number}", 1 + number % 9)


class Figure(NamedTuple):
    """One drawn figure with what its annotation file says."""

    file: str
    image: dict[str, Any]
    annotation: dict[str, Any]
    picture: bytes
    words: tuple[TextBox, ...]


@dataclass(frozen=True)
class ScicapChallengeMiniature(Miniature[Figure]):
    """num_train, num_val and num_test figures."""

    num_train: int = 200
    num_val: int = 6
    num_test: int = 32

    name: ClassVar[str] = "scicap_challenge"
    version: ClassVar[int] = 5
    drawings: ClassVar[str] = "figgen.data.miniatures.paper_plots"

    def draw(self, root: Path, slot: Slot) -> Figure:
        plot = self.pen.draw(slot.split, slot.place, self.seed)
        is_acl = slot.split == "train" and slot.place % FROM_ACL == FROM_ACL - 1
        file, place = "train-acl" if is_acl else FILES[slot.split], (in_acl if is_acl else in_arxiv)(slot.number)
        mention = MENTIONS[slot.place % len(MENTIONS)].format(place.figure)
        image = {
            "id": slot.number,
            "file_name": f"{place.stem}.png",
            "figure_type": plot.figure_type,
            "ocr": [box.text for box in plot.boxes],
        }
        annotation = {
            "id": slot.number,
            "image_id": slot.number,
            "caption": f"Figure {place.figure}: {plot.caption}",
            "caption_no_index": plot.caption,
            "paragraph": [f"{plot.caption} {mention}"],
            "mention": [[mention]],
        }
        return Figure(file, image, annotation, encoded(plot.pixels, compress_level=1), plot.boxes)

    def finish(self, root: Path, listed: Sequence[Figure]) -> None:
        for file in ("train-acl", *FILES.values()):
            of_file = [figure for figure in listed if figure.file == file]
            content = {"images": [f.image for f in of_file], "annotations": [f.annotation for f in of_file]}
            (root / f"{file}.json").write_text(json.dumps(content))
        with zipfile.ZipFile(root / "img-split.zip", "w") as archive:
            for figure in listed:  # a ZipInfo has a fixed time of change: the zip is always the same
                member = zipfile.ZipInfo(f"img-split/{figure.file}/{figure.image['file_name']}")
                archive.writestr(member, figure.picture)
        write_words(root, {figure.image["file_name"]: figure.words for figure in listed})
