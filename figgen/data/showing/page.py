"""A contact sheet as one page that needs nothing but itself: whole captions, words under the mouse, extras."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from PIL import Image

from figgen.data.showing.cards import Sample
from figgen.ocr.boxes import TextBox
from figgen.reporting.pictures import colour

LARGEST = 1024  # pixels of the longer side of a picture on the page
LEAST = 0.85  # of the column's width; a narrow window may press it that far before it has one column less
LOSSLESS = 400_000  # pixels of a picture up to which it is kept as it is


def html_page(title: str, note: str, samples: Sequence[Sample], column: int) -> str:
    """All samples as one page whose columns are about `column` pixels wide."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    environment.filters |= {"data_uri": data_uri, "points": points, "listing": listing}
    shown = [(sample.record, sample.picture, shown_width(sample.picture, column)) for sample in samples]
    template = environment.get_template("contact_sheet.html")
    return template.render(title=title, note=note, shown=shown, least=round(column * LEAST), colour=colour)


def shown_width(picture: Image.Image, column: int) -> int:
    """Wide enough to fill its column, unless that would make it far higher than its neighbours."""
    return round(column * min(1.2, 1.6 * picture.width / picture.height))


def points(box: TextBox) -> list[str]:
    """The corners of a word as SVG writes them."""
    return [f"{x:g},{y:g}" for x, y in box.quad]


def listing(extras: object) -> str:
    return json.dumps(extras, indent=2, ensure_ascii=False)


def data_uri(picture: Image.Image) -> str:
    """The picture itself as an address; a large one is made smaller, a very large one loses what no eye sees."""
    small = picture.copy()
    small.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    kind, options = ("png", {}) if small.width * small.height <= LOSSLESS else ("jpeg", {"quality": 92})
    stream = io.BytesIO()
    small.save(stream, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode()}"
