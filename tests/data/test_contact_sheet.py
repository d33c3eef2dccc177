"""Contact sheets: what one sees of prepared data, whatever the shape of its pictures and whatever its captions say."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from figgen.data.manifest import Manifest
from figgen.data.record import Record
from figgen.data.shards import SCHEMA, row_of, write_table
from figgen.data.showing.cards import CAPTION, WORDS
from figgen.data.showing.contact_sheet import contact_sheets
from figgen.ocr.boxes import TextBox
from figgen.reporting.lettering import wrapped
from figgen.reporting.pictures import outlined

SHAPES = {"strips": (320, 64), "faces": (128, 128), "posters": (300, 900), "tiny": (9, 5), "scans": (1400, 1100)}
LONG = "a caption that goes on and on, " * 40 + "to its end"


def shards_of(folder: Path, *rows: Record, **splits: int) -> Path:
    """A finished folder of prepared records."""
    for split in {row.split for row in rows}:
        of_split = [row_of(row) for row in rows if row.split == split]
        write_table(folder / f"{split}-00000.arrow", pa.Table.from_pylist(of_split, SCHEMA))
    counts = {split: sum(row.split == split for row in rows) for split in {row.split for row in rows}}
    Manifest(
        fingerprint="print", plan="plan", origin="here", reader={}, detector="annotation", val_fraction=0.0,
        counts={**counts, **splits}, num_bad=0,
    ).write(folder)  # fmt: skip
    return folder


def record(number: int, size: tuple[int, int] = (40, 30), **changes: Any) -> Record:
    stream = io.BytesIO()
    Image.new("RGB", size, (number % 256, 90, 200)).save(stream, "PNG")
    boxes = (TextBox.from_ltwh(2, 1, 4, 3, "word", confidence=0.5),)
    values = {"split": "train", "caption": f"Caption {number}", "boxes": boxes, "extras": {"page": number}}
    return Record(key=f"picture-{number}", image=stream.getvalue(), **{**values, **changes})


def page(shards: Path, out: Path, per_split: int = 24) -> str:
    """The HTML of the one split."""
    _, html = contact_sheets(shards, out, per_split)
    return html.read_text(encoding="utf-8")


class Shown(HTMLParser):
    """What a reader of the page sees: the texts, by the tag that they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in ("img", "meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "tags are not closed in order"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def test_each_split_has_a_picture_and_a_page(tmp_path: Path) -> None:
    rows = [record(0), record(1, split="val"), record(2, split="test")]
    made = contact_sheets(shards_of(tmp_path / "shards", *rows), tmp_path / "out", 5)
    assert made == [
        tmp_path / "out" / f"{split}.{kind}" for split in ("train", "val", "test") for kind in ("png", "html")
    ]
    assert all(path.is_file() for path in made)


def test_a_split_without_records_has_no_sheet(tmp_path: Path) -> None:
    made = contact_sheets(shards_of(tmp_path / "shards", record(0), val=0), tmp_path / "out", 5)
    assert [path.name for path in made] == ["train.png", "train.html"]


def test_the_samples_are_spread_over_the_split(tmp_path: Path) -> None:
    html = page(shards_of(tmp_path / "shards", *(record(n) for n in range(101))), tmp_path / "out", 5)
    assert re.findall(r"Caption (\d+)", html) == ["0", "25", "50", "75", "100"]
    assert "5 of 101 records" in html


def test_a_split_that_is_smaller_than_asked_for_is_shown_whole(tmp_path: Path) -> None:
    html = page(shards_of(tmp_path / "shards", *(record(n) for n in range(3))), tmp_path / "out", 24)
    assert re.findall(r"Caption (\d+)", html) == ["0", "1", "2"]


@pytest.mark.parametrize("shape", SHAPES)
def test_pictures_of_every_shape_fill_a_page_of_about_a_screen_width(shape: str, tmp_path: Path) -> None:
    rows = [record(n, SHAPES[shape], caption=LONG) for n in range(24)]
    png, _ = contact_sheets(shards_of(tmp_path / "shards", *rows), tmp_path / "out", 24)
    with Image.open(png) as sheet:
        assert 1500 <= sheet.width <= 1600
        colours = [colour for count, colour in sheet.getcolors(1 << 20) if count > 500]
    assert sum(colour[1:] == (90, 200) for colour in colours) == 24  # each picture has a red value of its own


def test_a_sheet_of_mixed_shapes_shows_them_all(tmp_path: Path) -> None:
    rows = [record(number, size) for number, size in enumerate(SHAPES.values())]
    png, _ = contact_sheets(shards_of(tmp_path / "shards", *rows), tmp_path / "out", 24)
    with Image.open(png) as sheet:
        colours = {colour for _, colour in sheet.getcolors(1 << 20)}
    assert {(number, 90, 200) for number in range(len(SHAPES))} <= colours


def test_quads_are_drawn_where_the_words_stand_at_the_scale_of_the_sheet() -> None:
    quad = ((10.0, 5.0), (30.0, 5.0), (30.0, 15.0), (10.0, 15.0))
    drawn = np.asarray(outlined(Image.new("RGB", (40, 20), "white"), [TextBox(quad, "word")], 2)).astype(int)
    rows, columns = np.nonzero(drawn.min(axis=2) < 128)
    assert drawn.shape == (40, 80, 3)
    assert (columns.min(), rows.min()) == (18, 8)  # the dot around twice (10, 5)
    assert (columns.max(), rows.max()) == (60, 30)
    assert (drawn[15:25, 30:50] == 255).all()  # nothing inside the box


def test_long_captions_end_in_an_ellipsis_on_the_picture_and_are_whole_on_the_page(tmp_path: Path) -> None:
    lines = [" ".join(line) for line in wrapped(LONG.split(), CAPTION, 300, 5, "…")]
    assert len(lines) == 5 and lines[-1].endswith("…")
    assert all(CAPTION.getlength(line) <= 300 for line in lines)
    assert LONG.startswith(" ".join(lines).removesuffix("…").rstrip())
    html = page(shards_of(tmp_path / "shards", record(0, caption=LONG)), tmp_path / "out")
    assert LONG in Shown(html).texts["figcaption"]


def test_a_short_caption_has_no_ellipsis() -> None:
    words = ["A", "plot", "of", "x", "against", "y."]
    assert wrapped(words, CAPTION, 300, 5, "…") == [words]


@pytest.mark.parametrize("word", ["https://example.org/" + "x" * 300, "…" * 200])
def test_a_word_without_an_end_is_cut_to_the_column(word: str) -> None:
    ((shown,),) = wrapped([word], CAPTION, 200, 5, "…")
    assert CAPTION.getlength(shown) <= 200 and shown.endswith("…")


def test_words_that_have_no_room_are_counted() -> None:
    lines = wrapped([f"word{n}" for n in range(100)], WORDS, 200, 3, "+{} more")
    shown = [word for line in lines for word in line]
    assert len(lines) == 3 and all(WORDS.getlength(" ".join(line)) <= 200 for line in lines)
    assert shown[:-1] == [f"word{n}" for n in range(len(shown) - 1)]
    assert shown[-1] == f"+{100 - (len(shown) - 1)} more"


def test_a_picture_without_words_or_caption_is_shown_all_the_same(tmp_path: Path) -> None:
    html = page(shards_of(tmp_path / "shards", record(0, caption="", boxes=())), tmp_path / "out")
    assert "(no caption)" in html and "0 words" in html and "polygon points" not in html


def test_markup_in_captions_words_keys_and_extras_stays_text(tmp_path: Path) -> None:
    evil = '<script>alert("&amp;")</script>'
    hostile = Record(
        evil, "train", record(0).image, evil, (TextBox.from_ltwh(1, 1, 5, 5, evil),), extras={evil: [evil]}
    )
    html = page(shards_of(tmp_path / "shards", hostile), tmp_path / "out")
    shown = Shown(html)
    assert html.count("<script>") == 1 and evil not in html  # the page's own
    assert evil in shown.texts["figcaption"] and evil in shown.texts["span"]
    assert any(text.startswith(evil) for text in shown.texts["summary"])


def test_braces_in_a_caption_are_no_template(tmp_path: Path) -> None:
    caption = r"$\frac{a}{b}$ {title} {0} %s"
    html = page(shards_of(tmp_path / "shards", record(0, caption=caption)), tmp_path / "out")
    assert caption in Shown(html).texts["figcaption"]


def test_the_page_asks_the_network_for_nothing(tmp_path: Path) -> None:
    html = page(shards_of(tmp_path / "shards", record(0), record(1)), tmp_path / "out")
    addresses = [value or "" for name, value in Shown(html).attributes if name in ("src", "href")]
    assert len(addresses) == 2 and all(value.startswith("data:image/") for value in addresses)
    assert "http" not in html


@pytest.mark.parametrize("size", [(40, 30), (2000, 1000)])
def test_the_page_holds_the_pictures_themselves(size: tuple[int, int], tmp_path: Path) -> None:
    html = page(shards_of(tmp_path / "shards", record(7, size)), tmp_path / "out")
    (data,) = re.findall(r'src="data:image/\w+;base64,([^"]+)"', html)
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.size == ((40, 30) if size == (40, 30) else (1024, 512))
        assert max(abs(a - b) for a, b in zip(picture.convert("RGB").getpixel((5, 5)), (7, 90, 200), strict=True)) <= 3
    assert f'viewBox="0 0 {size[0]} {size[1]}"' in html  # boxes stay in pixels of the original


def test_the_page_says_a_words_place_text_and_confidence_and_what_else_is_known(tmp_path: Path) -> None:
    html = page(shards_of(tmp_path / "shards", record(3)), tmp_path / "out")
    assert 'points="2,1 6,1 6,4 2,4"' in html and "<title>word (0.50)</title>" in html
    assert "picture-3" in html and "40 × 30, 1 word<" in html
    assert '"page": 3' in "".join(Shown(html).texts["pre"])
