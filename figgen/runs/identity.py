"""Who a run is: the signature of the config that its results depend on, and of nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from omegaconf import DictConfig, OmegaConf

from figgen.runs.outside import digests

# The keys that each stage's result depends on. All others (paths, devices, threads, loggers, logging and
# checkpoint intervals, group, stages, force, dry_run, debug) are volatile: changing them finds the same run again.
OWN_KEYS: dict[str, tuple[str, ...]] = {
    "autoencoder": ("dataset", "detector", "autoencoder", "loss", "seed", "scale", "trainer.precision"),
    "diffusion": ("sampler", "denoiser", "text_encoder"),
    "evaluation": ("solver", "evaluation"),
}
STAGES = tuple(OWN_KEYS)
# The fingerprint and dataset.size say it better, or it is said to people only.
VOLATILE_WITHIN = (
    *("dataset.source", "dataset.sizes", "dataset.about", "dataset.hub", "dataset.unpack"),
    "autoencoder.sizes",
)


def science(cfg: DictConfig, stage: str = "evaluation") -> dict[str, Any]:
    """The resolved part of `cfg` that `stage` and the stages before it depend on, as plain containers."""
    keys = [key for name in STAGES[: STAGES.index(stage) + 1] for key in OWN_KEYS[name]]
    kept = OmegaConf.create({})
    for key in keys:
        OmegaConf.update(kept, key, plain(OmegaConf.select(cfg, key)), force_add=True)
    for key in VOLATILE_WITHIN:
        parent, _, leaf = key.rpartition(".")
        OmegaConf.select(kept, parent).pop(leaf, None)
    return plain(kept)


def plain(node: Any) -> Any:
    """Resolved plain containers of a config node; other values as they are."""
    return OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node


def signature(cfg: DictConfig, fingerprint: str, stage: str = "evaluation") -> str:
    """Eight hexadecimal digits of (science config up to `stage`, fingerprint of the data, weights from outside)."""
    kept = science(cfg, stage)
    text = json.dumps([kept, fingerprint, *digests(kept)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def run_name(cfg: DictConfig, fingerprint: str, stage: str = "evaluation") -> str:
    """What the folder of a run, or of a stage that runs share, is called."""
    names = [cfg.dataset.name, cfg.loss.name] + ([cfg.sampler.name] if stage != "autoencoder" else [])
    return "-".join([*names, f"s{cfg.seed}", signature(cfg, fingerprint, stage)])


def flatten(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested dicts => {"a.b.c": leaf}; lists are leaves."""
    if not isinstance(value, dict):
        return {prefix: value}
    return {k: v for key, item in value.items() for k, v in flatten(item, f"{prefix}.{key}" if prefix else key).items()}
