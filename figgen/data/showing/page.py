"""A contact sheet as one page that needs nothing but itself: whole captions, words under the mouse, extras."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from html import escape

from PIL import Image

from figgen.data.showing.contact_png import colour
from figgen.data.showing.contact_samples import Sample
from figgen.ocr.boxes import TextBox

LARGEST = 1024  # pixels of the longer side of a picture on the page
LEAST = 0.85  # of the column's width; a narrow window may press it that far before it has one column less
LOSSLESS = 400_000  # pixels of a picture up to which it is kept as it is

STYLE = """
:root { color-scheme: light }
* { box-sizing: border-box }
body { margin: 0; background: #eef0f3; color: #1c1f24; font: 14px/1.45 system-ui, "DejaVu Sans", sans-serif }
header { position: sticky; top: 0; z-index: 1; display: flex; gap: 1em; align-items: baseline; padding: 10px 16px;
  background: #eef0f3ee; border-bottom: 1px solid #d5d9df }
h1 { font-size: 20px; margin: 0 }
header label { margin-left: auto; cursor: pointer }
header span, .size { color: #6a727c }
main { display: grid; gap: 16px; padding: 16px; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(COLUMNpx, 100%), 1fr)) }
figure { margin: 0; padding: 10px; background: #fff; border: 1px solid #d5d9df; border-radius: 6px; min-width: 0 }
.picture { position: relative; width: fit-content; margin: 0 auto }
img { display: block; max-width: 100% }
svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible }
polygon { fill: transparent; stroke-width: 1.3; vector-effect: non-scaling-stroke }
path { stroke-width: 6; stroke-linecap: round; vector-effect: non-scaling-stroke }
body:not(:has(#boxes:checked)) svg { display: none }
.words { margin: 8px 0 0; font-weight: 600; font-size: 12.5px; max-height: 9em; overflow-y: auto }
.words span { margin-right: .5em; border-radius: 3px; display: inline-block }
.here { outline: 2px solid; fill: #ffe60066; background: #ffe60066 }
figcaption { margin-top: 8px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 18em; overflow-y: auto }
details { margin-top: 8px; font-size: 12px; overflow-wrap: anywhere }
summary { cursor: pointer }
pre { margin: 6px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 22em; overflow-y: auto }
"""

SCRIPT = """
for (const kind of ["mouseover", "mouseout"])
  document.addEventListener(kind, ({target}) => {
    if (target.dataset.word === undefined) return
    const twins = target.closest("figure").querySelectorAll(`[data-word="${target.dataset.word}"]`)
    for (const twin of twins) twin.classList.toggle("here", kind === "mouseover")
  })
"""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
<header><h1>{title}</h1><span>{note}</span>
<label><input type="checkbox" id="boxes" checked> word boxes</label></header>
<main>
{figures}
</main>
<script>{script}</script>
</html>
"""

FIGURE = """<figure>
<div class="picture"><img src="{source}" width="{width}" alt="">
<svg viewBox="0 0 {columns} {rows}" preserveAspectRatio="none">{quads}</svg></div>
{words}<figcaption>{caption}</figcaption>
<details><summary>{key} <span class="size">{columns} × {rows}, {number}</span></summary>
<pre>{extras}</pre></details>
</figure>"""


def html_page(title: str, note: str, samples: Sequence[Sample], column: int) -> str:
    """All samples as one page whose columns are about `column` pixels wide."""
    return PAGE.format(
        title=escape(title),
        note=escape(note),
        style=STYLE.replace("COLUMN", str(round(column * LEAST))),
        script=SCRIPT,
        figures="\n".join(_figure(sample, column) for sample in samples),
    )


def _figure(sample: Sample, column: int) -> str:
    record, picture = sample.record, sample.picture
    return FIGURE.format(
        source=data_uri(picture),
        width=_shown_width(picture, column),
        columns=picture.width,
        rows=picture.height,
        quads="".join(_quad(number, box) for number, box in enumerate(record.boxes)),
        words=_words(record.boxes),
        caption=escape(record.caption) or "(no caption)",
        key=escape(record.key),
        number="1 word" if len(record.boxes) == 1 else f"{len(record.boxes)} words",
        extras=escape(json.dumps(record.extras, indent=2, ensure_ascii=False)),
    )


def _shown_width(picture: Image.Image, column: int) -> int:
    """Wide enough to fill its column, unless that would make it far higher than its neighbours."""
    return round(column * min(1.2, 1.6 * picture.width / picture.height))


def _quad(number: int, box: TextBox) -> str:
    """A word's outline with a dot where its text begins; what it says shows under the mouse."""
    points = [f"{x:g},{y:g}" for x, y in box.quad]
    said = escape(f"{box.text} ({box.confidence:.2f})")
    return (
        f'<g stroke="{colour(number)}"><path d="M{points[0]}h0"/>'
        f'<polygon points="{" ".join(points)}" data-word="{number}"><title>{said}</title></polygon></g>'
    )


def _words(boxes: Sequence[TextBox]) -> str:
    """The words, each in the colour of its quad; nothing where there are none."""
    words = [_word(number, box) for number, box in enumerate(boxes)]
    return f'<p class="words">{" ".join(words)}</p>\n' if words else ""


def _word(number: int, box: TextBox) -> str:
    style = f"color:{colour(number)}"
    return f'<span style="{style}" data-word="{number}" title="{box.confidence:.2f}">{escape(box.text)}</span>'


def data_uri(picture: Image.Image) -> str:
    """The picture itself as an address; a large one is made smaller, a very large one loses what no eye sees."""
    small = picture.copy()
    small.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    kind, options = ("png", {}) if small.width * small.height <= LOSSLESS else ("jpeg", {"quality": 92})
    stream = io.BytesIO()
    small.save(stream, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode()}"
