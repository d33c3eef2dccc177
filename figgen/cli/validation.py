"""Is a composed config one that can be run? Every key against its rule, then what only makes sense together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from figgen.cli.rules import STAGE_NAMES, rule_for
from figgen.runs.errors import ConfigError
from figgen.runs.identity import flatten, plain

NEED_WORDS = ("figgen.losses.tpl.TextPerceptualTerm", "figgen.losses.ocr.OcrTerm")  # nothing without word boxes


def validate(cfg: DictConfig) -> None:
    """Raise ConfigError naming everything that is wrong, a line each."""
    problems = problems_of(cfg)
    if problems:
        raise ConfigError("\n".join(problems))


def problems_of(cfg: DictConfig) -> list[str]:
    """What is wrong with each key, and, where every key is right by itself, with their combination."""
    try:
        resolved = OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        return [f"{error.full_key}: {str(error).splitlines()[0]}"]
    assert isinstance(resolved, dict)
    resolved.pop("hydra", None)
    found = [problem for key, value in flatten(resolved).items() if (problem := key_problem(key, value))]
    checks = PREPARING if "num_shards" in cfg else COMBINATIONS
    return found or [problem for check in checks if (problem := check(cfg))]


def key_problem(key: str, value: Any) -> str | None:
    """One sentence where `value` does not belong under `key`."""
    rule = rule_for(key)
    if rule is None:
        return f"{key}: no such key in this configuration"
    allowed = rule(value)
    return f"{key}={shown(value)}: must be {allowed}" if allowed else None


def shown(value: Any) -> str:
    """A value as one would type it on the command line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return f"[{','.join(map(shown, value))}]"
    return str(value)


def guidance_needs_dropout(cfg: DictConfig) -> str | None:
    if cfg.solver.guidance > 1 and cfg.denoiser.caption_dropout == 0:
        return (
            f"solver.guidance={cfg.solver.guidance:g} needs the empty caption to be trained: "
            "set denoiser.caption_dropout=0.1, or solver.guidance=1"
        )
    return None


def no_mirrored_text(cfg: DictConfig) -> str | None:
    if cfg.dataset.horizontal_flip and cfg.dataset.has_text:
        return f"dataset.horizontal_flip=true would train mirrored letters on {cfg.dataset.name}: set it to false"
    return None


def words_for_a_text_loss(cfg: DictConfig) -> str | None:
    text = cfg.loss.text
    if text is not None and text.get("_target_") in NEED_WORDS and not cfg.dataset.has_text:
        return (
            f"loss={cfg.loss.name} looks at words, and the pictures of dataset={cfg.dataset.name} show none: "
            "choose loss=plain"
        )
    return None


def no_bf16_on_cpu(cfg: DictConfig) -> str | None:
    if cfg.trainer.accelerator == "cpu" and cfg.trainer.precision != "32-true":
        return f"trainer.precision={cfg.trainer.precision} is very slow on a CPU: set trainer.precision=32-true"
    return None


def probabilities_fit(cfg: DictConfig) -> str | None:
    policy = cfg.sampler.policy
    if "start" not in policy:
        return None
    if len(policy.start) != len(policy.end):
        return f"sampler.policy.start and end need one entry per m each, got {len(policy.start)} and {len(policy.end)}"
    if max(sum(policy.start), sum(policy.end)) > 1:
        return "sampler.policy.start and end are probabilities: each list must sum to at most 1"
    return None


def size_fits_patches(cfg: DictConfig) -> str | None:
    f = cfg.autoencoder.net.get("downsample", 1)
    size = plain(cfg.dataset.size)
    if any(side % f for side in size):
        fitting = [-(-side // f) * f for side in size]
        return f"dataset.size={shown(size)} does not divide by autoencoder.net.downsample={f}; {shown(fitting)} does"
    return None


def stages_in_order(cfg: DictConfig) -> str | None:
    asked = list(cfg.stages)
    if asked != [stage for stage in STAGE_NAMES if stage in asked]:
        return f"stages={shown(asked)}: each at most once, in the order [{','.join(STAGE_NAMES)}]"
    return None


def warmup_ends(cfg: DictConfig) -> str | None:
    for name in ("autoencoder", "denoiser"):
        if learns(cfg[name]) and cfg[name].warmup_steps >= cfg[name].steps:
            return (
                f"{name}.warmup_steps={cfg[name].warmup_steps} must be below {name}.steps={cfg[name].steps}, "
                "or the learning rate never reaches its peak"
            )
    return None


def learns(section: DictConfig) -> bool:
    """Whether an autoencoder or a denoiser has weights to train: only then does its file have an optimizer's keys."""
    return "learning_rate" in section


def text_loss_has_pupil(cfg: DictConfig) -> str | None:
    if cfg.loss.text is not None and not learns(cfg.autoencoder):
        return (
            f"loss={cfg.loss.name} teaches an autoencoder, and autoencoder={cfg.autoencoder.name} has nothing to "
            "learn: set loss=plain, or choose autoencoder=kl"
        )
    return None


def heads_divide(cfg: DictConfig) -> str | None:
    net = cfg.text_encoder.net
    if net.width % net.heads:
        return f"text_encoder.net.width={net.width} must divide by text_encoder.net.heads={net.heads}"
    return None


def mirror_has_address(cfg: DictConfig) -> str | None:
    if (cfg.logger.name == "none") != (cfg.logger.tracking_uri is None):
        return "logger.tracking_uri: logger=mlflow needs an address, logger=none has none"
    return None


COMBINATIONS: tuple[Callable[[DictConfig], str | None], ...] = (
    guidance_needs_dropout,
    no_mirrored_text,
    words_for_a_text_loss,
    no_bf16_on_cpu,
    probabilities_fit,
    size_fits_patches,
    stages_in_order,
    warmup_ends,
    text_loss_has_pupil,
    heads_divide,
    mirror_has_address,
)


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


PREPARING = (original_is_there, shard_is_one_of_them)
