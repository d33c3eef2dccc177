"""The table of a group of runs: python -m figgen.report group=loss_ablation."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import heavy, launch
from figgen.cli.verb import Verb
from figgen.reporting.tables import markdown, rows_of
from figgen.runs.console import say
from figgen.runs.files import read_json, write_text
from figgen.stages.options import RUN_RULES


def report(cfg: DictConfig) -> None:
    """Print the table; keep it as report.md in the group's folder, beside a strip of figures and one of words."""
    folder = Path(cfg.paths.outputs) / cfg.group
    text = markdown(cfg.group, rows_of(folder))
    write_text(folder / "report.md", text)
    say(f"{text}\n{folder / 'report.md'}")
    runs = [path.parent for path in sorted(folder.glob("*/run.json")) if read_json(path).get("status") == "FINISHED"]
    heavy("figgen.reporting.strip:draw")(runs, folder)


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
