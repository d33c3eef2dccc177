"""The reader of the SciCap challenge against annotation files written by hand."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from reading import records_of

from figgen.data.readers.scicap_challenge import SciCapChallenge
from figgen.data.record import BadSample, Item, Record
from figgen.runs.errors import DataError

Sample = Item | BadSample


def image(number: int, **changes: Any) -> dict[str, Any]:
    plain = {"id": number, "file_name": f"{number}.png", "figure_type": "Bar Chart", "ocr": ["loss", "0.5"]}
    return plain | changes


def annotation(number: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "id": 70 + number,
        "image_id": number,
        "caption": f"Figure {number}: A curve.",
        "caption_no_index": "A curve.",
        "paragraph": ["A paragraph."],
        "mention": [["See Figure 1."]],
    }
    return plain | changes


def write(folder: Path, **files: tuple[list[Any], list[Any]]) -> Path:
    """Annotation files, train=..., train_acl=..., val=..., public_test=...; one figure in each that is not given."""
    defaults = {
        name: ([image(i)], [annotation(i)]) for i, name in enumerate(("train", "train_acl", "val", "public_test"))
    }
    for name, (images, annotations) in (defaults | files).items():
        content = {"images": images, "annotations": annotations}
        (folder / f"{name.replace('_', '-')}.json").write_text(json.dumps(content))
    return folder


def pictures(folder: Path, names: list[str]) -> Path:
    with zipfile.ZipFile(folder / "img-split.zip", "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return folder


def split_of(samples: list[Sample], split: str) -> list[Sample]:
    """The samples of a split, bad ones included."""
    return [sample for sample in samples if isinstance(sample, BadSample) or sample.split == split]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return pictures(write(tmp_path), [f"img-split/any/{number}.png" for number in range(4)])


def records(folder: Path, **options: Any) -> list[Record]:
    return records_of(SciCapChallenge(**options), folder)


def test_figures_of_all_files_come_with_the_split_that_uses_them_test_first(folder: Path) -> None:
    found = records(folder)
    assert [(record.key, record.split) for record in found] == [
        ("3.png", "test"),
        ("2.png", "val"),
        ("0.png", "train"),
        ("1.png", "train"),
    ]


def test_a_figure_is_joined_with_its_annotation_by_number(folder: Path) -> None:
    write(folder, train=([image(0), image(5)], [annotation(5), annotation(0)]))
    pictures(folder, [f"img-split/train/{number}.png" for number in range(6)])
    record = next(record for record in records(folder) if record.key == "5.png")
    assert (record.caption, record.image, record.boxes) == ("Figure 5: A curve.", b"img-split/train/5.png", ())
    assert record.extras["ocr"] == ["loss", "0.5"] and record.extras["mention"] == [["See Figure 1."]]
    assert record.extras["figure_type"] == "Bar Chart" and record.extras["id"] == 5


def test_the_caption_may_be_had_without_its_index(folder: Path) -> None:
    assert {record.caption for record in records(folder, caption="caption_no_index")} == {"A curve."}


def test_pictures_in_a_folder_are_read_as_those_in_the_zip(folder: Path) -> None:
    with zipfile.ZipFile(folder / "img-split.zip") as archive:
        archive.extractall(folder)
    from_zip = [record.image for record in records(folder)]
    (folder / "img-split.zip").unlink()
    assert [record.image for record in records(folder)] == from_zip


def test_of_pictures_with_one_name_the_one_beside_its_own_kind_is_taken(folder: Path) -> None:
    pictures(folder, [f"img-split/{home}/{n}.png" for home in ("train", "train-acl", "val") for n in range(4)])
    by_key = {sample.key: sample for sample in SciCapChallenge().items(folder)}
    assert isinstance(by_key["1.png"], Item) and by_key["1.png"].where[0] == "img-split/train-acl/1.png"
    assert by_key["3.png"] == BadSample("3.png", "several pictures have this name")


@pytest.mark.parametrize(
    ("images", "annotations", "key", "reason"),
    [
        ([image(8)], [annotation(8)], "8.png", "the picture is missing"),
        ([image(0), image(1)], [annotation(0)], "1.png", "no caption"),
        ([image(0), image(0, file_name=None)], [annotation(0)], "train.json: images[1]", "no file_name"),
        ([image(0), "what"], [annotation(0)], "train.json: images[1]", "no file_name"),
        ([image(0)], [annotation(0), annotation(9)], "train.json: image_id 9", "no picture has this id"),
    ],
)
def test_a_bad_figure_is_listed_with_its_reason(
    folder: Path, images: list[Any], annotations: list[Any], key: str, reason: str
) -> None:
    write(folder, train=(images, annotations))
    (bad,) = (sample for sample in SciCapChallenge().items(folder) if isinstance(sample, BadSample))
    assert bad.key == key and reason in bad.reason


@pytest.mark.parametrize("caption", [None, " ", 7])
def test_a_figure_without_a_caption_is_refused(folder: Path, caption: Any) -> None:
    write(folder, public_test=([image(3)], [annotation(3, caption=caption)]))
    with pytest.raises(DataError, match="no caption"):
        records(folder)


def test_of_two_annotations_of_a_figure_the_first_counts(folder: Path) -> None:
    write(folder, val=([image(2)], [annotation(2), annotation(2, caption="Another.")]))
    assert records(folder)[1].caption == "Figure 2: A curve."


@pytest.mark.parametrize(
    ("text", "reason"),
    [("[]", "no list `images`"), ('{"images": []}', "no list `images`"), ("{", "cannot be read"), (None, "cannot be")],
)
def test_a_file_that_is_no_annotation_file_is_refused(folder: Path, text: str | None, reason: str) -> None:
    (folder / "val.json").unlink()
    if text is not None:
        (folder / "val.json").write_text(text)
    with pytest.raises(DataError, match=rf"val\.json.*{reason}|{reason}.*val\.json"):
        SciCapChallenge().items(folder)


def test_a_hidden_test_is_refused_with_what_to_do(folder: Path) -> None:
    (folder / "hidden.json").write_text(json.dumps({"images": [image(3)]}))
    with pytest.raises(DataError, match=r"hidden\.json has no captions.*dataset\.reader\.files"):
        SciCapChallenge(files={"test": ["hidden.json"]}).items(folder)


def test_files_that_are_not_asked_for_need_not_be_there(folder: Path) -> None:
    (folder / "train-acl.json").unlink()
    reader = SciCapChallenge(files={"train": ["train.json"], "test": ["public-test.json"]})
    assert reader.splits == ("train", "test") and len(reader.items(folder)) == 2


def test_a_folder_without_pictures_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"img-split and no img-split\.zip"):
        SciCapChallenge().items(write(tmp_path))
