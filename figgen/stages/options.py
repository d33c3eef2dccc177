"""What can be said of a run and of the preparation of data: the options and checks of every room, and the run's own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Literal, get_args

from omegaconf import DictConfig

from figgen.autoencoder import options as autoencoder
from figgen.cli.kinds import Count, Mark, Natural, Range
from figgen.cli.rules import Rules, shown
from figgen.data import options as data
from figgen.diffusion import options as diffusion
from figgen.layout import options as layout
from figgen.losses import options as losses
from figgen.metrics import options as metrics
from figgen.ocr import options as ocr
from figgen.training import options as training

Stage = Literal["autoencoder", "lettering", "planner", "diffusion", "evaluation"]
RESERVED = ("stages", "data", "inspect", "evaluate", "reports")  # folders of paths.outputs that hold something else
Group = Annotated[
    str,
    Mark(
        lambda name: Path(name).name == name and not name.startswith(".") and name not in RESERVED,
        f"a name for a folder: without a /, with no dot in front, and none of {', '.join(RESERVED)}",
    ),
]

SHARED: dict[str, object] = {  # by conf/config.yaml and conf/prepare.yaml
    "paths.*": str,
    "scale": Literal["demo", "paper"],
    "force": bool,
    "traceback": bool,
}
OPTIONS: dict[str, object] = {
    **SHARED,
    "group": Group,
    "limit": Count | None,
    "terms_start": Natural,
    "seed": Annotated[int, Range(0, 2**31 - 1)],
    "stages": list[Stage],
    "dry_run": bool,
    "debug": Literal["none", "fast", "overfit", "profile"],
    "profiler": Literal["simple"] | None,
    "logger.name": Literal["mlflow", "none"],
    "logger.tracking_uri": str | None,
}
REPORTING: dict[str, object] = {
    "paths.*": str,
    "group": Group,
    "runs": list[str | int] | None,
    "source": Literal["folders", "mlflow"],
    "tracking_uri": str,
    "mix": bool,
    "figures": Count,
    "traceback": bool,
}


def stages_in_order(cfg: DictConfig) -> str | None:
    asked, known = list(cfg.stages), get_args(Stage)
    if asked != [stage for stage in known if stage in asked]:
        return f"stages={shown(asked)}: each at most once, in the order {shown([*known])}"
    return None


def warmup_ends(cfg: DictConfig) -> str | None:
    for name in ("autoencoder", "lettering", "denoiser"):
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


def paths_can_be_written(cfg: DictConfig) -> str | None:
    """A file without a name, gone as soon as it is closed, is tried where each folder is or would be made."""
    is_prepared = (Path(cfg.paths.data) / "prepared" / cfg.dataset.name).is_dir()  # by others perhaps, to be read alone
    for key in ("outputs",) if is_prepared else ("outputs", "data"):
        folder = Path(cfg.paths[key]).absolute()
        place = next(path for path in (folder, *folder.parents) if path.exists())
        try:
            TemporaryFile(dir=place).close()
        except OSError as error:
            return f"paths.{key}={folder}: nothing can be written there ({error.strerror})"
    return None


ROOMS = (data, ocr, losses, layout, autoencoder, diffusion, metrics, training)
RUN_RULES = Rules(
    OPTIONS | {key: kind for room in ROOMS for key, kind in room.OPTIONS.items()},
    (
        *(check for room in (data, losses, training, layout, autoencoder, diffusion) for check in room.CHECKS),
        *(stages_in_order, warmup_ends, mirror_has_address),
    ),
    (paths_can_be_written, *(check for room in (training, ocr, losses, layout, autoencoder) for check in room.MACHINE)),
    losses.IDLE,
)
PREPARE_RULES = Rules(
    SHARED | data.OPTIONS | ocr.OPTIONS | data.PREPARING, data.PREPARING_CHECKS, (paths_can_be_written, *ocr.MACHINE)
)
REPORT_RULES = Rules(REPORTING)
EVALUATE_RULES = Rules(metrics.EVALUATING, metrics.EVALUATING_CHECKS, metrics.EVALUATING_MACHINE)
