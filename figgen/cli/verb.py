"""A command that a person types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from omegaconf import DictConfig

from figgen.cli.rules import Rules


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One `python -m figgen.NAME`: what it does with a config of conf/CONFIG.yaml that keeps to its rules."""

    work: Callable[[DictConfig], None]
    rules: Rules
    name: str
    config: str
    purpose: str
    examples: str
