"""Pictures that a run leaves for later eyes: some unseen figures, what became of them, and what was drawn instead.

samples/views/items.json       of each figure its key, its caption, and where its words stand
samples/views/original-00.png  samples/views/reconstruction-00.png
samples/generated/0000.png  samples/generated/0000.txt  samples/generated/keys.json
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import as_image
from figgen.runs.directory import Folder
from figgen.runs.files import read_json, write_json

NUMBER = 12


@dataclass(frozen=True)
class Item:
    """An unseen figure, by what is known of it."""

    key: str
    caption: str
    words: list[TextBox]


@dataclass(frozen=True)
class Views:
    """The same figures as they are and as an autoencoder gives them back, n of uint8 (C, H, W); and by their keys
    the pictures that were drawn from captions."""

    items: list[Item]
    originals: list[np.ndarray]
    reconstructions: list[np.ndarray]
    generated: dict[str, np.ndarray]


def keep_views(samples: Path, items: Sequence[Item], originals: np.ndarray, reconstructions: np.ndarray) -> None:
    """Uint8 (N, C, H, W) pictures of N items and their reconstructions into samples/views."""
    folder = samples / "views"
    folder.mkdir(parents=True, exist_ok=True)
    for name, pictures in (("original", originals), ("reconstruction", reconstructions)):
        for i, picture in enumerate(pictures):
            as_image(picture, zoom=1).save(folder / f"{name}-{i:02d}.png")
    write_json(folder / "items.json", [_listed(item) for item in items])


def keep_generated(samples: Path, keys: Sequence[str], captions: Sequence[str], pictures: np.ndarray) -> None:
    """What was drawn for some items, uint8 (N, C, H, W), and from which captions, into samples/generated."""
    folder = samples / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    for i, (caption, picture) in enumerate(zip(captions, pictures, strict=True)):
        as_image(picture, zoom=1).save(folder / f"{i:04d}.png")
        (folder / f"{i:04d}.txt").write_text(f"{caption}\n")
    write_json(folder / "keys.json", list(keys))


def load_views(samples: Path) -> Views:
    """What was kept; no pictures where nothing was."""
    folder, drawn = samples / "views", samples / "generated"
    items = [_item(entry) for entry in read_json(folder / "items.json", list)]
    generated = dict(zip(read_json(drawn / "keys.json", list), _pictures(drawn, "*.png"), strict=False))
    if not items:  # none were kept, or by an older schema
        return Views([], [], [], generated)
    return Views(items, _pictures(folder, "original-*.png"), _pictures(folder, "reconstruction-*.png"), generated)


def with_plain_loss(run: Folder, science: dict[str, Any], wanted: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """What another run's autoencoder, that differs from `science` in its plain loss alone, made of the same pictures.

    wanted: {key: uint8 (C, H, W)}. A run of the same group comes first; empty where there is none.
    """
    if science["loss"]["name"] == "plain":
        return []
    sought, group = {**science, "loss": {"name": "plain"}}, run.path.parent
    for path in sorted(group.parent.glob("*/*/run.json"), key=lambda path: path.parents[1] != group):
        other = read_json(path).get("science", {})
        if {key: other.get(key) for key in science} | {"loss": {"name": other.get("loss", {}).get("name")}} == sought:
            views = load_views(path.parent / "samples")
            keys = [item.key for item in views.items]
            known = dict(zip(keys, zip(views.originals, views.reconstructions, strict=True), strict=True))
            if all(key in known and np.array_equal(known[key][0], original) for key, original in wanted.items()):
                return [known[key][1] for key in wanted]
    return []


def _pictures(folder: Path, pattern: str) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)).transpose(2, 0, 1) for path in sorted(folder.glob(pattern))]


def _listed(item: Item) -> dict[str, Any]:
    words = [{"quad": box.quad, "text": box.text} for box in item.words]
    return {"key": item.key, "caption": item.caption, "words": words}


def _item(entry: dict[str, Any]) -> Item:
    words = [TextBox(tuple(map(tuple, box["quad"])), box["text"]) for box in entry["words"]]  # type: ignore[arg-type]
    return Item(entry["key"], entry["caption"], words)
