"""A report's tables as Markdown, LaTeX and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from figgen.reporting.runs import Run
from figgen.reporting.tables import OWN, Cell, Column, Line, Table, entry

SPECIAL = str.maketrans({"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "±": r"$\pm$", OWN: r"$^\dagger$"})


def markdown(title: str, warnings: Sequence[str], tables: Sequence[Table]) -> str:
    """What each table is made of, the table, how to read it."""
    parts = [f"# {title}", "", *(line for warning in warnings for line in (f"**{warning}**", ""))]
    for table in tables:
        parts += [f"## {table.dataset}", ""] if len(tables) > 1 else []
        parts += [table.about, "", *markdown_table(table), "", *(f"- {note}" for note in table.notes), ""]
    return "\n".join(parts)


def markdown_table(table: Table) -> list[str]:
    heads = ["combination", "seeds", *(column.head for column in table.columns)]
    lines = [heads, ["---"] * len(heads), *([_originals(table, "*{}*")] if any(table.originals) else [])]
    lines += [[line.name, line.seeds, *_cells(table, line, "**{}**")] for line in table.lines]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def latex(tables: Sequence[Table]) -> str:
    r"""A booktabs table for each dataset, \usepackage{booktabs} wanted."""
    parts = []
    for table in tables:
        heads = ["combination", "seeds", *(column.head for column in table.columns)]
        rows = [_originals(table, r"\textit{{{}}}")] if any(table.originals) else []
        rows += [[line.name, line.seeds, *_cells(table, line, r"\textbf{{{}}}")] for line in table.lines]
        parts += [
            *(f"% {text}" for text in (table.about, *table.notes)),
            rf"\begin{{tabular}}{{ll{'r' * len(table.columns)}}}",
            r"\toprule",
            _latex_row(heads),
            r"\midrule",
            *map(_latex_row, rows),
            r"\bottomrule",
            r"\end{tabular}",
            "",
        ]
    return "\n".join(parts)


def long_csv(tables: Sequence[Table]) -> str:
    """Every number of every run, a line each: what a plot or a statistician starts from."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["dataset", "combination", "seed", "stage", "metric", "value", "low", "high", "n"])
    for table in tables:
        for line in table.lines:
            for run in line.runs:
                writer.writerows([table.dataset, line.name, run.science["seed"], *row] for row in _numbers(run))
    return text.getvalue()


def plain(cell: Cell | None, column: Column) -> tuple[str, str]:
    """The mean with its spread, and the interval: "0.500 ± 0.141", "[0.420, 0.580]"; a dash and nothing for none."""
    if cell is None:
        return "–", ""
    spread = "" if cell.sd is None else f" ± {column.said(cell.sd)}"
    ends = "" if cell.low is None or cell.high is None else f"[{column.said(cell.low)}, {column.said(cell.high)}]"
    return f"{column.said(cell.mean)}{spread}{OWN if cell.is_own else ''}", ends


def _cells(table: Table, line: Line, bold: str) -> list[str]:
    cells = []
    for cell, column in zip(line.cells, table.columns, strict=True):
        number, ends = plain(cell, column)
        cells.append(f"{bold.format(number) if cell and cell.is_best else number} {ends}".rstrip())
    return cells


def _originals(table: Table, italic: str) -> list[str]:
    pairs = zip(table.originals, table.columns, strict=True)
    return [italic.format("originals"), "", *("" if v is None else italic.format(c.said(v)) for v, c in pairs)]


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(cell.translate(SPECIAL).replace("–", "--") for cell in cells) + r" \\"


def _numbers(run: Run) -> list[tuple[object, ...]]:
    found = [(stage, key, entry(run, stage, key)) for stage in run.state["stages"] for key in run.results(stage)]
    return [(s, key, e["value"], e["low"], e["high"], e["n"]) for s, key, e in found if isinstance(e, dict)]
