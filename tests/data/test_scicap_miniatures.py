"""The miniatures of the SciCap family: the original formats on disk, and nothing that its readers would refuse."""

import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from figgen.data.miniatures import mlfigs_scicap, scicap, scicap_challenge
from figgen.data.miniatures.paper_plots import GRAPHS, draw, draw_panels
from figgen.data.readers.mlfigs_scicap import MlFigsSciCap
from figgen.data.readers.scicap import SciCap
from figgen.data.readers.scicap_challenge import SciCapChallenge
from figgen.data.readers.sidecar import read_words
from figgen.data.record import Item, Reader, Record
from figgen.data.source import Miniature
from figgen.data.words import TEST_WORDS
from figgen.ocr.boxes import normalise

ARXIV, ACL = r"\d{4}\.\d{4}v\d-Figure\d+-1", r"20\d\d\.acl-(main|long|short)\.\d+-Figure\d+-1"
MLFIGS_SCICAP = "mlfigs_scicap/dataset/ml-scicap-figs"
LISTS = "List-of-Files-for-Each-Experiments"
MINIATURES: dict[str, Miniature] = {
    "mlfigs_scicap": mlfigs_scicap.Miniature(16, 8),
    "scicap": scicap.Miniature(10, 3, 6),
    "scicap_challenge": scicap_challenge.Miniature(10, 3, 6),
}
READERS: dict[str, tuple[Reader, dict[str, int]]] = {
    "mlfigs_scicap": (MlFigsSciCap(), {"train": 16, "test": 8}),
    "scicap": (SciCap(), {"train": 10, "val": 3, "test": 6}),
    "scicap_challenge": (SciCapChallenge(), {"train": 10, "val": 3, "test": 6}),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all three miniatures."""
    folder = tmp_path_factory.mktemp("miniatures")
    for name, miniature in MINIATURES.items():
        miniature.write(folder / name, workers=1)
    return folder


def records(reader: Reader, folder: Path) -> list[Record]:
    items = [item for item in reader.items(folder) if isinstance(item, Item)]
    assert len(items) == len(reader.items(folder))
    return [reader.record(folder, item) for item in items]


@pytest.mark.parametrize("name", READERS)
def test_the_reader_finds_every_figure_whole_and_under_a_name_of_its_own(written: Path, name: str) -> None:
    reader, counts = READERS[name]
    found = records(reader, written / name)
    assert Counter(record.split for record in found) == counts
    assert len({record.key for record in found}) == len(found)
    for record in found:
        assert re.match(r"Figure \d+(\.\d+)?: .*\.$", record.caption)
        assert Image.open(io.BytesIO(record.image)).mode == "RGB"


@pytest.mark.parametrize("name", READERS)
def test_every_figure_has_boxes_of_its_own_or_beside_it_that_lie_on_dark_or_coloured_ink(
    written: Path, name: str
) -> None:
    beside = read_words(written / name)
    for record in records(READERS[name][0], written / name):
        assert bool(record.boxes) != (record.key in beside)
        pixels = np.asarray(Image.open(io.BytesIO(record.image))).astype(int)
        for left, top, right, bottom in (map(int, box.bounds) for box in record.boxes or beside[record.key]):
            part = pixels[top:bottom, left:right]
            assert part.shape[:2] == (bottom - top, right - left) and np.ptp(part, axis=(0, 1)).max() > 40


@pytest.mark.parametrize("name", READERS)
def test_test_figures_show_words_that_no_training_caption_tells(written: Path, name: str) -> None:
    beside = read_words(written / name)
    found = records(READERS[name][0], written / name)
    told = {word for r in found if r.split != "test" for word in re.findall("[a-z]+", r.caption.casefold())}
    shown = [box.text.casefold() for r in found if r.split == "test" for box in r.boxes or beside[r.key]]
    words = {word for word in shown if re.fullmatch("[a-z]{2,}", word)}
    assert words and words <= set(TEST_WORDS) and not words & told


@pytest.mark.parametrize("name", MINIATURES)
def test_two_processes_write_the_same_files_as_one_and_say_how_far_they_are(
    written: Path, tmp_path: Path, name: str
) -> None:
    heard: list[tuple[int, int]] = []
    MINIATURES[name].write(tmp_path / name, workers=2, on_progress=lambda done, total: heard.append((done, total)))
    assert contents(tmp_path / name) == contents(written / name)
    assert heard == sorted(heard) and heard[-1][0] == heard[-1][1]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("module", [scicap, scicap_challenge])
def test_fingerprints_change_with_each_count_and_the_seed(module: Any) -> None:
    choices = [(16, 2, 4, 0), (17, 2, 4, 0), (16, 3, 4, 0), (16, 2, 5, 0), (16, 2, 4, 1)]
    assert len({module.Miniature(*choice).fingerprint for choice in choices}) == 5


# ---- ML-Figs with SciCap's ACL figures -------------------------------------------------------------------------------


def test_every_fourth_figure_is_from_a_book_and_only_the_others_carry_figure_type(written: Path) -> None:
    home = written / MLFIGS_SCICAP
    entries = [entry for split in ("train", "test") for entry in json.loads((home / f"{split}.json").read_text())]
    for number, entry in enumerate(entries):
        if number % 4 == 0:
            assert "figure_type" not in entry and entry["figType"] == "Figure" and entry["renderDpi"] == 100
            assert re.fullmatch(r"ml-scicap-figs/ml-figs/Book_\d+/image/Figure\d+\.png", entry["renderURL"])
        else:
            assert set(entry) == {"caption", "figure_type", "ocr", "renderURL"}
            assert re.fullmatch(rf"ml-scicap-figs/acl/{ACL}\.png", entry["renderURL"])
        assert (home.parent / entry["renderURL"]).is_file()  # from the grandparent of the list
        assert list(entry["ocr"]) == ["text", "left", "top", "width", "height", "conf"]
        assert len({len(column) for column in entry["ocr"].values()}) == 1


def test_words_that_run_upwards_are_not_told_where_a_box_cannot_say_so(written: Path) -> None:
    told = {record.key: record.boxes for record in records(READERS["mlfigs_scicap"][0], written / "mlfigs_scicap")}
    plots = {key: draw("train", index) for index, key in enumerate(in_order(written)) if index % 4 and index % 3 != 2}
    for key, plot in plots.items():
        level = [box for box in plot.boxes if box.quad[0][1] == box.quad[1][1]]
        assert told[key] == tuple(replace(box, text=normalise(box.text)) for box in level if normalise(box.text))
    assert sum(len(plot.boxes) - len(told[key]) for key, plot in plots.items()) >= 2


def in_order(written: Path) -> list[str]:
    """The keys of the training figures of ML-Figs with SciCap's."""
    return [entry["renderURL"] for entry in json.loads((written / MLFIGS_SCICAP / "train.json").read_text())]


# ---- SciCap of 2021 --------------------------------------------------------------------------------------------------


def test_the_entry_of_a_figure_has_the_keys_of_scicap_mis_spelled_ones_included(written: Path) -> None:
    path = next((written / "scicap/SciCap-Caption-All/Val").glob("*.json"))
    entry = json.loads(path.read_text())
    assert list(entry) == [
        "contains-subfigure",
        "Img-text",
        "paper-ID",
        "figure-ID",
        "figure-type",
        "0-originally-extracted",
        "1-lowercase-and-token-and-remove-figure-index",
        "2-normalized",
    ]
    assert entry["figure-ID"] == f"{path.stem}.png" and re.fullmatch(ARXIV, path.stem)
    assert path.stem.startswith(f"{entry['paper-ID']}-") and entry["figure-type"] == "Graph Plot"
    assert set(entry["1-lowercase-and-token-and-remove-figure-index"]) == {"caption", "sentence", "token"}
    assert set(entry["2-normalized"]["2-1-basic-num"]) == {"caption", "sentence", "token"}
    assert set(entry["2-normalized"]["2-2-advanced-euqation-bracket"]) == {"caption", "sentence", "tokens"}


def test_the_lists_of_single_sentences_leave_longer_captions_out(written: Path) -> None:
    root = written / "scicap"
    for kind in ("No-Subfig", "Yes-Subfig"):
        used: dict[str, list[str]] = {
            experiment.name: json.loads((experiment / kind / "Train/file_idx.json").read_text())
            for experiment in (root / LISTS).iterdir()
        }
        assert len(used["First-Sentence"]) == len(used["Caption-No-More-Than-100-Tokens"]) == 10
        for name in used["First-Sentence"]:
            entry = json.loads((root / f"SciCap-Caption-All/Train/{name.removesuffix('.png')}.json").read_text())
            is_single = "." not in entry["0-originally-extracted"][:-1]
            assert (name in used["Single-Sentence-Caption"]) == is_single
            assert entry["contains-subfigure"] == (kind == "Yes-Subfig")


@pytest.mark.parametrize("form", ["original", "lowercase_and_token", "basic_num", "advanced_equation_bracket"])
@pytest.mark.parametrize("subfigures", [False, True])
def test_every_form_of_figures_with_and_without_subfigures_can_be_read(
    written: Path, form: Any, subfigures: bool
) -> None:
    found = records(SciCap(form=form, subfigures=subfigures), written / "scicap")
    assert len(found) == 19 and all(record.caption for record in found)


def test_what_scicap_keeps_is_what_is_drawn(written: Path) -> None:
    plain = records(SciCap("Caption-No-More-Than-100-Tokens"), written / "scicap")[4]
    panels = records(SciCap("Caption-No-More-Than-100-Tokens", subfigures=True), written / "scicap")[4]
    for record, plot in ((plain, draw("test", 4, of=GRAPHS)), (panels, draw_panels("test", 4))):
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(record.image))), plot.pixels)
        assert record.caption.endswith(f": {plot.caption}")
        assert read_words(written / "scicap")[record.key] == plot.boxes


