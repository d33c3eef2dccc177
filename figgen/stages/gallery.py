"""A finished run's pictures for a whole split, one file each beside what it should be like: figgen.evaluate run=NAME.

<outputs>/evaluate/<run>/generated/000041.png   drawn from caption 41 with seed 41 more than the run's: no picture
<outputs>/evaluate/<run>/reference/000041.png   depends on how many are asked for, nor on how many are drawn at once
<outputs>/evaluate/<run>/captions.jsonl
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from figgen.data.loading.fitted import FittedSplit
from figgen.metrics.suite import words_of
from figgen.reporting.finding import one_by_one
from figgen.reporting.pictures import as_image
from figgen.runs.console import say
from figgen.runs.cores import threads
from figgen.runs.directory import Folder
from figgen.runs.errors import CheckpointError, DataError
from figgen.runs.files import whole_file, write_text
from figgen.stages import build, lettering
from figgen.stages.context import Context
from figgen.stages.generation import draw, layout_for
from figgen.stages.options import RUN_RULES
from figgen.stages.road import data_source
from figgen.training.seeding import drawn
from figgen.training.weights import EXPORT, load_weights


class Gallery(NamedTuple):
    """Pictures on disk; `missing` says why there are fewer than were asked for, "" where there are not."""

    images: Path
    reference: Path
    captions: Path
    data: str  # what the run was trained on and is judged by, a miniature for one
    names: list[str]
    missing: str


def gallery(name: str, number: int | None, batch_size: int, outputs: Path) -> Gallery:
    """Draw what is not drawn yet of `number` captions, or all, of the split that the run was judged on."""
    context = context_of(name, outputs)
    context.cfg.evaluation.batch_size = batch_size
    place = outputs / "evaluate" / context.run.path.name
    folder = Gallery(
        place / "generated", place / "reference", place / "captions.jsonl", context.run.state["data"], [], ""
    )
    split = context.source.split(context.cfg.evaluation.split)
    wanted = drawn(context.cfg.evaluation.seed, "unseen figures", len(split), number or len(split))
    left = [i for i in wanted if not picture_of(folder.images, i).exists()]
    say(f"{context.run.path.name} on {folder.data}: {len(wanted)} pictures, {len(wanted) - len(left)} are there")
    write_text(folder.captions, described(split))
    missing = draw_all(context, split, left, batch_size, folder) if left else ""
    there = [picture_of(folder.images, i).stem for i in wanted if picture_of(folder.images, i).exists()]
    if missing and not there:
        raise CheckpointError(missing)
    return folder._replace(names=there, missing=missing)


def context_of(name: str, outputs: Path) -> Context:
    """A run by its folder or signature, with the config and the data that it had."""
    (path, *others) = one_by_one([name], outputs)
    if others:
        raise DataError(f"run={name}: {len(others) + 1} runs are called so, name one of them")
    try:
        cfg = OmegaConf.load(path / "config.yaml")
        assert isinstance(cfg, DictConfig)
        found = RUN_RULES.problems(cfg)
    except (OSError, OmegaConfBaseException) as error:
        raise DataError(f"{path}: its config.yaml cannot be read ({error})") from error
    if found:
        raise DataError(f"{path} is of an older schema ({found[0]}): train it again, force=true")
    cfg.paths.outputs = str(path.parent.parent)
    torch.set_num_threads(threads(cfg.trainer.threads))
    return Context(cfg, data_source(cfg), Folder(path, "run.json"))


def draw_all(context: Context, split: FittedSplit, left: Sequence[int], batch_size: int, folder: Gallery) -> str:
    """Draw the pictures at these places of the split; => why it could not be done, or ""."""
    try:
        autoencoder = lettering.load(context)
        module = build.diffusion_module(context.cfg, autoencoder)
        load_weights(module.ema, context.folder("diffusion").path / EXPORT)
    except CheckpointError as error:
        return f"{len(left)} pictures of {context.run.path.name} cannot be drawn: {error}"
    model = module.ema.eval().to(build.device(context.cfg))
    for start in range(0, len(left), batch_size):
        places = left[start : start + batch_size]
        batch = split.batch(places)
        layout = layout_for(context, batch, places)
        pictures, _ = draw(context, model, autoencoder, batch.captions, layout, places=places)
        for i, original, picture in zip(places, batch.pixels.numpy(), pictures, strict=True):
            for place, shown in ((folder.reference, original), (folder.images, picture)):
                with whole_file(picture_of(place, i)) as file:
                    as_image(shown, zoom=1).save(file, "png")
        say(f"{min(start + batch_size, len(left))}/{len(left)} pictures drawn")
    return ""


def described(split: FittedSplit) -> str:
    """JSON lines: the caption and the true words of every picture of the split."""
    batch = split.batch(range(len(split)))
    rows = zip(batch.keys, batch.captions, words_of(batch.words), strict=True)
    lines = [
        {"file": f"{i:06d}.png", "key": key, "caption": caption, "words": words}
        for i, (key, caption, words) in enumerate(rows)
    ]
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def picture_of(folder: Path, i: int) -> Path:
    return folder / f"{i:06d}.png"
