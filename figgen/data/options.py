"""What can be said of a dataset, and of its preparation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Fraction, Natural, Range
from figgen.ocr.options import Letters

Source = Literal["auto", "prepared", "miniature"]
Fit = Literal["pad", "crop"]
Channels = Literal[1, 3]
Side = Annotated[int, Range(16, 4096)]
FigureText = Literal["caption", "caption_and_type"]  # mlfigs
Experiment = Literal["Single-Sentence-Caption", "First-Sentence", "Caption-No-More-Than-100-Tokens"]  # scicap
Form = Literal["original", "lowercase_and_token", "basic_num", "advanced_equation_bracket"]  # scicap
ChallengeCaption = Literal["caption", "caption_no_index"]  # scicap_challenge
FaceCaptions = Literal["auto", "labels", "attributes"]  # celeba
Shown = Literal["whole", "text_only"]  # mario
Subset = Literal[  # mario_eval
    "LAIONEval4000", "TMDBEval500", "OpenLibraryEval500", "ChineseDrawText", "DrawBenchText", "DrawTextCreative"
]

OPTIONS: dict[str, object] = {
    "dataset.about.*": str,
    "dataset.hub": None,
    "dataset.hub.repo": str,
    "dataset.hub.files": list[str],
    "dataset.unpack": list[str] | tuple[()],
    "dataset.source": Source,
    "dataset.fit": Fit,
    "dataset.sizes.*": tuple[Side, Side],
    "dataset.size": tuple[Side, Side],
    "dataset.channels": Channels,
    "dataset.has_text": bool,
    "dataset.letters": Letters,
    "dataset.horizontal_flip": bool,
    "dataset.max_bad_fraction": Fraction,
    "dataset.reader.text": FigureText,
    "dataset.reader.column": str,
    "dataset.reader.test_items": Count | None,
    "dataset.reader.experiment": Experiment,
    "dataset.reader.subfigures": bool,
    "dataset.reader.form": Form,
    "dataset.reader.caption": ChallengeCaption,
    "dataset.reader.files.train": list[str],
    "dataset.reader.files.val": list[str],
    "dataset.reader.files.test": list[str],
    "dataset.reader.captions": FaceCaptions,
    "dataset.reader.picture": Shown,
    "dataset.reader.subsets": list[Subset],
    "dataset.miniature.num_train": Count,
    "dataset.miniature.num_val": Count,
    "dataset.miniature.num_test": Count,
}
PREPARING: dict[str, object] = {
    "from": str | None,
    "action": Literal["convert", "inspect"],
    "shard": Natural,
    "num_shards": Count,
    "pictures": Count,
}


def no_mirrored_text(cfg: DictConfig) -> str | None:
    if cfg.dataset.horizontal_flip and cfg.dataset.has_text:
        return f"dataset.horizontal_flip=true would train mirrored letters on {cfg.dataset.name}: set it to false"
    return None


def original_is_there(cfg: DictConfig) -> str | None:
    if cfg.action != "convert":
        return None
    if cfg["from"] is None:
        download = "" if cfg.dataset.hub is None else ", or from=hub to download them"
        return f"from: say from=FOLDER, one that holds {cfg.dataset.about.files} ({cfg.dataset.about.home}){download}"
    if cfg["from"] != "hub" and not Path(cfg["from"]).expanduser().exists():
        return f"from={cfg['from']}: there is no such file or folder"
    return None


def shard_is_one_of_them(cfg: DictConfig) -> str | None:
    if cfg.shard >= cfg.num_shards:
        return f"shard={cfg.shard}: with num_shards={cfg.num_shards} the last one is {cfg.num_shards - 1}"
    return None


CHECKS = (no_mirrored_text,)
PREPARING_CHECKS = (original_is_there, shard_is_one_of_them)