# ---- The challenge ---------------------------------------------------------------------------------------------------


def test_annotation_files_have_the_fields_of_the_challenge_and_a_fifth_of_the_training_is_from_acl(
    written: Path,
) -> None:
    files = {path.stem: json.loads(path.read_text()) for path in (written / "scicap_challenge").glob("*.json")}
    assert {name: len(content["images"]) for name, content in files.items()} == {
        "train": 8,
        "train-acl": 2,
        "val": 3,
        "public-test": 6,
    }
    for name, content in files.items():
        for image, annotation in zip(content["images"], content["annotations"], strict=True):
            assert set(image) == {"id", "file_name", "figure_type", "ocr"} and annotation["image_id"] == image["id"]
            assert set(annotation) == {"id", "image_id", "caption", "caption_no_index", "paragraph", "mention"}
            assert re.sub(r"^Figure \d+: ", "", annotation["caption"]) == annotation["caption_no_index"]
            assert re.fullmatch((ACL if name == "train-acl" else ARXIV) + r"\.png", image["file_name"])
            assert annotation["mention"][0][0] in annotation["paragraph"][0]


def test_all_pictures_are_in_one_zip(written: Path) -> None:
    with zipfile.ZipFile(written / "scicap_challenge/img-split.zip") as archive:
        homes = Counter(str(Path(name).parent) for name in archive.namelist())
    assert homes == {"img-split/train": 8, "img-split/train-acl": 2, "img-split/val": 3, "img-split/public-test": 6}
