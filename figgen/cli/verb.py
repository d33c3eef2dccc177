"""A command that a person types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from omegaconf import DictConfig

from figgen.cli.rules import Rules


class Outcome(NamedTuple):
    """What came of a verb's work."""

    word: str  # finished, or reused where there was nothing to do
    place: Path  # where the results lie
    advice: str = ""  # what to type next, once all jobs of a multirun are done


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One `python -m figgen.NAME`: what it does with a config of conf/CONFIG.yaml that keeps to its rules."""

    work: Callable[[DictConfig], Outcome]
    rules: Rules
    name: str
    config: str
    purpose: str
    examples: str
