"""What can be said of layouts and of the letters that are put on them."""

from __future__ import annotations

from typing import Annotated, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Fraction, NotNegative, Range
from figgen.layout.drawn import read_layout
from figgen.runs.errors import ConfigError
from figgen.training.options import OptimSettings

Width = Annotated[int, Range(8, 1024)]

OPTIONS: dict[str, object] = {
    "layout.name": Literal["none", "given", "planned", "drawn"],
    "layout.map": bool,
    "layout.glyphs": bool,
    "layout.boxes": str | None,
    "layout.temperature": Annotated[float, Range(0, 10)],
    "layout.planner": OptimSettings,
    "layout.planner.batch_size": Count,
    "layout.planner.net.size": list[Count],
    "layout.planner.net.width": Width,
    "layout.planner.net.depth": Count,
    "layout.planner.net.heads": Count,
    "layout.planner.net.dropout": Fraction,
    "layout.planner.net.jitter": Fraction,
    "layout.planner.net.most_words": Count,
    "layout.planner.net.most_copies": Count,
    "layout.planner.net.longest_caption": Count,
    "layout.planner.net.places": Count,
    "layout.planner.net.shapes": Count,
    "lettering": OptimSettings,
    "lettering.batch_size": Count,
    "lettering.noise": NotNegative,
    "lettering.net.channels": Literal[1, 3],
    "lettering.net.width": Width,
    "lettering.net.blocks": Count,
    "lettering.net.styles": Count,
    "lettering.net.shapes": Count,
    "lettering.net.embedding": Count,
}


def words_for_a_layout(cfg: DictConfig) -> str | None:
    if (cfg.layout.map or cfg.autoencoder.text_aware) and not cfg.dataset.has_text:
        asked = f"layout={cfg.layout.name}" if cfg.layout.map else "autoencoder.text_aware=true"
        return f"{asked} wants pictures with words, and dataset={cfg.dataset.name} shows none: say layout=none"
    return None


def sizes_fit(cfg: DictConfig) -> str | None:
    if cfg.lettering.net.width % 8:
        return f"lettering.net.width={cfg.lettering.net.width} must divide by 8, the groups of its norms"
    if cfg.layout.name == "planned" and (net := cfg.layout.planner.net).width % net.heads:
        return f"layout.planner.net.width={net.width} must divide by layout.planner.net.heads={net.heads}"
    return None


def drawn_layout_can_be_read(cfg: DictConfig) -> str | None:
    if cfg.layout.name != "drawn":
        return None
    if cfg.layout.boxes is None:
        return 'layout=drawn wants your boxes: \'layout.boxes=[{"text": "loss", "box": [10, 10, 30, 9]}]\', or a file'
    try:
        read_layout(cfg.layout.boxes)
    except ConfigError as error:
        return str(error)
    return None


CHECKS = (words_for_a_layout, sizes_fit)
MACHINE = (drawn_layout_can_be_read,)
