"""The road: which stages there are, what each one's results depend on, and where they lie. Imports nothing heavy."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from figgen.cli.choices import CONF, defaults
from figgen.data.source import DataSource
from figgen.layout.drawn import read_layout
from figgen.metrics.readers import judges
from figgen.ocr.options import shipped
from figgen.runs import identity
from figgen.runs.directory import Folder
from figgen.runs.errors import ConfigError, OCRUnavailable
from figgen.runs.identity import plain

# The keys that each stage's result depends on. All others (paths, devices, threads, loggers, logging and
# checkpoint intervals, group, stages, force, dry_run, debug) are volatile: changing them finds the same run again.
DATA = ("dataset", "limit", "detector", "seed", "scale", "trainer.precision")
OWN_KEYS: dict[str, tuple[str, ...]] = {
    "autoencoder": (*DATA, "autoencoder", "loss"),
    "lettering": ("lettering", "layout.glyphs"),
    "planner": (*DATA, "layout.planner"),
    "diffusion": ("sampler", "denoiser", "text_encoder", "layout.map", "layout.glyphs"),
    "evaluation": ("solver", "evaluation", "layout"),
}
STAGES = tuple(OWN_KEYS)
# What each stage goes on from. A stage that a run does without is no part of it.
BEFORE: dict[str, tuple[str, ...]] = {
    "autoencoder": (),
    "lettering": ("autoencoder",),
    "planner": (),
    "diffusion": ("autoencoder", "lettering"),
    "evaluation": ("autoencoder", "lettering", "planner", "diffusion"),
}
# Raise a stage's number by hand when its code gives other results for the same config: what was made before is then
# made anew. Judging is what reconstructions and generated pictures share; it trains nothing.
CODE = {"autoencoder": 1, "lettering": 1, "planner": 1, "diffusion": 1, "evaluation": 1, "judging": 4}
# The fingerprint and dataset.size say it better, it is said to people only, or other keys say it.
VOLATILE_WITHIN = (
    *("dataset.source", "dataset.sizes", "dataset.about", "dataset.hub", "dataset.unpack"),
    *("autoencoder.sizes", "autoencoder.text_aware"),
)


def wanted(cfg: DictConfig) -> tuple[str, ...]:
    """The stages that a run of this config has, in their order."""
    without = {"lettering": not cfg.autoencoder.text_aware, "planner": cfg.layout.name != "planned"}
    return tuple(stage for stage in STAGES if not without.get(stage))


def upto(cfg: DictConfig, stage: str) -> tuple[str, ...]:
    """The stages of this run that `stage` goes on from, and itself."""
    return tuple(name for name in wanted(cfg) if name in (*BEFORE[stage], stage))


# What names say: choices where they are not the default, and, with a mark before them, values that are not as the
# file of their choice has them.
NAMED: dict[str, tuple[str, ...]] = {
    "autoencoder": ("dataset", "loss", "teacher", "detector", "autoencoder", "scale"),
    "lettering": ("lettering",),
    "planner": ("dataset", "detector", "scale"),
    "diffusion": ("sampler", "denoiser", "text_encoder"),
    "evaluation": ("layout", "solver"),
}
ALWAYS = ("dataset", "loss", "sampler")
MARKS = {
    "loss": {
        **dict.fromkeys(("recon.pixel", "text.target", "text.weighting", "text.shape", "text.space"), ""),
        **dict.fromkeys(("text.norm", "text.place"), ""),
        "clipped": "clipped_",
        "text.weight": "w",
        "text.lam": "lam",
    },
    "autoencoder": {"net.latent_channels": "c", "net.downsample": "f"},
    "solver": {"guidance": "g"},
}


def science(cfg: DictConfig, stage: str = "evaluation") -> dict[str, Any]:
    """The resolved part of `cfg` that `stage` and the stages before it depend on, as plain containers."""
    keys = dict.fromkeys(key for name in upto(cfg, stage) for key in OWN_KEYS[name])
    kept = OmegaConf.create({})
    for key in keys:
        OmegaConf.update(kept, key, plain(OmegaConf.select(cfg, key)), force_add=True)
    for key in VOLATILE_WITHIN:
        parent, _, leaf = key.rpartition(".")
        if (section := OmegaConf.select(kept, parent)) is not None:
            section.pop(leaf, None)
    return plain(kept)


def signature(cfg: DictConfig, fingerprint: str, stage: str = "evaluation") -> str:
    """Eight digits that stand for the science up to `stage`, for the data, and for what no config says."""
    return identity.signature(science(cfg, stage), fingerprint, unsaid(cfg, stage))


def unsaid(cfg: DictConfig, stage: str) -> list[Any]:
    """What else `stage` depends on: its code and that of those before, weights that come along, who judges."""
    before = upto(cfg, stage)
    code = [CODE[name] for name in before]
    weights = [identity.contents(file) for file in shipped(plain(cfg.loss))] if "autoencoder" in before else []
    drawn = [drawn_boxes(cfg)] if stage == "evaluation" and cfg.layout.name == "drawn" else []
    return [code, weights, judged_by(cfg) if stage == "evaluation" else [], *drawn]


def drawn_boxes(cfg: DictConfig) -> list[str]:
    """What layout.boxes says, whether in a file or on the command line."""
    return [repr(box) for box in read_layout(cfg.layout.boxes)]


def judged_by(cfg: DictConfig) -> list[Any]:
    """The version of judging and the releases of the engines that read; none where there is nothing to read with."""
    try:
        readers = judges(plain(cfg.evaluation), plain(cfg.loss)) if cfg.dataset.has_text else []
    except OCRUnavailable:  # it is said as soon as something has to be read
        readers = []
    return [CODE["judging"], *(reader.release for reader in readers)]


def run_name(cfg: DictConfig, fingerprint: str, stage: str = "evaluation") -> str:
    """What the folder of a run, or of a stage that runs share, is called: all that differs from the defaults."""
    groups = dict.fromkeys(group for name in upto(cfg, stage) for group in NAMED[name])
    parts = [part for group in groups for part in [*chosen(cfg, group), *changed(cfg, group)]]
    safe = (re.sub(r"[^\w.+]", "_", part) for part in parts)
    return "-".join([*safe, f"s{cfg.seed}", signature(cfg, fingerprint, stage)])


def chosen(cfg: DictConfig, group: str) -> list[str]:
    """The name of a group's choice, where one has to say it."""
    if group == "teacher" and OmegaConf.select(cfg, "loss.text.recogniser") is None:
        return []  # nobody is taught
    name = cfg.scale if group == "scale" else cfg[group].name
    return [name] if group in ALWAYS or name != defaults()[group] else []


