"""The drawn plots of papers and the formats they are kept in: exact boxes, true captions, the originals' own fields."""

import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from matplotlib.figure import Figure as Sheet
from matplotlib.lines import Line2D

from figgen.data.miniatures import paper_plots, scicap_challenge
from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.figures import Figure
from figgen.data.miniatures.mlfigs import MlFigsScicapMiniature
from figgen.data.miniatures.paper_plots import GRAPHS, PANELS, draw, drawn
from figgen.data.miniatures.scicap import ScicapMiniature, block, forms
from figgen.data.miniatures.scicap_challenge import ScicapChallengeMiniature
from figgen.data.options import Experiment
from figgen.data.readers.scicap import FORMS, LISTS, SciCap
from figgen.data.readers.sidecar import read_words
from figgen.data.record import Item
from figgen.data.words import TEST_WORDS
from figgen.ocr.boxes import TextBox, normalise

ARXIV, ACL = r"\d{4}\.\d{4}v\d-Figure\d+-1", r"20\d\d\.acl-(main|long|short)\.\d+-Figure\d+-1"


@pytest.fixture(scope="module")
def test_plots() -> list[Figure]:
    return [draw("test", i) for i in range(21)]


def is_level(box: TextBox) -> bool:
    return box.quad[0][1] == box.quad[1][1]


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{2,}", text.casefold()))


def test_captions_name_every_word_that_is_shown_and_hold_no_other_test_word(test_plots: list[Figure]) -> None:
    for plot in test_plots:
        shown, told = words_in(" ".join(box.text for box in plot.boxes)), words_in(plot.caption)
        assert shown and shown == told & set(TEST_WORDS) and re.fullmatch(r"[^a-z].*\.", plot.caption)
        assert plot.pixels.shape[0] <= 128 and plot.pixels.shape[1] <= 160  # else it would be resampled
    assert not words_in(" ".join(scicap_challenge.MENTIONS)) & set(TEST_WORDS)


# ---- Words -----------------------------------------------------------------------------------------------------------


def page(*strings: tuple[float, float, str, float]) -> Sheet:
    """x, y in shares, what is written there, degrees."""
    figure = Sheet((1.2, 1.2), 100)
    for x, y, text, angle in strings:
        figure.text(x, y, text, ha="center", va="center", rotation=angle, size=8)
    return figure


@pytest.mark.parametrize("angle", [0, 90, 45, 30])
def test_the_box_of_each_word_is_tight_around_its_own_ink_however_it_is_turned(angle: float) -> None:
    pixels, boxes = drawn(page((0.5, 0.5, "two words", angle)))
    rows, columns = np.nonzero(pixels.min(axis=2) < 255 - paper_plots.INK)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array(((cos, -sin), (sin, cos)))  # y counts downwards
    ink, quads = turn @ (np.stack([columns, rows]) + 0.5), [np.array(box.quad) @ turn.T for box in boxes]
    holders = np.zeros(len(rows), int)
    for (left, top), (right, high), (end, bottom), (start, low) in quads:
        assert (left, right, top, bottom) == pytest.approx((start, end, high, low), abs=0.02)
        own = (ink[0] > left) & (ink[0] < right) & (ink[1] > top) & (ink[1] < bottom)
        along, down = ink[:, own]
        assert max(along.min() - left, right - along.max(), down.min() - top, bottom - down.max()) < 0.75
        holders += own
    assert [box.text for box in boxes] == ["two", "words"] and (holders == 1).all()
    assert quads[1][0][0] - quads[0][1][0] > 2  # the space, not a gap between letters


def test_a_word_on_another_one_on_a_line_or_off_the_sheet_is_laid_out_anew() -> None:
    crossed = page((0.5, 0.5, "word", 0))
    crossed.add_artist(Line2D((0, 1), (0.5, 0.5), color="black"))
    for figure in (page((0.5, 0.5, "word", 0), (0.6, 0.53, "other", 0)), page((0.95, 0.5, "word", 0)), crossed):
        with pytest.raises(LayoutError):
            drawn(figure)


# ---- Formats ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniatures")
    for miniature in (MlFigsScicapMiniature(6, 0, 2), ScicapMiniature(6, 1, 5), ScicapChallengeMiniature(5, 1, 1)):
        miniature.write(folder / miniature.name, workers=1)
    return folder


