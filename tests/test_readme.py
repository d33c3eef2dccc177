"""The README tells the truth: its commands are commands, its pictures are there, its choices exist."""

from __future__ import annotations

import re
import shlex

import pytest

from figgen.runs.choices import groups
from figgen.runs.preflight import problems
from figgen.runs.provenance import ROOT

TEXT = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^    python -m (figgen\.\w+)([^#\n]*)", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("module", "arguments"), COMMANDS)
def test_commands_pass_the_preflight(module: str, arguments: str) -> None:
    argv = shlex.split(arguments)
    assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
    assert argv == ["--help"] or problems(argv) == []


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", TEXT)) <= targets
    assert {"setup", "demo", "test", "test-all", "check", "bench", "report", "mlflow", "clean"} <= targets


def test_pictures_and_links_are_there() -> None:
    for path in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / path).is_file(), path


def test_every_choice_is_in_the_table() -> None:
    for group in ("dataset", "loss", "teacher", "sampler", "autoencoder", "solver", "scale", "logger", "debug"):
        for choice in groups()[group]:
            assert re.search(rf"\b{choice}\b", TEXT), f"{group}={choice}"
