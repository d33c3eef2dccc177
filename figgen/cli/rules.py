"""Is a composed config one that can be run? Every key against its annotation, then what only makes sense together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from types import NoneType
from typing import get_type_hints

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from figgen.cli.kinds import Target, fits, words
from figgen.runs.errors import ConfigError
from figgen.runs.identity import flatten

EVERYWHERE: dict[str, object] = {"*._target_": Target, "*.name": str}
Check = Callable[[DictConfig], str | None]  # a config => what is wrong with it in one sentence, or None


@dataclass(frozen=True)
class Rules:
    """What a verb's config may say. A key that no option names is an unknown key.

    options: {dotted key, or a pattern of keys: its annotation, or a dataclass whose fields are the keys below it}.
    checks: what only makes sense together.
    machine: what the machine that does the work must have.
    idle: {group: a check that says why choosing it changes nothing here}.
    """

    options: Mapping[str, object]
    checks: tuple[Check, ...] = ()
    machine: tuple[Check, ...] = ()
    idle: Mapping[str, Check] = field(default_factory=dict)

    @cached_property
    def kinds(self) -> dict[str, object]:
        """{dotted key or pattern: annotation}."""
        kinds: dict[str, object] = {}
        for key, kind in {**self.options, **EVERYWHERE}.items():
            if is_dataclass(kind) and isinstance(kind, type):
                hints = get_type_hints(kind, include_extras=True)
                kinds |= {f"{key}.{name}": hint for name, hint in hints.items()}
            else:
                kinds[key] = NoneType if kind is None else kind
        return kinds

    def kind_of(self, key: str) -> object | None:
        """The annotation of a dotted key: its own, else that of the first pattern that fits; None where none does."""
        own = self.kinds.get(key)
        return own or next((kind for pattern, kind in self.kinds.items() if fnmatchcase(key, pattern)), None)

    def key_problem(self, key: str, value: object) -> str | None:
        """One sentence where `value` does not belong under `key`."""
        kind = self.kind_of(key)
        if kind is None:
            return f"{key}: no such key in this configuration"
        return None if fits(kind, value) else f"{key}={shown(value)}: must be {words(kind)}"

    def problems(self, cfg: DictConfig) -> list[str]:
        """What is wrong with each key, and, where every key is right by itself, with their combination."""
        try:
            resolved = OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)
        except OmegaConfBaseException as error:
            return [f"{error.full_key}: {str(error).splitlines()[0]}"]
        assert isinstance(resolved, dict)
        resolved.pop("hydra", None)
        found = [problem for key, value in flatten(resolved).items() if (problem := self.key_problem(key, value))]
        return found or [problem for check in self.checks if (problem := check(cfg))]

    def problems_here(self, cfg: DictConfig) -> list[str]:
        """What is wrong with the config, and, where nothing is, what this machine lacks for it."""
        return self.problems(cfg) or [problem for check in self.machine if (problem := check(cfg))]

    def validate(self, cfg: DictConfig) -> None:
        """Raise ConfigError naming everything that is wrong here, a line each."""
        if problems := self.problems_here(cfg):
            raise ConfigError("\n".join(problems))

    def without_effect(self, cfg: DictConfig, typed: Iterable[str]) -> list[str]:
        """A sentence for each of the `typed` overrides that changes nothing in this config."""
        groups = {text.partition("=")[0].partition(".")[0] for text in typed} & set(self.idle)
        return [said for group in sorted(groups) if (said := self.idle[group](cfg))]


def shown(value: object) -> str:
    """A value as one would type it on the command line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return f"[{','.join(map(shown, value))}]"
    return str(value)
