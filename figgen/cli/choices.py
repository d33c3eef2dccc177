"""The config folders as one may choose from them, read without Hydra."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from figgen.runs.provenance import ROOT

CONF = ROOT / "conf"
EXTRA = ("experiments", "sweeps")  # groups at the top level; none is on by default, so people put a + before them


@cache
def groups() -> dict[str, dict[str, Path]]:
    """{"loss": {"plain": conf/loss/plain.yaml, ...}, ..., "experiments": {"mlfigs/tpl": ...}}."""
    folders = [path for path in sorted(CONF.iterdir()) if path.is_dir()] + [ROOT / name for name in EXTRA]
    return {folder.name: _choices(folder) for folder in folders}


def _choices(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.yaml"))}


def description(path: Path) -> str:
    """The first comment line of a YAML file that says something to people."""
    comments = (line[1:].strip() for line in path.read_text().splitlines() if line.startswith("#"))
    return next((text for text in comments if not text.startswith("@package")), "")


def defaults(config: str = "config") -> dict[str, str]:
    """The choice that each group has when nothing is said: the defaults list of conf/CONFIG.yaml."""
    found = re.findall(r"^  - (\w+): (?!null)(\w+)$", (CONF / f"{config}.yaml").read_text(), re.MULTILINE)
    return dict(found)


def groups_of(config: str) -> dict[str, dict[str, Path]]:
    """The groups that conf/CONFIG.yaml chooses from."""
    extra = EXTRA if config == "config" else ()
    return {group: names for group, names in groups().items() if group in (*defaults(config), *extra)}


def top_keys(config: str = "config") -> list[tuple[str, str, str]]:
    """(key, default, comment) of conf/CONFIG.yaml's own keys."""
    return re.findall(r"^(\w+): (.*?) # (.*)$", (CONF / f"{config}.yaml").read_text(), re.MULTILINE)
