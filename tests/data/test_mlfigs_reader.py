"""The reader of ML-Figs against a tree written by hand."""

import json
import math
from pathlib import Path
from typing import Any, Literal

import pytest
from reading import samples_of

from figgen.data.readers.mlfigs import MlFigs
from figgen.data.record import BadSample, Record
from figgen.runs.errors import DataError

OCR = {"text": ["loss", "7"], "left": [10, 3], "top": [5, 40], "width": [20, 6], "height": [9, 8], "conf": [96, 21]}


def entry(number: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "caption": f"Figure 1.{number}: A curve.",
        "figType": "Figure",
        "ocr": OCR,
        "page": 3,
        "renderURL": f"ml-figs/Book_1/image/Figure{number}.png",
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def tree(folder: Path, train: Any, test: Any) -> Path:
    images = folder / "ml-figs/Book_1/image"
    images.mkdir(parents=True)
    for number in range(6):
        (images / f"Figure{number}.png").write_bytes(f"picture {number}".encode())
    for split, entries in (("train", train), ("test", test)):
        (folder / f"ml-figs/mlfigs_{split}.json").write_text(json.dumps(entries))
    return folder


def read(folder: Path, text: Literal["caption", "caption_and_type"] = "caption") -> list[Record | BadSample]:
    return samples_of(MlFigs(text), folder)


def only(folder: Path, text: Literal["caption", "caption_and_type"] = "caption") -> Record | BadSample:
    """The one training sample."""
    return read(folder, text)[-1]


def test_an_entry_becomes_a_record_with_text_as_it_was_given(tmp_path: Path) -> None:
    record = only(tree(tmp_path, [entry(1)], [entry(0)]))
    assert isinstance(record, Record)
    assert (record.key, record.split) == ("ml-figs/Book_1/image/Figure1.png", "train")
    assert (record.image, record.caption) == (b"picture 1", "Figure 1.1: A curve.")
    assert [box.bounds for box in record.boxes] == [(10, 5, 30, 14), (3, 40, 9, 48)]
    assert [(box.text, box.confidence) for box in record.boxes] == [("loss", 0.96), ("7", 0.21)]
    assert record.extras == {"figType": "Figure", "page": 3}


def test_splits_come_from_the_names_of_the_lists_and_keys_are_unique(tmp_path: Path) -> None:
    records = read(tree(tmp_path, [entry(1), entry(2)], [entry(0)]))
    assert sorted(record.split for record in records if isinstance(record, Record)) == ["test", "train", "train"]
    assert len({record.key for record in records}) == 3


@pytest.mark.parametrize(
    ("figure_type", "expected"), [("Graph Plot", "Figure 1.1: A curve. Graph Plot"), (None, "Figure 1.1: A curve.")]
)
def test_the_type_goes_behind_the_caption_where_there_is_one(
    tmp_path: Path, figure_type: str | None, expected: str
) -> None:
    record = only(tree(tmp_path, [entry(1, figure_type=figure_type)], []), "caption_and_type")
    assert isinstance(record, Record) and record.caption == expected


def test_the_folder_ml_figs_itself_is_found_too_whatever_it_is_called(tmp_path: Path) -> None:
    tree(tmp_path, [entry(1)], [])
    assert isinstance(only(tmp_path / "ml-figs"), Record)
    for name in ("mlfigs_train.json", "mlfigs_test.json"):  # a checkout with the lists beside ml-figs/
        (tmp_path / "ml-figs" / name).rename(tmp_path / name)
    assert isinstance(only(tmp_path), Record)


def test_an_entry_without_ocr_has_no_words(tmp_path: Path) -> None:
    record = only(tree(tmp_path, [entry(1, ocr=None)], []))
    assert isinstance(record, Record) and record.boxes == ()


def test_a_box_of_nan_is_left_for_the_fitting_to_drop_and_count(tmp_path: Path) -> None:
    record = only(tree(tmp_path, [entry(1, ocr=OCR | {"left": [math.nan, 3]})], []))
    assert isinstance(record, Record) and [box.is_finite for box in record.boxes] == [False, True]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"renderURL": "ml-figs/Book_1/image/Figure99.png"}, "missing"),
        ({"renderURL": "ml-figs/../../secret.png"}, "leaves"),
        ({"renderURL": "/etc/hostname"}, "leaves"),
        ({"renderURL": None}, "names no picture"),
        ({"caption": None}, "no caption"),
        ({"caption": "  "}, "no caption"),
        ({"ocr": OCR | {"conf": [96]}}, "equally long"),
        ({"ocr": {"text": []}}, "equally long"),
        ({"ocr": ["loss"]}, "equally long"),
        ({"ocr": OCR | {"left": ["far", 3]}}, "equally long"),
    ],
)
def test_a_bad_entry_is_reported_with_its_reason_and_the_others_are_read(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    good, bad = read(tree(tmp_path, [entry(1), entry(2, **changes)], []))
    assert isinstance(good, Record) and isinstance(bad, BadSample)
    assert reason in bad.reason and bad.key


def test_an_entry_that_is_no_entry_is_known_by_its_place(tmp_path: Path) -> None:
    bad = only(tree(tmp_path, ["what"], []))
    assert isinstance(bad, BadSample) and bad.key == "mlfigs_train.json[0]"


def test_a_folder_without_the_lists_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mlfigs_test\.json"):
        MlFigs().items(tmp_path)


@pytest.mark.parametrize("text", ["[{", '{"caption": 1}'])
def test_a_torn_list_is_refused_with_its_path(tmp_path: Path, text: str) -> None:
    tree(tmp_path, [], [])
    (tmp_path / "ml-figs/mlfigs_train.json").write_text(text)
    with pytest.raises(DataError, match=r"mlfigs_train\.json"):
        MlFigs().items(tmp_path)
