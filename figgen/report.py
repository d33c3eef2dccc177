"""The table of a group of runs: python -m figgen.report group=loss_ablation."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import launch
from figgen.cli.verb import Outcome, Verb
from figgen.reporting.labels import labels
from figgen.reporting.strip import crops, strip
from figgen.reporting.tables import Row, by_dataset, markdown, rows_of
from figgen.reporting.views import load_views
from figgen.runs.console import say
from figgen.runs.files import write_text
from figgen.stages.options import RUN_RULES
from figgen.stages.road import OWN_KEYS


def report(cfg: DictConfig) -> Outcome:
    """Print the tables; keep them as report.md in the group's folder, beside strips of figures and of words."""
    folder = Path(cfg.paths.outputs) / cfg.group
    runs = rows_of(folder)
    text = markdown(cfg.group, runs)
    write_text(folder / "report.md", text)
    say(f"{text}\n{folder / 'report.md'}")
    datasets = by_dataset(runs)
    for name, members in datasets.items():
        draw(members, folder, f"-{name}" if len(datasets) > 1 else "")
    return Outcome("finished", folder / "report.md")


def draw(runs: list[Row], folder: Path, ending: str) -> None:
    """strip.png and crops.png, from the pictures that the first run of each autoencoder has left."""
    tops = {key.split(".")[0] for key in OWN_KEYS["autoencoder"]}
    named = labels([{key: value for key, value in run["science"].items() if key in tops} for run in runs])
    views = {
        label or "reconstruction": load_views(Path(run["folder"]) / "samples")
        for run, label in reversed(list(zip(runs, named, strict=True)))
    }
    seen = {label: found for label, found in views.items() if found.originals}
    for name, picture in (("strip", strip(seen)), ("crops", crops(seen))) if seen else ():
        if picture is not None:
            picture.save(folder / f"{name}{ending}.png")
            say(str(folder / f"{name}{ending}.png"))


REPORT = Verb(
    work=report,
    rules=RUN_RULES,
    name="report",
    config="config",
    purpose="one table of a group of finished runs, and a strip of their reconstructions.",
    examples="""\
  python -m figgen.report group=main                              mean and sd over seeds, n, intervals
  python -m figgen.report group=loss_ablation paths.outputs=/scratch/outputs""",
)


def main() -> None:
    launch(REPORT)


if __name__ == "__main__":
    main()
