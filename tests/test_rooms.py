"""Imports run downward only, those inside functions too: a room knows the rooms below it and none above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from figgen.runs.provenance import ROOT

ROOMS = (  # from the ground up
    *("runs", "cli", "training", "ocr", "reporting", "data", "losses", "metrics", "crnn_training"),
    *("layout", "autoencoder", "diffusion", "stages", "verbs"),
)


def modules() -> dict[str, Path]:
    paths = sorted((ROOT / "figgen").rglob("*.py"))
    return {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in paths}


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of figgen that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("figgen"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)


def room_of(module: str) -> str:
    _, _, inner = module.partition(".")
    return inner.split(".")[0] if "." in inner else "verbs"


def test_imports_run_downward() -> None:
    known = modules()
    upward = [
        f"{module} imports {target}"
        for module, path in known.items()
        for target in imported(path, known)
        if target != "figgen" and ROOMS.index(room_of(target)) > ROOMS.index(room_of(module))
    ]
    assert upward == []


def test_modules_import_each_other_in_no_circle() -> None:
    known = modules()
    tuple(TopologicalSorter({module: set(imported(path, known)) for module, path in known.items()}).static_order())


def test_the_ground_and_the_door_name_no_loss_and_no_dataset() -> None:
    names = {path.stem for group in ("loss", "dataset") for path in (ROOT / "conf" / group).glob("*.yaml")} - {"plain"}
    words = {
        f"{path.name}: {name}"
        for room in ("runs", "cli")
        for path in (ROOT / "figgen" / room).glob("*.py")
        for name in names
        if f'"{name}"' in path.read_text()
    }
    assert words == set()
