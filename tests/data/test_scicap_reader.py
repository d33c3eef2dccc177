"""The reader of SciCap (2021) against a tree written by hand, mis-spelled keys included."""

import json
from pathlib import Path
from typing import Any

import pytest

from figgen.data.readers.scicap import SciCap
from figgen.data.record import BadSample, Item, Record
from figgen.runs.errors import DataError

LISTS = "List-of-Files-for-Each-Experiments"
NAME = "1001.0025v1-Figure2-1"
ENTRY = {
    "contains-subfigure": False,
    "Img-text": ["loss", "0.5"],
    "paper-ID": "1001.0025v1",
    "figure-ID": f"{NAME}.png",
    "figure-type": "Graph Plot",
    "0-originally-extracted": "Figure 2: The Loss (log scale) at k = 7. Lower is better.",
    "1-lowercase-and-token-and-remove-figure-index": {
        "caption": "the loss ( log scale ) at k = 7 . lower is better .",
        "sentence": ["the loss ( log scale ) at k = 7 .", "lower is better ."],
        "token": ["the", "loss"],
    },
    "2-normalized": {
        "2-1-basic-num": {
            "caption": "the loss ( log scale ) at k = NUM-TK . lower is better .",
            "sentence": ["the loss ( log scale ) at k = NUM-TK .", "lower is better ."],
            "token": ["the", "loss", "(", "log"],
        },
        "2-2-advanced-euqation-bracket": {
            "caption": "the loss BRACKET-TK at EQUAT-TK . lower is better .",
            "sentence": ["the loss BRACKET-TK at EQUAT-TK .", "lower is better ."],
            "tokens": ["the", "loss", "BRACKET-TK"],
        },
    },
}
LONG, FIRST = "Caption-No-More-Than-100-Tokens", "First-Sentence"


def tree(root: Path, entry: Any = ENTRY, names: tuple[Any, ...] = (f"{NAME}.png",), picture: bool = True) -> Path:
    """One training figure without subfigures, in the two experiments that are asked for here."""
    for home, split in ((h, s) for h in ("Caption-All", "No-Subfig-Img") for s in ("Train", "Val", "Test")):
        (root / f"SciCap-{home}/{split}").mkdir(parents=True)
    text = entry if isinstance(entry, str) else json.dumps(entry)
    (root / f"SciCap-Caption-All/Train/{NAME}.json").write_text(text)
    if picture:
        (root / f"SciCap-No-Subfig-Img/Train/{NAME}.png").write_bytes(b"picture")
    for experiment in (LONG, FIRST):
        for split in ("Train", "Val", "Test"):
            place = root / LISTS / experiment / "No-Subfig" / split
            place.mkdir(parents=True)
            (place / "file_idx.json").write_text(json.dumps(names if split == "Train" else []))
    return root


def only(folder: Path, **options: Any) -> Record:
    reader = SciCap(**options)
    (item,) = reader.items(folder)
    assert isinstance(item, Item)
    return reader.record(folder, item)


def test_a_figure_becomes_a_record_with_what_its_file_says_besides(tmp_path: Path) -> None:
    record = only(tree(tmp_path))
    assert (record.key, record.split, record.image, record.boxes) == (NAME, "train", b"picture", ())
    assert record.extras["Img-text"] == ["loss", "0.5"] and record.extras["figure-type"] == "Graph Plot"


@pytest.mark.parametrize(
    ("experiment", "form", "expected"),
    [
        (LONG, "original", "Figure 2: The Loss (log scale) at k = 7. Lower is better."),
        (FIRST, "original", "Figure 2: The Loss (log scale) at k = 7."),
        (LONG, "lowercase_and_token", "the loss ( log scale ) at k = 7 . lower is better ."),
        (FIRST, "basic_num", "the loss ( log scale ) at k = NUM-TK ."),
        (FIRST, "advanced_equation_bracket", "the loss BRACKET-TK at EQUAT-TK ."),
        (LONG, "advanced_equation_bracket", "the loss BRACKET-TK at EQUAT-TK . lower is better ."),
    ],
)
def test_each_form_of_the_caption_comes_from_its_own_key(
    tmp_path: Path, experiment: str, form: str, expected: str
) -> None:
    assert only(tree(tmp_path), experiment=experiment, form=form).caption == expected


def test_tokens_are_found_under_either_of_their_names(tmp_path: Path) -> None:
    tree(tmp_path)
    assert only(tmp_path, form="basic_num").extras["tokens"] == ["the", "loss", "(", "log"]
    assert only(tmp_path, form="advanced_equation_bracket").extras["tokens"] == ["the", "loss", "BRACKET-TK"]
    assert "tokens" not in only(tmp_path).extras


def test_an_original_caption_whose_first_sentence_is_not_found_in_it_stays_whole(tmp_path: Path) -> None:
    other = ENTRY | {"1-lowercase-and-token-and-remove-figure-index": {"sentence": ["another sentence ."]}}
    assert only(tree(tmp_path, other)).caption == ENTRY["0-originally-extracted"]


@pytest.mark.parametrize("name", [NAME, f"{NAME}.png", f"{NAME}.json"])
def test_the_lists_may_name_the_picture_the_entry_or_the_figure(tmp_path: Path, name: str) -> None:
    assert only(tree(tmp_path, names=(name,))).key == NAME


def test_the_tree_is_found_where_the_archive_was_unpacked(tmp_path: Path) -> None:
    tree(tmp_path / "scicap_data/scicap_data")
    assert only(tmp_path).key == NAME


def test_test_figures_come_first(tmp_path: Path) -> None:
    tree(tmp_path)
    place = tmp_path / LISTS / FIRST / "No-Subfig/Test/file_idx.json"
    place.write_text(json.dumps([f"{NAME}.png"]))
    assert [item.split for item in SciCap().items(tmp_path) if isinstance(item, Item)] == ["test", "train"]


@pytest.mark.parametrize("name", [None, 7, ""])
def test_a_place_in_the_list_that_names_nothing_is_a_bad_sample(tmp_path: Path, name: Any) -> None:
    assert SciCap().items(tree(tmp_path, names=(name,))) == [
        BadSample("Train/file_idx.json[0]", "the list names no figure here")
    ]


@pytest.mark.parametrize(
    ("entry", "picture", "reason"),
    [
        (ENTRY, False, "missing"),
        ("{", True, "torn"),
        ("[]", True, "holds a list"),
        (ENTRY | {"0-originally-extracted": " "}, True, "no caption under 0-originally-extracted"),
        ({}, True, "no caption"),
    ],
)
def test_a_bad_figure_is_refused_with_its_reason(tmp_path: Path, entry: Any, picture: bool, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        only(tree(tmp_path, entry, picture=picture))


def test_a_name_that_leads_out_of_the_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="leaves the folder"):
        only(tree(tmp_path, names=("../../../secret",)))


def test_a_form_that_an_entry_lacks_is_refused_with_its_key(tmp_path: Path) -> None:
    corrected = ENTRY | {"2-normalized": {"2-2-advanced-equation-bracket": {"caption": "x"}}}
    with pytest.raises(DataError, match="2-2-advanced-euqation-bracket"):
        only(tree(tmp_path, corrected), form="advanced_equation_bracket")


def test_a_folder_without_lists_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"no {LISTS} in {tmp_path}"):
        SciCap().items(tmp_path)


def test_a_list_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Yes-Subfig"):
        SciCap(subfigures=True).items(tree(tmp_path))
