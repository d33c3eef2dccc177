"""The road: which stages there are, what each one's results depend on, and where they lie. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from figgen.data.source import DataSource
from figgen.runs import identity
from figgen.runs.directory import Folder
from figgen.runs.errors import ConfigError
from figgen.runs.identity import plain

# The keys that each stage's result depends on. All others (paths, devices, threads, loggers, logging and
# checkpoint intervals, group, stages, force, dry_run, debug) are volatile: changing them finds the same run again.
OWN_KEYS: dict[str, tuple[str, ...]] = {
    "autoencoder": ("dataset", "limit", "detector", "autoencoder", "loss", "seed", "scale", "trainer.precision"),
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


def signature(cfg: DictConfig, fingerprint: str, stage: str = "evaluation") -> str:
    """Eight digits that stand for the science up to `stage` and for the data."""
    return identity.signature(science(cfg, stage), fingerprint)


def run_name(cfg: DictConfig, fingerprint: str, stage: str = "evaluation") -> str:
    """What the folder of a run, or of a stage that runs share, is called."""
    names = [cfg.dataset.name, cfg.loss.name] + ([cfg.sampler.name] if stage != "autoencoder" else [])
    return "-".join([*names, f"s{cfg.seed}", signature(cfg, fingerprint, stage)])


def run_folder(cfg: DictConfig, fingerprint: str) -> Folder:
    """outputs/<group>/<dataset>-<loss>-<sampler>-s<seed>-<signature>."""
    return Folder(Path(cfg.paths.outputs) / cfg.group / run_name(cfg, fingerprint), "run.json")


def stage_folder(cfg: DictConfig, fingerprint: str, stage: str) -> Folder:
    """What runs share: outputs/stages/<stage>/<name and signature of what the stage depends on>.

    Evaluation is the run's own.
    """
    if stage == "evaluation":
        return Folder(run_folder(cfg, fingerprint).path / stage, "stage.json")
    path = Path(cfg.paths.outputs) / "stages" / stage / run_name(cfg, fingerprint, stage)
    return Folder(path, "stage.json")


def unfinished(cfg: DictConfig, fingerprint: str) -> list[str]:
    """The stages of cfg.stages that are still to be made; ConfigError where one of them goes on from nothing."""
    done = [stage for stage in STAGES if not cfg.force and stage_folder(cfg, fingerprint, stage).is_finished]
    ahead = [stage for stage in cfg.stages if stage not in done]
    for stage in ahead:
        for earlier in STAGES[: STAGES.index(stage)]:
            if earlier not in (*done, *ahead):
                asked = ",".join(s for s in STAGES if s in cfg.stages or s == earlier)
                raise ConfigError(
                    f"stages: {stage} needs a finished {earlier}, and there is none: add it, stages=[{asked}]"
                )
    return ahead


def data_source(cfg: DictConfig) -> DataSource:
    """The dataset; nothing is drawn or read yet."""
    data = cfg.dataset
    return DataSource(
        data.name,
        instantiate(data.reader),
        instantiate(data.miniature),
        Path(cfg.paths.data),
        source=data.source,
        size=tuple(data.size),
        channels=data.channels,
        max_bad_fraction=data.max_bad_fraction,
        detector=instantiate(cfg.detector.model),
        fit=data.fit,
        limit=OmegaConf.select(cfg, "limit"),  # preparing knows none
    )
