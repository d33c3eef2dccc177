"""What can be said of a run and of the preparation of data: the options and checks of every room, and the run's own."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from omegaconf import DictConfig

from figgen.autoencoder import options as autoencoder
from figgen.cli.kinds import Range
from figgen.cli.rules import Rules, shown
from figgen.data import options as data
from figgen.diffusion import options as diffusion
from figgen.losses import options as losses
from figgen.metrics import options as metrics
from figgen.ocr import options as ocr
from figgen.training import options as training

Stage = Literal["autoencoder", "diffusion", "evaluation"]

SHARED: dict[str, object] = {  # by conf/config.yaml and conf/prepare.yaml
    "paths.*": str,
    "scale": Literal["demo", "paper"],
    "force": bool,
    "traceback": bool,
}
OPTIONS: dict[str, object] = {
    **SHARED,
    "group": str,
    "seed": Annotated[int, Range(0, 2**31 - 1)],
    "stages": list[Stage],
    "dry_run": bool,
    "debug": Literal["none", "fast", "overfit", "profile"],
    "profiler": Literal["simple"] | None,
    "logger.name": Literal["mlflow", "none"],
    "logger.tracking_uri": str | None,
}


def stages_in_order(cfg: DictConfig) -> str | None:
    asked, known = list(cfg.stages), get_args(Stage)
    if asked != [stage for stage in known if stage in asked]:
        return f"stages={shown(asked)}: each at most once, in the order {shown([*known])}"
    return None


def warmup_ends(cfg: DictConfig) -> str | None:
    for name in ("autoencoder", "denoiser"):
        if autoencoder.learns(cfg[name]) and cfg[name].warmup_steps >= cfg[name].steps:
            return (
                f"{name}.warmup_steps={cfg[name].warmup_steps} must be below {name}.steps={cfg[name].steps}, "
                "or the learning rate never reaches its peak"
            )
    return None


def mirror_has_address(cfg: DictConfig) -> str | None:
    if (cfg.logger.name == "none") != (cfg.logger.tracking_uri is None):
        return "logger.tracking_uri: logger=mlflow needs an address, logger=none has none"
    return None


ROOMS = (data, ocr, losses, autoencoder, diffusion, metrics, training)
RUN_RULES = Rules(
    OPTIONS | {key: kind for room in ROOMS for key, kind in room.OPTIONS.items()},
    (
        *(check for room in (data, losses, training, autoencoder, diffusion) for check in room.CHECKS),
        *(stages_in_order, warmup_ends, mirror_has_address),
    ),
)
PREPARE_RULES = Rules(SHARED | data.OPTIONS | ocr.OPTIONS | data.PREPARING, data.PREPARING_CHECKS)
EVALUATE_RULES = Rules(metrics.EVALUATING, metrics.EVALUATING_CHECKS)
