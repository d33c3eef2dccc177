"""The reader of ML-Figs with SciCap's ACL figures against a tree written by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from reading import records_of

from figgen.data.readers.mlfigs_scicap import MlFigsSciCap
from figgen.data.record import BadSample, Record
from figgen.runs.errors import DataError

OCR = {"text": ["loss"], "left": [10], "top": [5], "width": [20], "height": [9], "conf": [96]}
BOOK = {"caption": "Figure 1.1: A net.", "figType": "Figure", "ocr": OCR, "renderURL": "ml-scicap-figs/book/1.png"}
ADDED = {"caption": "Figure 2: A curve.", "figure_type": "Graph Plot", "ocr": OCR, "renderURL": "ml-scicap-figs/a.png"}


def tree(root: Path, train: list[Any], test: list[Any], home: str = "dataset/ml-scicap-figs") -> Path:
    (root / home / "book").mkdir(parents=True)
    (root / home / "book/1.png").write_bytes(b"a net")
    (root / home / "a.png").write_bytes(b"a curve")
    for split, entries in (("train", train), ("test", test)):
        (root / home / f"{split}.json").write_text(json.dumps(entries))
    return root


def records(folder: Path, **options: Any) -> list[Record]:
    return records_of(MlFigsSciCap(**options), folder)


def test_entries_of_both_kinds_are_read_and_pictures_are_found_from_the_lists_grandparent(tmp_path: Path) -> None:
    added, book = records(tree(tmp_path, [BOOK], [ADDED]))
    assert (book.split, book.image, book.caption) == ("train", b"a net", "Figure 1.1: A net.")
    assert (added.split, added.image, added.caption) == ("test", b"a curve", "Figure 2: A curve.")
    assert [box.bounds for box in added.boxes] == [(10, 5, 30, 14)] and added.boxes[0].confidence == 0.96


def test_only_added_figures_have_a_type_to_tell(tmp_path: Path) -> None:
    added, book = records(tree(tmp_path, [BOOK], [ADDED]), text="caption_and_type")
    assert (added.caption, book.caption) == ("Figure 2: A curve. Graph Plot", "Figure 1.1: A net.")


@pytest.mark.parametrize("inside", ["", "dataset", "dataset/ml-scicap-figs"])
def test_the_lists_are_found_from_each_folder_above_them(tmp_path: Path, inside: str) -> None:
    assert len(records(tree(tmp_path, [BOOK], [ADDED]) / inside)) == 2


def test_the_lists_are_found_where_the_archive_was_unpacked(tmp_path: Path) -> None:
    tree(tmp_path / "archive", [BOOK], [ADDED])
    assert [record.image for record in records(tmp_path)] == [b"a curve", b"a net"]


def test_a_figure_that_both_lists_name_comes_as_a_test_figure_first(tmp_path: Path) -> None:
    assert [record.split for record in records(tree(tmp_path, [ADDED], [ADDED]))] == ["test", "train"]


def test_an_entry_without_a_picture_is_a_bad_sample(tmp_path: Path) -> None:
    folder = tree(tmp_path, [{"caption": "Figure 9: Nothing."}], [ADDED])
    _, bad = MlFigsSciCap().items(folder)
    assert isinstance(bad, BadSample) and bad.key == "train.json[0]"


def test_a_folder_without_the_lists_is_refused_with_where_they_were_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"dataset/ml-scicap-figs/test\.json"):
        MlFigsSciCap().items(tmp_path)


def test_records_of_ml_figs_alone_are_another_set() -> None:
    assert MlFigsSciCap().identity["reader"] == "mlfigs_scicap"
