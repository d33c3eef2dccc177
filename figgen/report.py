"""The table of a group of runs: python -m figgen.report group=loss_ablation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import launch
from figgen.cli.verb import Outcome, Verb
from figgen.data.manifest import digest
from figgen.reporting.finding import from_mlflow, of_group, one_by_one
from figgen.reporting.formats import latex, long_csv, markdown
from figgen.reporting.labels import labels
from figgen.reporting.page import page
from figgen.reporting.runs import Run, by_dataset, mixtures, read_runs, refuse_mixtures
from figgen.reporting.strip import crops, strip
from figgen.reporting.tables import table_of
from figgen.runs.console import say
from figgen.runs.errors import DataError
from figgen.runs.files import write_text
from figgen.stages.options import REPORT_RULES
from figgen.stages.road import OWN_KEYS


def report(cfg: DictConfig) -> Outcome:
    """Print the tables; keep report.md, .tex, .csv and .html beside strips of figures and of words.

    What is unfinished or cannot be read is left out and named at the end, in an error.
    """
    title, folder, found = asked(cfg)
    runs, others = read_runs(found)
    left_out = f"left out of {title}: {'; '.join(others)}" if others else ""
    if not runs:
        advice = f"train some with group={cfg.group}, or name another group="
        raise DataError(left_out or f"{folder} holds no finished run: {advice}")
    if not cfg.mix:
        refuse_mixtures(runs, title)
    warnings = [f"Mixed, as asked: {what}." for what in mixtures(runs)] + ([f"{left_out}."] if left_out else [])
    tables = [table_of(members) for members in by_dataset(runs).values()]
    text = markdown(title, warnings, tables)
    words = drawings(runs, folder)
    pages = {"md": text, "tex": latex(tables), "csv": long_csv(tables)}
    pages["html"] = page(title, warnings, tables, words, cfg.figures)
    for ending, content in pages.items():
        write_text(folder / f"report.{ending}", content)
    say("\n".join([text, *(str(folder / f"report.{ending}") for ending in pages)]))
    if left_out:
        raise DataError(left_out)
    return Outcome("finished", folder / "report.md")


def asked(cfg: DictConfig) -> tuple[str, Path, list[Path]]:
    """What the report is called, where it goes, and the folders of its runs."""
    outputs = Path(cfg.paths.outputs)
    if cfg.runs:
        found = one_by_one([str(name) for name in cfg.runs], outputs)
        return f"{len(found)} runs", outputs / "reports" / digest(sorted(map(str, found)))[:8], found
    folder = outputs / cfg.group
    if cfg.source == "mlflow":
        return cfg.group, folder, from_mlflow(cfg.tracking_uri, cfg.group, folder / ".mlflow")
    return cfg.group, folder, of_group(folder)


def drawings(runs: Sequence[Run], folder: Path) -> dict[str, Path]:
    """strip.png and crops.png for each dataset; => {dataset: where its enlarged words are}."""
    datasets, words = by_dataset(runs), {}
    for name, members in datasets.items():
        ending = f"-{name}" if len(datasets) > 1 else ""
        if draw(members, folder, ending):
            words[name] = folder / f"crops{ending}.png"
    return words


def draw(runs: Sequence[Run], folder: Path, ending: str) -> bool:
    """From the pictures that the first run of each autoencoder has left; => whether words stood in them."""
    tops = {key.split(".")[0] for key in OWN_KEYS["autoencoder"]}
    named = labels([{key: value for key, value in run.identity.items() if key in tops} for run in runs])
    views = {label or "reconstruction": run.views for run, label in reversed(list(zip(runs, named, strict=True)))}
    seen = {label: found for label, found in views.items() if found.originals}
    drawn = {"strip": strip(seen), "crops": crops(seen)} if seen else {}
    for name, picture in drawn.items():
        if picture is not None:
            picture.save(folder / f"{name}{ending}.png")
            say(str(folder / f"{name}{ending}.png"))
    return drawn.get("crops") is not None


REPORT = Verb(
    work=report,
    rules=REPORT_RULES,
    name="report",
    config="report",
    purpose="finished runs side by side: table, page, LaTeX and CSV, with intervals, pictures, curves and cost.",
    examples="""\
  python -m figgen.report group=main                              mean and sd over seeds, n, intervals
  python -m figgen.report 'runs=[a80c553c,outputs/main/mlfigs-tpl*]'       by signature, folder or pattern
  python -m figgen.report group=main source=mlflow tracking_uri=http://server:5000     where the folders are elsewhere
  python -m figgen.report group=loss_ablation paths.outputs=/scratch/outputs""",
)


def main() -> None:
    launch(REPORT)


if __name__ == "__main__":
    main()
