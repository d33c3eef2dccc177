"""Every choice composes, every key has a rule and a comment, every rule has a key."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, OmegaConf

from figgen.cli.choices import CONF, EXTRA, defaults, groups
from figgen.cli.rules import RULES, rule_for
from figgen.cli.validation import problems_of, validate
from figgen.runs.errors import ConfigError
from figgen.runs.identity import flatten, plain
from figgen.runs.provenance import ROOT


@pytest.fixture(autouse=True)
def checkout_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What figgen.cli.door.launch says before Hydra starts."""
    monkeypatch.setenv("FIGGEN_ROOT", str(ROOT))


# No choice needs another one: trainer=gpu, scale=paper and the sweeps compose and validate by themselves.
CHOICES = [f"{'+' if group in EXTRA else ''}{group}={name}" for group, names in groups().items() for name in names]

# Maps that are null by default and written into the command line, as the comments of conf/ show them.
INLINE = [
    "loss.recon.perceptual={_target_:figgen.losses.perceptual.Lpips,weight:0.2,weights:null}",
    "loss.adversary={_target_:figgen.losses.adversary.PatchAdversary,channels:3,weight:0.5,start:50001,width:64}",
]


@cache
def composed(*overrides: str) -> DictConfig:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("config", list(overrides))


def leaves(cfg: DictConfig) -> set[str]:
    return set(flatten(plain(cfg)))


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_composes_and_validates(choice: str) -> None:
    cfg = composed(choice)
    assert problems_of(cfg) == []
    assert [key for key in leaves(cfg) if rule_for(key) is None] == []


@pytest.mark.parametrize("inline", INLINE)
def test_the_maps_that_comments_offer_validate(inline: str) -> None:
    assert problems_of(composed(inline)) == []


def test_every_group_has_a_default_that_exists() -> None:
    assert set(defaults()) == set(groups()) - set(EXTRA)
    assert all(name in groups()[group] for group, name in defaults().items())


def test_every_rule_is_used_by_a_key() -> None:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        preparing = leaves(compose("prepare"))
    keys = preparing.union(*(leaves(composed(choice)) for choice in [*CHOICES, *INLINE]))
    used = {rule for rule in RULES if any(fnmatchcase(key, rule) for key in keys)}
    assert set(RULES) - used == set()


COMMENTED = [
    path for group, files in groups().items() if group not in (*EXTRA, "scale", "debug") for path in files.values()
]


@pytest.mark.parametrize("path", COMMENTED, ids=lambda path: path.relative_to(CONF).as_posix())
def test_every_key_carries_a_comment_in_the_file_that_owns_it(path: Path) -> None:
    """A line that sets a value ends in a comment; `_target_` names a class, whose docstring is its comment."""
    lines = path.read_text().splitlines()
    assert lines[0].startswith("# ")
    valued = [line for line in lines if re.match(r"\s*(?!_target_|defaults)\w+: +[^#\s]", line)]
    assert [line for line in valued if not re.search(r"\S # \S", line)] == []


@pytest.mark.parametrize("name", ["config", "prepare"])
def test_every_key_of_a_verb_s_config_carries_a_comment(name: str) -> None:
    _, keys = (CONF / f"{name}.yaml").read_text().split("\n\n", 1)
    valued = [line for line in keys.splitlines() if re.match(r"\s*\w+: +[^#\s]", line)]
    assert [line for line in valued if not re.search(r"\S # \S", line)] == []


@pytest.mark.parametrize("target", ["os.system", "builtins.eval", "subprocess.Popen", "figgenx.Net", "torch", ""])
def test_a_class_outside_the_trusted_packages_is_refused(target: str) -> None:
    cfg = composed().copy()
    OmegaConf.update(cfg, "autoencoder.net._target_", target)
    with pytest.raises(ConfigError, match=r"^autoencoder\.net\._target_=.*: must be a class of figgen"):
        validate(cfg)


def test_every_class_of_the_config_is_figgen_s_own_or_of_diffusers() -> None:
    targets = {
        value
        for choice in [*CHOICES, *INLINE]
        for key, value in flatten(plain(composed(choice))).items()
        if key.endswith("._target_")
    }
    assert {target.split(".")[0] for target in targets} <= {"figgen", "diffusers"}


def test_a_key_that_no_rule_knows_is_refused() -> None:
    cfg = composed().copy()
    OmegaConf.update(cfg, "surprise", 1, force_add=True)
    assert problems_of(cfg) == ["surprise: no such key in this configuration"]


def test_a_missing_value_is_named() -> None:
    cfg = composed().copy()
    OmegaConf.update(cfg, "seed", "???")
    assert len(problems_of(cfg)) == 1
    assert problems_of(cfg)[0].startswith("seed: ")
