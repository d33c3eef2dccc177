"""The drawn figures: deterministic, all different, with exact boxes, in the original format of ML-Figs."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figgen.data.miniatures.canvas import Canvas
from figgen.data.miniatures.figures import KINDS, Figure, draw
from figgen.data.miniatures.mlfigs import MlFigsMiniature, ocr_of
from figgen.data.words import TEST_WORDS
from figgen.ocr.boxes import TextBox

ENTRY_KEYS = {"caption", "captionBoundary", "figType", "imageText", "name", "page", "regionBoundary"}
ENTRY_KEYS |= {"renderDpi", "renderURL", "ocr"}
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")


@pytest.fixture(scope="module")
def test_figures() -> list[Figure]:
    return [draw("test", i) for i in range(64)]


@pytest.fixture(scope="module")
def train_figures() -> list[Figure]:
    return [draw("train", i) for i in range(150)]


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.casefold()))


def test_a_figure_depends_on_its_seed_split_and_index_alone() -> None:
    first = draw("train", 7)
    draw("test", 3)
    again = draw("train", 7)
    assert np.array_equal(first.pixels, again.pixels)
    assert (first.boxes, first.caption, first.figure_type) == (again.boxes, again.caption, again.figure_type)
    others = [draw("test", 7), draw("train", 7, seed=1), draw("train", 22)]
    assert all(other.caption != first.caption for other in others)


def test_all_figures_differ_and_every_kind_is_drawn(train_figures: list[Figure]) -> None:
    assert len({figure.pixels.tobytes() for figure in train_figures}) == len(train_figures)
    assert {figure.figure_type for figure in train_figures} == set(KINDS) and len(KINDS) >= 7


def test_figures_pad_into_160_by_128_without_resampling(train_figures: list[Figure]) -> None:
    for figure in train_figures:
        height, width, _ = figure.pixels.shape
        assert (width == 160 and height <= 128) or (height == 128 and width <= 160)


def test_captions_are_short_sentences_that_name_the_kind_and_every_word(test_figures: list[Figure]) -> None:
    for figure in test_figures:
        said = words_in(figure.caption)
        assert re.match(r"Figure \d+\.\d+: A .*\.$", figure.caption) and len(figure.caption) <= 160
        assert words_in(" ".join(box.text for box in figure.boxes)) <= said
        assert words_in(figure.figure_type.split()[-1]) <= said


def test_figures_have_three_to_nine_words_in_boxes_that_do_not_overlap(train_figures: list[Figure]) -> None:
    for figure in train_figures:
        covered = np.zeros(figure.pixels.shape[:2], int)
        for left, top, right, bottom in (map(int, box.bounds) for box in figure.boxes):
            covered[top:bottom, left:right] += 1
        assert 3 <= len(figure.boxes) <= 9 and covered.max() == 1
        assert sum((b[2] - b[0]) * (b[3] - b[1]) for b in (box.bounds for box in figure.boxes)) == covered.sum()


def test_boxes_are_tight_around_all_ink_of_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
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
            boxed[top:bottom, left:right] = True
        assert not (ink & ~boxed).any()


def test_words_of_test_figures_occur_nowhere_in_training(
    test_figures: list[Figure], train_figures: list[Figure]
) -> None:
    shown_in_test = {word for figure in test_figures for box in figure.boxes for word in words_in(box.text)}
    told_in_training = {word for figure in train_figures for word in words_in(figure.caption)}
    assert shown_in_test <= set(TEST_WORDS) and not set(TEST_WORDS) & told_in_training


@needs_tesseract
def test_tesseract_reads_the_words_where_the_boxes_say(test_figures: list[Figure]) -> None:
    from figgen.ocr.tesseract import read_words

    chosen = test_figures[:30]  # two of each kind
    wanted = hits = read = located = 0
    for figure, found in zip(chosen, read_words([figure.pixels for figure in chosen]), strict=True):
        words = [word for word in found if letters(word)]
        hits += sum((Counter(map(letters, figure.boxes)) & Counter(map(letters, words))).values())
        located += sum(any(stands_at(box, word) for word in words) for box in figure.boxes)
        wanted, read = wanted + len(figure.boxes), read + len(words)
    assert 2 * hits / (wanted + read) >= 0.9, (hits, wanted, read)
    assert located / hits >= 0.95, (located, hits)


def letters(word: TextBox) -> str:
    return re.sub("[^a-z0-9]", "", word.text.casefold())


def stands_at(box: TextBox, word: TextBox) -> bool:
    """The same word, and both boxes cover mostly the same place (intersection over union of one half)."""
    (a, b, c, d), (e, f, g, h) = box.bounds, word.bounds
    common = max(min(c, g) - max(a, e), 0) * max(min(d, h) - max(b, f), 0)
    return letters(box) == letters(word) and common >= 0.5 * ((c - a) * (d - b) + (g - e) * (h - f) - common)


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
    in_books: Counter[str] = Counter()
    for path in sorted(written.glob("ml-figs/Book_*/Book_*.json")):
        listed = json.loads(path.read_text())
        assert all(entry["renderURL"].startswith(f"ml-figs/{path.stem}/image/") for entry in listed)
        in_books.update(entry["renderURL"] for entry in listed)
    in_splits = Counter(entry["renderURL"] for split in ("train", "test") for entry in entries(written, split))
    assert in_books == in_splits and set(in_books.values()) == {1}


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


def test_two_processes_write_the_same_files_as_one_and_say_how_far_they_are(written: Path, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    MlFigsMiniature(50, num_test=8).write(tmp_path / "original", 2, lambda done, total: heard.append((done, total)))
    files = {path.relative_to(written): path.read_bytes() for path in written.rglob("*.*")}
    assert files == {p.relative_to(tmp_path / "original"): p.read_bytes() for p in (tmp_path / "original").rglob("*.*")}
    assert heard[-1] == (58, 58) and heard == sorted(heard)


def test_a_drawing_that_fails_leaves_no_folder_that_looks_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MlFigsMiniature, "finish", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        MlFigsMiniature(2, num_test=1).write(tmp_path / "original", workers=1)
    assert not (tmp_path / "original").exists()
    monkeypatch.undo()
    MlFigsMiniature(2, num_test=1).write(tmp_path / "original", workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["original"]


def test_the_fingerprint_changes_with_the_counts_and_the_seed() -> None:
    counts = [(16, 0, 4, 0), (17, 0, 4, 0), (16, 0, 5, 0), (16, 0, 4, 1)]
    prints = {MlFigsMiniature(*args).fingerprint for args in counts}
    assert len(prints) == 4
