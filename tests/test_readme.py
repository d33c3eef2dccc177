"""The README tells the truth: its commands are commands, its pictures are there, its choices exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import urlparse

import pytest
from omegaconf import OmegaConf

from figgen.cli.choices import CONF, groups
from figgen.cli.preflight import problems
from figgen.prepare import PREPARE
from figgen.runs.provenance import ROOT
from figgen.train import TRAIN

TEXT = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^    python -m (figgen\.\w+)([^#\n]*)", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("module", "arguments"), COMMANDS)
def test_commands_pass_the_preflight(module: str, arguments: str) -> None:
    argv = shlex.split(arguments)
    assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
    verb = PREPARE if module == "figgen.prepare" else TRAIN
    assert argv == ["--help"] or problems(argv, verb) == []


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", TEXT)) <= targets
    assert {"setup", "demo", "test", "test-all", "check", "bench", "report", "mlflow", "clean"} <= targets


def test_pictures_and_links_are_there() -> None:
    for path in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert path.startswith("https://") or (ROOT / path).is_file(), path


def test_every_choice_is_in_the_table() -> None:
    for group in ("dataset", "loss", "teacher", "sampler", "autoencoder", "solver", "scale", "logger", "debug"):
        for choice in groups()[group]:
            assert re.search(rf"\b{choice}\b", TEXT), f"{group}={choice}"


def row_of(name: str) -> str:
    """A dataset's row of the table, from the file that configures it."""
    path = CONF / "dataset" / f"{name}.yaml"
    what = path.read_text().splitlines()[0].removeprefix("# ").partition(" (")[0].rstrip(".")
    data = OmegaConf.load(path)
    about, (height, width) = data.about, data.sizes.paper
    detector = "".join(f" {choice}" for choice in re.findall(r"detector=\w+", about.boxes))
    command = f"`python -m figgen.prepare dataset={name} from={'PATH' if data.hub is None else 'hub'}{detector}`"
    where = f"[{urlparse(about.home).hostname}]({about.home})"
    cells = [name, what, about.licence, about.size, where, command, about.boxes, f"{height} x {width}"]
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("name", groups()["dataset"])
def test_the_table_of_datasets_says_what_their_files_say(name: str, tmp_path: Path) -> None:
    assert row_of(name) in TEXT.splitlines()
    (arguments,) = re.findall(r"`python -m figgen\.prepare ([^`]*)`", row_of(name))
    assert problems(shlex.split(arguments.replace("PATH", str(tmp_path))), PREPARE) == []
