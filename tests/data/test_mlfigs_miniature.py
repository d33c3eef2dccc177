"""The drawn figures: exact boxes, true captions, the original format of ML-Figs."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figgen.data.miniatures.canvas import Canvas
from figgen.data.miniatures.figures import KINDS, draw
from figgen.data.miniatures.mlfigs import MlFigsMiniature, ocr_of
from figgen.ocr.boxes import TextBox

ENTRY_KEYS = {"caption", "captionBoundary", "figType", "imageText", "name", "page", "regionBoundary"}
ENTRY_KEYS |= {"renderDpi", "renderURL", "ocr"}


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.casefold()))


def test_captions_are_short_sentences_that_name_the_kind_and_every_word() -> None:
    for figure in (draw("test", index) for index in range(4 * len(KINDS))):
        said = words_in(figure.caption)
        assert all(np.less_equal(figure.pixels.shape, (128, 160, 3)))  # else they would be resampled
        assert re.match(r"Figure \d+\.\d+: A .*\.$", figure.caption) and len(figure.caption) <= 160
        assert words_in(" ".join(box.text for box in figure.boxes)) <= said
        assert words_in(figure.figure_type.split()[-1]) <= said


def test_figures_show_three_to_nine_words_in_boxes_that_are_tight_around_all_their_ink_and_do_not_overlap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What erasing the words changes lies inside of the boxes, and touches all four sides of each."""
    plain_draw, drawn = Canvas.draw, []

    def draw_and_keep(canvas: Canvas) -> tuple[np.ndarray, tuple[TextBox, ...]]:
        result = plain_draw(canvas)
        drawn.append(canvas)
        return result

    monkeypatch.setattr(Canvas, "draw", draw_and_keep)
    for index in range(30):
        figure = draw("test", index)
        drawn[-1].strings.clear()
        wordless, _ = plain_draw(drawn[-1])
        ink = np.abs(figure.pixels.astype(int) - wordless).max(axis=2) > 40
        boxed = np.zeros_like(ink)
        for left, top, right, bottom in (map(int, box.bounds) for box in figure.boxes):
            part = ink[top:bottom, left:right]
            assert part[0].any() and part[-1].any() and part[:, 0].any() and part[:, -1].any()
            assert not boxed[top:bottom, left:right].any()
            boxed[top:bottom, left:right] = True
        assert 3 <= len(figure.boxes) <= 9 and not (ink & ~boxed).any()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniature") / "original"
    MlFigsMiniature(50, num_test=8).write(folder, workers=1)
    return folder


def entries(folder: Path, split: str) -> list[dict]:
    return json.loads((folder / f"ml-figs/mlfigs_{split}.json").read_text())


def test_the_format_on_disk_is_that_of_ml_figs(written: Path) -> None:
    assert (len(entries(written, "train")), len(entries(written, "test"))) == (50, 8)
    for entry in entries(written, "train") + entries(written, "test"):
        assert set(entry) == ENTRY_KEYS and "figure_type" not in entry
        assert re.fullmatch(r"ml-figs/Book_\d+/image/Figure\d+\.png", entry["renderURL"])
        assert set(entry["captionBoundary"]) == set(entry["regionBoundary"]) == {"x1", "x2", "y1", "y2"}
        assert list(entry["ocr"]) == ["text", "left", "top", "width", "height", "conf"]
        assert len({len(column) for column in entry["ocr"].values()}) == 1
        assert Image.open(written / entry["renderURL"]).mode == "RGB"  # from the grandparent of the JSON file


def test_books_list_every_figure_once(written: Path) -> None:
    books = {path.stem: json.loads(path.read_text()) for path in written.glob("ml-figs/Book_*/Book_*.json")}
    of_books = [(book, entry["renderURL"]) for book, listed in books.items() for entry in listed]
    assert all(url.startswith(f"ml-figs/{book}/image/") for book, url in of_books)
    of_splits = {entry["renderURL"] for split in ("train", "test") for entry in entries(written, split)}
    assert sorted(url for _, url in of_books) == sorted(of_splits)


def test_what_is_written_is_what_is_drawn(written: Path) -> None:
    entry, figure = entries(written, "test")[5], draw("test", 5)
    assert np.array_equal(np.asarray(Image.open(written / entry["renderURL"])), figure.pixels)
    assert entry["caption"] == figure.caption
    assert entry["imageText"] == [box.text for box in figure.boxes]
    assert entry["ocr"]["text"] == [box.text.lower().replace(".", "").replace("-", "") for box in figure.boxes]
    assert entry["ocr"]["left"] == [box.bounds[0] for box in figure.boxes]
    assert entry["ocr"]["height"] == [box.bounds[3] - box.bounds[1] for box in figure.boxes]


def test_words_are_annotated_as_ml_figs_tool_would_have_written_them() -> None:
    """Lower-cased, without punctuation, none left empty, none twice in a place."""
    words = [(4, "Loss,"), (40, "--"), (60, "Grad-CAM"), (100, "0.75"), (104, "0.75"), (140, "0.75")]
    ocr = ocr_of([TextBox.from_ltwh(left, 6, 30, 10, text) for left, text in words])
    assert ocr["text"] == ["loss", "gradcam", "075", "075"] and ocr["left"] == [4, 60, 100, 140]
