"""The table of a group of runs: python -m figgen.report group=loss_ablation."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import launch
from figgen.cli.verb import Verb
from figgen.reporting.strip import crops, strip
from figgen.reporting.tables import Row, markdown, rows_of
from figgen.reporting.views import load_views
from figgen.runs.console import say
from figgen.runs.files import write_text
from figgen.stages.options import RUN_RULES


def report(cfg: DictConfig) -> None:
    """Print the table; keep it as report.md in the group's folder, beside a strip of figures and one of words."""
    folder = Path(cfg.paths.outputs) / cfg.group
    runs = rows_of(folder)
    text = markdown(cfg.group, runs)
    write_text(folder / "report.md", text)
    say(f"{text}\n{folder / 'report.md'}")
    draw(runs, folder)


def draw(runs: list[Row], folder: Path) -> None:
    """strip.png and crops.png, from the pictures that the first run of each loss has left."""
    views = {
        run["science"]["loss"]["name"]: load_views(Path(run["stages"]["autoencoder"]["folder"]) / "samples")
        for run in reversed(runs)
        if "autoencoder" in run["stages"]
    }
    seen = {loss: found for loss, found in views.items() if found.originals}
    for name, picture in (("strip.png", strip(seen)), ("crops.png", crops(seen))) if seen else ():
        if picture is not None:
            picture.save(folder / name)
            say(str(folder / name))


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
