"""python -m docs: write the tables of these pages anew, from the YAML and the result files that own their content.

A page holds `<!-- table: NAME -->`, a table and `<!-- end -->`. A test fails where a page is behind its sources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import urlparse

from omegaconf import OmegaConf

from experiments.loss_ablation import tables as losses
from figgen.cli.choices import EXTRA, defaults, description, groups
from figgen.runs.files import write_text
from figgen.runs.provenance import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "experiments/loss_ablation/report.md"]
MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    for page in PAGES:
        write_text(page, rendered(page))


def rendered(page: Path) -> str:
    """The page as it should be."""
    return MARKED.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}{found[3]}", page.read_text())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def choices() -> str:
    """Every group of the config with its choices, the default first, as the first lines of their files say."""
    chosen = defaults() | defaults("prepare")
    rows = [
        [f"`{'+' if group in EXTRA else ''}{group}={name}`{' (default)' if chosen.get(group) == name else ''}", said]
        for group, files in groups().items()
        if group not in ("hydra", "paths")
        for name, path in sorted(files.items(), key=lambda item: chosen.get(group) != item[0])
        if (said := description(path))
    ]
    return table(["say", "and get"], rows)


def datasets() -> str:
    """What conf/dataset says about each original, and how to prepare it."""
    heads = ["`dataset=`", "what it is", "licence", "size", "where", "prepare it", "word boxes", "published px"]
    return table(heads, [_dataset(name, path) for name, path in groups()["dataset"].items()])


def _dataset(name: str, path: Path) -> list[str]:
    data = OmegaConf.load(path)
    about, (height, width) = data.about, data.sizes.paper
    detector = "".join(f" {choice}" for choice in re.findall(r"detector=\w+", about.boxes))
    command = f"`python -m figgen.prepare dataset={name} from={'PATH' if data.hub is None else 'hub'}{detector}`"
    where = f"[{urlparse(about.home).hostname}]({about.home})"
    what = description(path).partition(" (")[0].rstrip(".")
    return [name, what, about.licence, about.size, where, command, about.boxes, f"{height} x {width}"]


def crnn() -> str:
    """What the shipped recogniser reads, from the header of its weights."""
    from safetensors import safe_open

    with safe_open(ROOT / "figgen/ocr/weights/crnn.safetensors", "np") as file:
        recipe = json.loads(file.metadata()["recipe"])
    rows = [[name, f"{share['exact']:.1%}", f"{share['words']:,}"] for name, share in recipe["conditions"].items()]
    return table(["condition", "words read exactly", "of"], rows)


def detectors() -> str:
    """The table of experiments/detectors."""
    lines = (ROOT / "experiments/detectors/detectors.md").read_text().splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith("|"))


def benchmarks() -> str:
    """What `make bench` last wrote."""
    measured = json.loads((ROOT / "benchmarks/results.json").read_text())
    return f"{measured['on']}\n\n" + table(["what", "measured"], measured["rows"])


def kept(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of the loss ablation, as far as its runs are kept."""
    found = list(rows)
    return table(heads, found) if found else "Nothing is kept yet.\n"


TABLES: dict[str, Callable[[], str]] = {
    "choices": choices,
    "datasets": datasets,
    "crnn": crnn,
    "detectors": detectors,
    "benchmarks": benchmarks,
    "losses": lambda: kept(losses.HEADS, losses.cells("loss_ablation")),
    "pairs": lambda: kept(losses.PAIR_HEADS, losses.pairs("loss_ablation")),
    "study": lambda: kept(losses.STUDY_HEADS, losses.study()),
}

if __name__ == "__main__":
    main()
