"""The README and docs/ tell the truth: commands are commands, tables are as their sources, what is linked is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from docs.__main__ import PAGES, datasets, rendered
from figgen.cli.preflight import problems
from figgen.evaluate import EVALUATE
from figgen.prepare import PREPARE
from figgen.report import REPORT
from figgen.runs.provenance import ROOT
from figgen.train import TRAIN

VERBS = {verb.name: verb for verb in (EVALUATE, PREPARE, REPORT, TRAIN)}
TEXT = {page.relative_to(ROOT).as_posix(): page.read_text() for page in PAGES}
COMMANDS = sorted(
    {found for text in TEXT.values() for found in re.findall(r"^    python -m figgen\.(\w+)([^#\n]*)", text, re.M)}
)


@pytest.mark.parametrize(("verb", "arguments"), COMMANDS)
def test_commands_pass_the_preflight(verb: str, arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("autoencoder", "metrics"):
        monkeypatch.setattr(f"figgen.{room}.options.why_absent", lambda *_: None)  # as where there is a network
    argv = shlex.split(arguments)
    assert argv == ["--help"] or problems(argv, VERBS[verb]) == []


def test_the_commands_that_prepare_each_dataset_pass_the_preflight(tmp_path: Path) -> None:
    commands = re.findall(r"`python -m figgen\.prepare ([^`]*)`", datasets())
    assert len(commands) == 12
    for arguments in commands:
        assert problems(shlex.split(arguments.replace("PATH", str(tmp_path))), PREPARE) == [], arguments


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_are_as_their_sources_say(page: Path) -> None:
    assert page.read_text() == rendered(page), "run python -m docs"


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", " ".join(TEXT.values()))) - {"made"} <= targets
    assert {"setup", "demo", "test", "test-all", "check", "bench", "docs", "report", "mlflow", "clean"} <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_and_links_are_there(page: Path) -> None:
    for path in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert path.startswith("https://") or (page.parent / path).is_file(), path
