"""Learning curves as small SVG charts whose letters take the colour of the page around them."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from figgen.reporting.pictures import colour
from figgen.reporting.tables import Line

INK = "#010203"  # stands for the page's own colour, and is replaced by it
STYLE: dict[Any, Any] = {
    **dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color", "grid.color"), INK
    ),
    "svg.fonttype": "none",
    "svg.hashsalt": "figgen",  # the same chart gives the same file
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.15,
}
MANY = 10  # times as high as it is low a chart has a logarithmic scale
NOT_DRAWN = ("lr", "grad_norm", "items_per_second")  # and the gradient norms of loss parts


@dataclass(frozen=True)
class Chart:
    """A curve of every run of a table."""

    title: str
    svg: str


def charts(lines: Sequence[Line]) -> list[Chart]:
    """One for each loss part and each validation number that any run has logged, stage by stage, validation first."""
    names: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for run in line.runs:
            for stage, rows in run.histories.items():
                names[stage] |= {key for row in rows for key in row if is_drawn(key, row)}
    return [
        Chart(f"{stage}: {title(key)}", chart(lines, stage, key))
        for stage in names
        for key in sorted(names[stage], key=lambda key: ("/" not in key, key != "loss", key))
    ]


def is_drawn(key: str, row: Mapping[str, Any]) -> bool:
    """Losses and validation numbers, but for a part that is all of its loss."""
    is_all = key != "loss" and row[key] == row.get("loss")
    return key not in ("step", "stage", *NOT_DRAWN) and not key.startswith("grad_norm_") and not is_all


def title(key: str) -> str:
    """ "validation/psnr" => "psnr on validation figures"."""
    group, _, name = key.rpartition("/")
    return f"{name} on {group} figures" if group else name


def chart(lines: Sequence[Line], stage: str, key: str) -> str:
    """A thin line for each run, coloured by its combination."""
    with rc_context(STYLE):
        figure = Figure(figsize=(4.2, 2.4), layout="constrained")
        axes = figure.subplots()
        for number, line in enumerate(lines):
            for run in line.runs:
                points = [(row["step"], row[key]) for row in run.histories[stage] if key in row]
                marker = "o" if "/" in key else ""
                if points:
                    axes.plot(*zip(*points, strict=True), color=colour(number), lw=1.2, marker=marker, ms=3, alpha=0.85)
        if 0 < MANY * axes.dataLim.ymin < axes.dataLim.ymax:
            axes.set_yscale("log")
        axes.set_xlabel("step")
        stream = io.StringIO()
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    return as_inline(stream.getvalue())


def as_inline(svg: str) -> str:
    """An SVG file => an element for a page: no preamble, as wide as its place, ink of the page's colour."""
    element = svg[svg.index("<svg") :].replace(INK, "currentColor")
    return re.sub(r'(<svg[^>]*?) width="[^"]*"|(<svg[^>]*?) height="[^"]*"', r"\1\2", element, count=1)
