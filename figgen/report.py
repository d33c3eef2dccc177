"""The table of a group of runs: python -m figgen.report group=loss_ablation."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import launch
from figgen.cli.verbs import REPORT
from figgen.reporting.tables import markdown, rows_of
from figgen.runs.console import say
from figgen.runs.files import read_json, write_text


def report(cfg: DictConfig) -> None:
    """Print the table; keep it as report.md in the group's folder, beside a strip of figures and one of words."""
    folder = Path(cfg.paths.outputs) / cfg.group
    text = markdown(cfg.group, rows_of(folder))
    write_text(folder / "report.md", text)
    say(f"{text}\n{folder / 'report.md'}")
    runs = [path.parent for path in sorted(folder.glob("*/run.json")) if read_json(path).get("status") == "FINISHED"]
    draw(runs, folder)


def draw(runs: list[Path], folder: Path) -> None:
    """strip.png and crops.png."""
    from figgen.reporting.strip import crops, strip, views

    seen = views(runs)
    for name, picture in (("strip.png", strip(seen)), ("crops.png", crops(seen))):
        if picture is not None:
            picture.save(folder / name)
            say(str(folder / name))


def main() -> None:
    launch(report, REPORT)


if __name__ == "__main__":
    main()
