"""The table of a group of runs: python -m figgen.report group=loss_ablation."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig

from figgen.reporting.tables import markdown, rows_of
from figgen.runs.cli import launch
from figgen.runs.console import say
from figgen.runs.files import read_json, write_text
from figgen.runs.verbs import REPORT


def report(cfg: DictConfig) -> None:
    """Print the table; keep it as report.md in the group's folder, beside a strip of reconstructions."""
    folder = Path(cfg.paths.outputs) / cfg.group
    text = markdown(cfg.group, rows_of(folder))
    write_text(folder / "report.md", text)
    say(f"{text}\n{folder / 'report.md'}")
    from figgen.reporting.strip import strip

    runs = [path.parent for path in sorted(folder.glob("*/run.json")) if read_json(path).get("status") == "FINISHED"]
    strip(runs).save(folder / "strip.png")
    say(str(folder / "strip.png"))


def main() -> None:
    launch(report, REPORT)


if __name__ == "__main__":
    main()
