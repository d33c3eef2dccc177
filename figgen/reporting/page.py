"""The report as one HTML page that needs nothing but itself: numbers, pictures, curves, cost, what differs."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader
from PIL import Image, ImageSequence

from figgen.reporting.curves import Chart, charts
from figgen.reporting.formats import plain
from figgen.reporting.pictures import as_image, colour
from figgen.reporting.runs import Cost
from figgen.reporting.tables import Cell, Column, Line, Table
from figgen.runs.identity import flatten
from figgen.runs.times import span

STAGES = ("autoencoder", "lettering", "planner", "diffusion", "evaluation")
GIB = 2**30


@dataclass(frozen=True)
class Strip:
    """The same test items: their captions, and rows of pictures as addresses; "" where a run has none."""

    captions: list[str]
    rows: list[tuple[str, str, list[str]]]  # combination, what it shows, pictures


@dataclass(frozen=True)
class Section:
    """What the page shows of one dataset."""

    table: Table
    strip: Strip
    charts: list[Chart]
    films: list[tuple[str, str]]  # combination, its denoising GIF
    stages: list[str]  # that any run has
    costs: list[tuple[str, list[list[str]]]]  # combination, for each stage its cells
    configs: dict[str, dict[str, Any]]  # combination => its flat config


def page(title: str, warnings: Sequence[str], tables: Sequence[Table], crops: dict[str, Path], items: int) -> str:
    """crops: {dataset: a picture of enlarged words}."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    environment.filters |= {"plain": in_words, "embedded": embedded, "json": as_script}
    template = environment.get_template("page.html")
    sections = [section(table, items) for table in tables]
    is_drawn = any(line.runs[0].state["data_source"] == "miniature" for table in tables for line in table.lines)
    return template.render(
        title=title, warnings=warnings, sections=sections, crops=crops, colour=colour, is_drawn=is_drawn
    )


def section(table: Table, items: int) -> Section:
    stages = [
        stage for stage in STAGES if any(stage in run.state["stages"] for line in table.lines for run in line.runs)
    ]
    films = [(line.name, path) for line in table.lines for run in line.runs[:1] for path in [_film(run.folder)]]
    return Section(
        table,
        strip_of(table.lines, items),
        charts(table.lines),
        [(name, film(path)) for name, path in films if path.is_file()],
        stages,
        [(line.name, [cost_cells([run.cost(stage) for run in line.runs]) for stage in stages]) for line in table.lines],
        {line.name: flatten(line.runs[0].identity) for line in table.lines},
    )


def strip_of(lines: Sequence[Line], most: int) -> Strip:
    """Ground truth, then each combination's reconstructions and generated pictures, by its first seed, of test items
    that all of them have kept."""
    firsts = {line.name: line.runs[0].views for line in lines if line.runs[0].views.items}
    shared = [{item.key for item in views.items} for views in firsts.values()]
    drawn = [set(views.generated) for views in firsts.values() if views.generated]
    keys = sorted(set.intersection(*shared), key=lambda key: (sum(key not in d for d in drawn), key)) if shared else []
    keys = keys[:most]
    if not keys:
        return Strip([], [])
    first = next(iter(firsts.values()))
    captions = {item.key: item.caption for item in first.items}
    rows = [("", "ground truth", _pictures(_by_key(first.items, first.originals), keys))]
    for name, views in firsts.items():
        rows.append((name, "reconstruction", _pictures(_by_key(views.items, views.reconstructions), keys)))
        if views.generated:
            rows.append((name, "generated", _pictures(views.generated, keys)))
    return Strip([captions[key] for key in keys], rows)


def cost_cells(costs: Sequence[Cost | None]) -> list[str]:
    """Wall time, steps a second and peak memory of a stage, means over seeds; dashes where no run said."""
    told = [cost for cost in costs if cost is not None]
    if not told:
        return ["–"] * 3
    rates = [cost.rate for cost in told if cost.rate is not None]
    peak = max(cost.memory for cost in told)
    seconds = span(sum(cost.seconds for cost in told) / len(told))
    return [seconds, f"{sum(rates) / len(rates):.2g}" if rates else "–", f"{peak / GIB:.1f} GiB" if peak else "–"]


def in_words(pair: tuple[Cell | None, Column]) -> tuple[str, str]:
    """A cell and its column => the number and its interval."""
    return plain(*pair)


def embedded(path: Path) -> str:
    """A picture file as an address."""
    return _data(path.suffix[1:], path.read_bytes())


def film(path: Path) -> str:
    """An animation as an address, half as large and as WebP: a tenth of its bytes."""
    with Image.open(path) as gif:
        frames, times = zip(
            *((_halved(frame), frame.info["duration"]) for frame in ImageSequence.Iterator(gif)), strict=True
        )
    stream = BytesIO()
    frames[0].save(stream, "webp", save_all=True, append_images=frames[1:], duration=list(times), loop=0, quality=60)
    return _data("webp", stream.getvalue())


def as_script(value: Any) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value).replace("<", r"\u003c")


def _film(run: Path) -> Path:
    return run / "samples" / "denoising.gif"


def _by_key(items: Sequence[Any], pictures: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    return {item.key: picture for item, picture in zip(items, pictures, strict=True)}


def _pictures(known: dict[str, np.ndarray], keys: Sequence[str]) -> list[str]:
    return [_address(known[key]) if key in known else "" for key in keys]


def _address(picture: np.ndarray) -> str:
    stream = BytesIO()
    as_image(picture, zoom=1).save(stream, "png", optimize=True)
    return _data("png", stream.getvalue())


def _halved(frame: Image.Image) -> Image.Image:
    return frame.convert("RGB").resize((frame.width // 2, frame.height // 2), Image.Resampling.LANCZOS)


def _data(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