def changed(cfg: DictConfig, group: str) -> list[str]:
    """A group's marked values that are not as the file of its choice has them: w3.2."""
    if group not in MARKS or not (usual := filed(group, cfg[group].name)):
        return []
    values = {key: (OmegaConf.select(cfg[group], key), OmegaConf.select(usual, key)) for key in MARKS[group]}
    return [f"{MARKS[group][key]}{now}" for key, (now, before) in values.items() if now not in (None, before)]


@cache
def filed(group: str, choice: str) -> DictConfig:
    """conf/GROUP/CHOICE.yaml upon the file that it begins with; empty where an experiment gave a name of its own."""
    if not (file := CONF / group / f"{choice}.yaml").exists():
        return OmegaConf.create()
    own = OmegaConf.load(file)
    assert isinstance(own, DictConfig)
    bases = [filed(group, base) for base in own.pop("defaults", []) if base != "_self_"]
    return OmegaConf.merge(*bases, own)  # type: ignore[return-value]


def run_folder(cfg: DictConfig, fingerprint: str) -> Folder:
    """outputs/<group>/<name>."""
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
    """The stages of this run that are still to be made; ConfigError where one of them goes on from nothing."""
    done = [stage for stage in wanted(cfg) if not cfg.force and stage_folder(cfg, fingerprint, stage).is_finished]
    ahead = [stage for stage in wanted(cfg) if stage in cfg.stages and stage not in done]
    for stage in ahead:
        for earlier in upto(cfg, stage):
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