def test_every_fourth_figure_is_from_a_book_and_only_the_others_carry_figure_type(written: Path) -> None:
    home = written / "mlfigs_scicap/dataset"
    train, test = (json.loads((home / f"ml-scicap-figs/{split}.json").read_text()) for split in ("train", "test"))
    assert (len(train), len(test)) == (6, 2) and all((home / entry["renderURL"]).is_file() for entry in train + test)
    for number, entry in enumerate(train + test):
        of_book = re.fullmatch(r"ml-scicap-figs/ml-figs/Book_\d+/image/Figure\d+\.png", entry["renderURL"])
        of_paper = re.fullmatch(rf"ml-scicap-figs/acl/{ACL}\.png", entry["renderURL"])
        assert of_book or set(entry) == {"caption", "figure_type", "ocr", "renderURL"}
        assert bool(of_book) == (entry.get("figType") == "Figure")
        assert bool(of_book) == (number % 4 == 0) == (not of_paper)
    level = [said for box in draw("train", 1).boxes if is_level(box) and (said := normalise(box.text))]
    assert train[1]["ocr"]["text"] == level  # left, top, width, height cannot say that a word runs upwards


@pytest.mark.parametrize(("kind", "number"), [("No-Subfig", 6), ("Yes-Subfig", 1)])
def test_scicap_has_its_keys_and_its_lists_of_single_sentences(written: Path, kind: str, number: int) -> None:
    root, place = written / "scicap", f"{kind}/Train/file_idx.json"
    lists = [json.loads((root / LISTS / name / place).read_text()) for name in get_args(Experiment)]
    assert lists[1] == lists[2] and len(lists[1]) == number
    for name in lists[1]:
        entry = json.loads((root / f"SciCap-Caption-All/Train/{name.removesuffix('.png')}.json").read_text())
        assert (name in lists[0]) == ("." not in entry["0-originally-extracted"][:-1])
        assert (entry["contains-subfigure"], entry["figure-type"]) == (kind == "Yes-Subfig", "Graph Plot")
        assert re.fullmatch(rf"{ARXIV}\.png", name) and entry["figure-ID"] == name
        assert name.startswith(f"{entry['paper-ID']}-") and entry["Img-text"]
        lower, normal = entry["1-lowercase-and-token-and-remove-figure-index"], entry["2-normalized"]
        assert set(lower) == set(normal["2-1-basic-num"]) == {"caption", "sentence", "token"}
        assert set(normal["2-2-advanced-euqation-bracket"]) == {"caption", "sentence", "tokens"}  # mis-spelled there


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("subfigures", "number"), [(False, 12), (True, 3)])
def test_every_form_of_figures_can_be_read(written: Path, form: Any, subfigures: bool, number: int) -> None:
    reader, folder = SciCap("Caption-No-More-Than-100-Tokens", subfigures, form), written / "scicap"
    found = [reader.record(folder, item) for item in reader.items(folder) if isinstance(item, Item)]
    assert len(found) == number and all(record.caption for record in found)
    plot = draw("test", 1, of=PANELS) if subfigures else draw("test", 8, of=GRAPHS)
    last = [record for record in found if record.split == "test"][-1]
    assert read_words(folder)[last.key] == plot.boxes
    assert form != "original" or last.caption.endswith(f": {plot.caption}")


def test_each_form_of_a_caption() -> None:
    assert forms("Slope of A-B (n = 5).") == (
        "slope of a - b ( n = 5 ) .",
        "slope of a - b ( n = NUM-TK ) .",
        "slope of a - b BRACKET-TK .",
    )
    assert forms("Gain at k = 0.5 after 20 runs: y = a x + b.") == (
        "gain at k = 0.5 after 20 runs : y = a x + b .",
        "gain at k = NUM-TK after NUM-TK runs : y = a x + b .",
        "gain at EQUAT-TK after NUM-TK runs : EQUAT-TK .",
    )
    sentences, tokens = ["it is 0.5 .", "it fell ."], ["it", "is", "0.5", ".", "it", "fell", "."]
    assert block(" ".join(tokens), "tokens") == {"caption": " ".join(tokens), "sentence": sentences, "tokens": tokens}


def test_the_challenge_has_its_fields_a_fifth_of_acl_and_all_pictures_in_one_zip(written: Path) -> None:
    files = {path.stem: json.loads(path.read_text()) for path in (written / "scicap_challenge").glob("*.json")}
    sizes = {name: len(content["images"]) for name, content in files.items()}
    assert sizes == {"train": 4, "train-acl": 1, "val": 1, "public-test": 1}
    for name, content in files.items():
        for image, annotation in zip(content["images"], content["annotations"], strict=True):
            assert set(image) == {"id", "file_name", "figure_type", "ocr"} and annotation["image_id"] == image["id"]
            assert set(annotation) == {"id", "image_id", "caption", "caption_no_index", "paragraph", "mention"}
            assert re.sub(r"^Figure \d+: ", "", annotation["caption"]) == annotation["caption_no_index"]
            assert re.fullmatch((ACL if name == "train-acl" else ARXIV) + r"\.png", image["file_name"])
            assert annotation["mention"][0][0] in annotation["paragraph"][0]
    with zipfile.ZipFile(written / "scicap_challenge/img-split.zip") as archive:
        homes = Counter(str(Path(name).parent) for name in archive.namelist())
    assert homes == {f"img-split/{name}": size for name, size in sizes.items()}
