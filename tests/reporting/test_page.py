"""The page of a report: one file, the same test items in every row, curves that take the page's colour."""

from __future__ import annotations

import base64
import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
from made_runs import run, written
from PIL import Image

from figgen.reporting.curves import charts
from figgen.reporting.page import page, strip_of
from figgen.reporting.runs import Run, read_runs
from figgen.reporting.tables import table_of
from figgen.reporting.views import Item, keep_generated, keep_views


def picture(level: int) -> np.ndarray:
    return np.full((3, 6, 8), level, np.uint8)


def level(address: str) -> int:
    """The grey level of an embedded picture."""
    return int(np.asarray(Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))))[0, 0, 0])


def two_runs(folder: Path) -> list[Run]:
    """Views of a, b, c and of b, c, d; drawn was c by the first, b and c by the second."""
    folders = written(folder, run("plain", 0, 0.1), run("tpl", 0, 0.6))
    for number, (path, keys, drawn) in enumerate(zip(folders, ("abc", "bcd"), ("c", "bc"), strict=True)):
        items = [Item(key, f"caption of {key}", []) for key in keys]
        originals = np.stack([picture(ord(key)) for key in keys])
        keep_views(path / "samples", items, originals, originals + 10 * (number + 1))
        keep_generated(path / "samples", [*drawn], [""] * len(drawn), np.stack([picture(number) for _ in drawn]))
        rows = [{"stage": "autoencoder", "step": s, "loss": 1 / s, "l1": 1 / s, "kl": 0.1, "lr": 1} for s in (1, 2)]
        rows[1]["validation/psnr"] = 20 + number
        (path / "metrics.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return read_runs(folders)[0]


def test_every_row_of_the_strip_shows_the_same_items_and_gaps_where_nothing_was_drawn(tmp_path: Path) -> None:
    strip = strip_of(table_of(two_runs(tmp_path)).lines, most=5)
    assert strip.captions == ["caption of c", "caption of b"]  # drawn by all comes first
    seen = [(name, what, [level(p) if p else None for p in pictures]) for name, what, pictures in strip.rows]
    b, c = ord("b"), ord("c")
    assert seen == [
        ("", "ground truth", [c, b]),
        ("loss=plain", "reconstruction", [c + 10, b + 10]),
        ("loss=plain", "generated", [0, None]),
        ("loss=tpl", "reconstruction", [c + 20, b + 20]),
        ("loss=tpl", "generated", [1, 1]),
    ]


def test_curves_show_losses_and_validation_numbers_once_each(tmp_path: Path) -> None:
    drawn = charts(table_of(two_runs(tmp_path)).lines)
    assert [chart.title for chart in drawn] == [
        "autoencoder: psnr on validation figures",
        "autoencoder: loss",  # and no l1, which is all of it
        "autoencoder: kl",
    ]
    assert all("currentColor" in chart.svg and chart.svg.startswith("<svg") for chart in drawn)


def test_the_page_needs_nothing_but_itself_and_says_what_differs(tmp_path: Path) -> None:
    text = page("g", ["Mixed, as asked"], [table_of(two_runs(tmp_path))], {}, 5)
    assert not re.search(r'(?:src|href)="(?!data:|#)', text) and "url(" not in re.sub(r"url\(#", "", text)
    assert "MINIATURE" in text and "Mixed, as asked" in text and "prefers-color-scheme: dark" in text
    (configs,) = re.findall(r'<script type="application/json">(.*?)</script>', text)
    assert {name: config["loss.name"] for name, config in json.loads(configs).items()} == {
        "loss=plain": "plain",
        "loss=tpl": "tpl",
    }
    assert "90 s" in text and "1.0 GiB" in text
