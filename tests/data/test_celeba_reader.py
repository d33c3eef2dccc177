"""CelebA as Kaggle has it: zipped or unpacked, with captions from phrases or from attributes, and what may be wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from reading import records_of

from figgen.data.miniatures import celeba
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.celeba import CelebA
from figgen.data.readers.face_captions import ATTRIBUTES, describe
from figgen.data.record import BadSample, Item, Record
from figgen.data.showing.overview import overview
from figgen.runs.errors import DataError

HEADER = (
    "image_id,5_o_Clock_Shadow,Arched_Eyebrows,Attractive,Bags_Under_Eyes,Bald,Bangs,Big_Lips,Big_Nose,Black_Hair,"
    "Blond_Hair,Blurry,Brown_Hair,Bushy_Eyebrows,Chubby,Double_Chin,Eyeglasses,Goatee,Gray_Hair,Heavy_Makeup,"
    "High_Cheekbones,Male,Mouth_Slightly_Open,Mustache,Narrow_Eyes,No_Beard,Oval_Face,Pale_Skin,Pointy_Nose,"
    "Receding_Hairline,Rosy_Cheeks,Sideburns,Smiling,Straight_Hair,Wavy_Hair,Wearing_Earrings,Wearing_Hat,"
    "Wearing_Lipstick,Wearing_Necklace,Wearing_Necktie,Young"
)  # the original's own first line
SHOWN = {
    "000001.jpg": {"Brown_Hair", "Wavy_Hair", "Smiling", "Young", "No_Beard", "Wearing_Earrings"},
    "162771.jpg": {"Male", "Bald", "Eyeglasses", "No_Beard"},
    "182638.jpg": {"Male", "Young", "Black_Hair"},
}
FILES: dict[str, str] = {
    "list_attr_celeba.csv": "\n".join(
        [HEADER]
        + [
            ",".join([key, *("1" if name in shown else "-1" for name in HEADER.split(",")[1:])])
            for key, shown in SHOWN.items()
        ]
    ),
    "list_eval_partition.csv": "image_id,partition\n000001.jpg,0\n162771.jpg,1\n182638.jpg,2\n",
    "list_bbox_celeba.csv": "image_id,x_1,y_1,width,height\n000001.jpg,95,71,226,313\n162771.jpg,72,94,221,306\n",
    "list_landmarks_align_celeba.csv": (
        "image_id,lefteye_x,lefteye_y,righteye_x,righteye_y,nose_x,nose_y,"
        "leftmouth_x,leftmouth_y,rightmouth_x,rightmouth_y\n000001.jpg,69,109,106,113,77,142,73,152,108,154\n"
    ),
}
PICTURES = "img_align_celeba/img_align_celeba"


def write(folder: Path, files: Mapping[str, str | None] = {}, pictures: str = PICTURES) -> Path:
    """The unpacked folder; `files` replaces some of FILES, None leaves one out."""
    (folder / pictures).mkdir(parents=True)
    for key in SHOWN:
        (folder / pictures / key).write_bytes(f"bytes of {key}".encode())
    for name, text in {**FILES, **files}.items():
        if text is not None:
            (folder / name).write_text(text)
    return folder


def write_zip(folder: Path, name: str = "archive.zip", **options: object) -> Path:
    """The zip in a folder of its own."""
    unpacked = write(folder / "unpacked", **options)  # type: ignore[arg-type]
    shutil.make_archive(str(folder / "there" / name.removesuffix(".zip")), "zip", unpacked)
    shutil.rmtree(unpacked)
    return folder / "there"


def read(folder: Path, reader: CelebA | None = None) -> list[Record]:
    return records_of(reader or CelebA(), folder)


def bad(folder: Path, reader: CelebA | None = None) -> list[BadSample]:
    return [item for item in (reader or CelebA()).items(folder) if isinstance(item, BadSample)]


def test_the_attributes_are_those_of_the_original_in_its_order() -> None:
    assert list(ATTRIBUTES) == HEADER.split(",")[1:]


def test_faces_lie_in_their_official_partition_with_their_bytes_and_attributes(tmp_path: Path) -> None:
    records = read(write(tmp_path / "celeba"))
    assert [(r.key, r.split, r.image) for r in records] == [
        ("000001.jpg", "train", b"bytes of 000001.jpg"),
        ("162771.jpg", "val", b"bytes of 162771.jpg"),
        ("182638.jpg", "test", b"bytes of 182638.jpg"),
    ]
    assert [set(r.extras["attributes"]) for r in records] == list(SHOWN.values())
    assert all(record.boxes == () for record in records)


def test_where_face_and_eyes_are_is_kept_where_the_lists_say_it(tmp_path: Path) -> None:
    first, second, third = read(write(tmp_path / "celeba"))
    assert first.extras["bbox"] == {"x_1": 95, "y_1": 71, "width": 226, "height": 313}
    assert first.extras["landmarks"]["rightmouth_y"] == 154 and len(first.extras["landmarks"]) == 10
    assert "bbox" in second.extras and "landmarks" not in second.extras
    assert "bbox" not in third.extras


def test_the_lists_of_places_may_be_absent_or_hold_what_is_no_number(tmp_path: Path) -> None:
    files = {"list_bbox_celeba.csv": "image_id,x_1,y_1,width,height\n000001.jpg,95,nan,226,313\n162771.jpg,1,2\n"}
    records = read(write(tmp_path / "celeba", {**files, "list_landmarks_align_celeba.csv": None}))
    assert len(records) == 3 and not any({"bbox", "landmarks"} & r.extras.keys() for r in records)


@pytest.mark.parametrize("name", ["archive.zip", "celeba-dataset.zip", "my celeba.zip"])
def test_the_zip_reads_like_the_folder_whether_it_is_given_itself_or_where_it_lies(tmp_path: Path, name: str) -> None:
    there, folder = write_zip(tmp_path, name), write(tmp_path / "celeba")
    assert read(there) == read(there / name) == read(folder)


def test_a_zip_of_something_else_beside_it_does_no_harm(tmp_path: Path) -> None:
    there = write_zip(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/readme.txt").write_text("not this one")
    shutil.make_archive(str(there / "a"), "zip", tmp_path / "other")
    assert len(read(there)) == 3


def test_pictures_may_lie_one_folder_higher(tmp_path: Path) -> None:
    assert len(read(write(tmp_path / "celeba", pictures="img_align_celeba"))) == 3


def test_lists_written_on_windows_read_the_same(tmp_path: Path) -> None:
    windows = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in FILES.items()}
    folder = write(tmp_path / "celeba")
    for name, text in windows.items():
        (folder / name).write_bytes(text.encode())
    assert read(folder) == read(write(tmp_path / "again"))


# ---- Captions --------------------------------------------------------------------------------------------------------


PHRASES = {
    "000001.jpg": ["woman", "young  woman smiling", "Attactive woman", "a phrase of eight words is one too many"],
    "162771.jpg": ["a phrase of eight words is one too many", "", 7],
}


def with_phrases(tmp_path: Path) -> Path:
    return write(tmp_path / "celeba", {"text_labels.json": json.dumps(PHRASES)})


def test_a_caption_is_one_of_the_short_phrases_and_always_the_same_one(tmp_path: Path) -> None:
    folder = with_phrases(tmp_path)
    first = read(folder)[0]
    short = ["woman", "young woman smiling", "Attactive woman"]  # mis-spelled as in the original
    assert first.caption in short and first.extras["captions"] == short
    assert read(folder)[0].caption == first.caption


def test_without_a_short_phrase_auto_tells_the_attributes_and_labels_calls_the_face_bad(tmp_path: Path) -> None:
    folder = with_phrases(tmp_path)
    assert [r.caption for r in read(folder)[1:]] == [describe(SHOWN[key], key) for key in list(SHOWN)[1:]]
    reader = CelebA("labels")
    _, second, third = (item for item in reader.items(folder) if isinstance(item, Item))
    for item in (second, third):
        with pytest.raises(DataError, match="no phrase of at most 7 words"):
            reader.record(folder, item)


def test_attributes_leave_the_phrases_alone(tmp_path: Path) -> None:
    records = read(with_phrases(tmp_path), CelebA("attributes"))
    assert records[0].caption == describe(SHOWN["000001.jpg"], "000001.jpg") and "captions" not in records[0].extras


def test_phrases_may_lie_beside_the_zip(tmp_path: Path) -> None:
    there = write_zip(tmp_path)
    (there / "text_labels.json").write_text(json.dumps(PHRASES))
    assert "captions" in read(there)[0].extras and "captions" in read(there / "archive.zip")[0].extras


def test_asking_for_phrases_where_there_are_none_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no text_labels\.json in or beside .*captions=attributes"):
        CelebA("labels").items(write(tmp_path / "celeba"))


def test_the_identity_tells_the_captions_apart() -> None:
    assert len({json.dumps(CelebA(c).identity) for c in ("auto", "labels", "attributes")}) == 3  # type: ignore[arg-type]


def test_a_described_face_is_told_with_all_that_it_wears_and_its_hair() -> None:
    for number in range(40):
        said = describe(SHOWN["000001.jpg"], f"{number}.jpg")
        assert "young woman" in said and "wavy brown hair" in said and "earrings" in said and "smiling" in said
        assert said[0].isupper() and said.endswith(".") and "  " not in said and "beard" not in said


def test_descriptions_differ_from_face_to_face() -> None:
    assert len({describe(SHOWN["000001.jpg"], f"{number}.jpg") for number in range(40)}) >= 4


@pytest.mark.parametrize(
    ("shown", "told", "untold"),
    [
        ({"Male"}, ["older man", "a beard"], ["mustache"]),
        ({"Male", "Mustache"}, ["a mustache", "a beard"], []),
        ({"Male", "Goatee"}, ["a goatee"], ["a beard"]),
        ({"Male", "No_Beard", "Mustache"}, ["a mustache"], ["a beard"]),
        ({"Young"}, ["young woman"], ["beard"]),  # No_Beard is -1, by mistake
        ({"Male", "Bald", "Black_Hair", "No_Beard"}, ["a bald head"], ["black"]),
        ({"Young", "Blurry", "No_Beard"}, ["blurry", "young woman"], []),
        ({"No_Beard"}, ["older woman"], ["None", " ."]),
    ],
)
def test_what_attributes_say_is_told(shown: set[str], told: list[str], untold: list[str]) -> None:
    for number in range(20):
        said = describe(shown, f"{number}.jpg")
        assert all(words in said for words in told), said
        assert not any(words in said for words in untold), said


def test_a_description_does_not_depend_on_the_order_of_the_attributes() -> None:
    shown = sorted(ATTRIBUTES)
    assert describe(shown, "a") == describe(shown[::-1], "a") == describe(set(shown), "a")


# ---- What may be wrong -----------------------------------------------------------------------------------------------


def test_a_missing_picture_is_one_bad_sample(tmp_path: Path) -> None:
    folder = write(tmp_path / "celeba")
    (folder / PICTURES / "162771.jpg").unlink()
    reader = CelebA()
    first, second, third = (item for item in reader.items(folder) if isinstance(item, Item))
    with pytest.raises(DataError, match="the picture is missing"):
        reader.record(folder, second)
    assert reader.record(folder, first).image and reader.record(folder, third).image


def test_a_name_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    attributes = FILES["list_attr_celeba.csv"].replace("000001.jpg", "../../../secret.jpg")
    partition = FILES["list_eval_partition.csv"].replace("000001.jpg", "../../../secret.jpg")
    folder = write(tmp_path / "celeba", {"list_attr_celeba.csv": attributes, "list_eval_partition.csv": partition})
    reader = CelebA()
    item = reader.items(folder)[0]
    assert isinstance(item, Item)
    with pytest.raises(DataError, match="missing"):
        reader.record(folder, item)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("list_eval_partition.csv", "162771.jpg,1", "162771.jpg,3", "list_eval_partition.csv says '3'"),
        ("list_eval_partition.csv", "162771.jpg,1\n", "", "list_eval_partition.csv does not name it"),
        ("list_attr_celeba.csv", "162771.jpg,-1", "162771.jpg,0", "its attribute 5_o_Clock_Shadow is '0'"),
        ("list_attr_celeba.csv", "162771.jpg,-1", "162771.jpg,", "its attribute 5_o_Clock_Shadow is ''"),
        ("list_attr_celeba.csv", "162771.jpg,-1,", "162771.jpg,", "its attribute Young is ''"),  # one cell too few
    ],
)
def test_a_broken_row_is_one_bad_sample(tmp_path: Path, name: str, old: str, new: str, expected: str) -> None:
    folder = write(tmp_path / "celeba", {name: FILES[name].replace(old, new)})
    (sample,) = bad(folder)
    assert sample.key == "162771.jpg" and sample.reason.startswith(expected)
    assert len(read(folder)) == 2


def test_a_face_without_attributes_and_a_row_without_a_name_are_listed(tmp_path: Path) -> None:
    lines = FILES["list_attr_celeba.csv"].splitlines()
    lines[3] = lines[3].replace("182638.jpg", "")
    samples = bad(write(tmp_path / "celeba", {"list_attr_celeba.csv": "\n".join(lines)}))
    assert [sample.reason for sample in samples] == [
        "the row names no picture", "list_attr_celeba.csv does not name it",
    ]  # fmt: skip
    assert samples[1].key == "182638.jpg"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("list_attr_celeba.csv", "image_id,Male\n000001.jpg,1\n", "has no column 5_o_Clock_Shadow"),
        ("list_attr_celeba.csv", "", "found nothing"),
        ("list_eval_partition.csv", "image_id\n000001.jpg\n", "has no column partition"),
        ("list_eval_partition.csv", None, "list_eval_partition.csv is missing"),
        ("text_labels.json", '{"000001.jpg": ["wom', "cannot be read as JSON"),
        ("text_labels.json", '["woman"]', "holds a list: expected a dict"),
    ],
)
def test_a_list_in_another_format_is_refused_as_a_whole(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        CelebA().items(write(tmp_path / "celeba", {name: text}))


def test_a_folder_of_something_else_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no list_attr_celeba\.csv in .*the folder that Kaggle's zip unpacks to"):
        CelebA().items(tmp_path)


def test_a_torn_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive.zip").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(DataError, match="download it again"):
        CelebA().items(tmp_path)


def test_after_preparing_one_is_told_to_train_without_a_text_loss(tmp_path: Path) -> None:
    celeba.CelebAMiniature(num_train=2, num_val=1, num_test=1).write(tmp_path / "celeba", workers=1)
    prepare_folder(CelebA(), tmp_path / "celeba", tmp_path / "shards", max_bad_fraction=0.0)
    said = overview(tmp_path / "shards", "celeba")
    assert "loss=plain" in said and "loss=tpl" not in said
