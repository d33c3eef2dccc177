"""COCO against files written by hand in its format, and its miniature against what the captions say."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from figgen.data.miniatures.base import until_it_fits
from figgen.data.miniatures.coco import drawn
from figgen.data.readers.coco import Coco
from figgen.data.record import BadSample, Item, Record
from figgen.runs.errors import DataError

CAT, DOG = "COCO_val2014_000000000042.jpg", "COCO_train2014_000000000009.jpg"


def image(number: int, name: str | None) -> dict[str, Any]:
    """A line of `images` as COCO has it."""
    return {
        "license": 3, "file_name": name, "coco_url": f"http://images.cocodataset.org/{name}", "height": 478,
        "width": 640, "date_captured": "2013-11-18 14:03:24", "flickr_url": "http://example.org/p.jpg", "id": number,
    }  # fmt: skip


def captions(number: int, *texts: Any) -> list[dict[str, Any]]:
    return [{"image_id": number, "id": 1000 * number + i, "caption": text} for i, text in enumerate(texts)]


def write(folder: Path, train: tuple[list[Any], list[Any]], val: tuple[list[Any], list[Any]]) -> Path:
    for part, (images, texts) in {"train2014": train, "val2014": val}.items():
        (folder / part).mkdir(parents=True)
        for line in images:
            if isinstance(line, dict) and line.get("file_name"):
                (folder / part / line["file_name"]).write_bytes(f"picture {line['id']}".encode())
        tables = {"info": {"year": 2014}, "images": images, "licenses": [], "annotations": texts}
        (folder / "annotations").mkdir(exist_ok=True)
        (folder / f"annotations/captions_{part}.json").write_text(json.dumps(tables))
    return folder


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A dog to train on and a cat to test with; as in COCO, captions lie in no order and end in stray space."""
    dog, cat = captions(9, "A dog.\n", "One brown dog ", "Dog"), captions(42, "A cat.", " It is  a cat.")
    return write(tmp_path / "coco", ([image(9, DOG)], dog), ([image(42, CAT)], cat))


def items(folder: Path) -> dict[str, Item | BadSample]:
    listed = Coco().items(folder)
    assert len({sample.key for sample in listed}) == len(listed)
    return {sample.key: sample for sample in listed}


def record(folder: Path, key: str) -> Record:
    item = items(folder)[key]
    assert isinstance(item, Item)
    return Coco().record(folder, item)


def reason(sample: Item | BadSample) -> str:
    assert isinstance(sample, BadSample)
    return sample.reason


def test_a_test_photograph_is_told_by_its_first_caption_and_keeps_them_all(original: Path) -> None:
    cat = record(original, CAT)
    assert (cat.key, cat.split, cat.image, cat.boxes) == (CAT, "test", b"picture 42", ())
    assert cat.caption == "A cat."
    assert cat.extras["captions"] == ["A cat.", "It is a cat."]
    assert (cat.extras["id"], cat.extras["height"], cat.extras["width"], cat.extras["license"]) == (42, 478, 640, 3)


def test_a_training_photograph_is_told_by_any_of_its_captions_and_always_by_the_same(original: Path) -> None:
    dog = record(original, DOG)
    assert dog.split == "train" and dog.caption in dog.extras["captions"] == ["A dog.", "One brown dog", "Dog"]
    assert record(original, DOG) == dog


def test_over_many_training_photographs_each_of_five_captions_has_its_share(tmp_path: Path) -> None:
    """And a sixth, which a few photographs have, none."""
    images = [image(number, f"COCO_train2014_{number:012d}.jpg") for number in range(200)]
    annotations = [line for number in range(200) for line in captions(number, *"012345")]
    folder = write(tmp_path, (images, annotations), ([], []))
    told = [Coco().record(folder, item).caption for item in items(folder).values() if isinstance(item, Item)]
    assert set(told) == set("01234")
    assert all(20 <= told.count(caption) <= 60 for caption in "01234")  # 40 are expected


def test_a_photograph_that_became_validation_is_told_by_its_first_caption(original: Path) -> None:
    item = items(original)[DOG]
    assert isinstance(item, Item)
    dog = Coco().record(original, Item(item.key, "val", item.where))
    assert (dog.caption, dog.image) == ("A dog.", b"picture 9")


def test_zips_are_read_where_they_lie_and_give_the_same_records(original: Path, tmp_path: Path) -> None:
    zips = {"train2014": "train2014.zip", "val2014": "val2014.zip", "annotations": "annotations_trainval2014.zip"}
    (tmp_path / "zips").mkdir()
    for name, zipped in zips.items():
        with zipfile.ZipFile(tmp_path / "zips" / zipped, "w") as archive:
            archive.writestr(f"{name}/", b"")
            for path in (original / name).iterdir():
                archive.write(path, f"{name}/{path.name}")
    assert [record(tmp_path / "zips", key) for key in (CAT, DOG)] == [record(original, key) for key in (CAT, DOG)]
    assert {path.name for path in (tmp_path / "zips").iterdir()} == set(zips.values())


def test_a_photograph_of_both_lists_is_a_test_photograph(tmp_path: Path) -> None:
    both = [image(9, DOG)], captions(9, "A dog.")
    first = Coco().items(write(tmp_path, both, both))[0]
    assert isinstance(first, Item) and first.split == "test"


def test_a_missing_picture_is_one_bad_sample(original: Path) -> None:
    (original / "train2014" / DOG).unlink()
    with pytest.raises(DataError, match=r"^the picture is missing$"):
        record(original, DOG)
    assert record(original, CAT)


def test_a_name_that_leads_out_of_the_folder_is_a_missing_picture(tmp_path: Path) -> None:
    lines = [image(1, "../../secret.jpg")], captions(1, "A secret.")  # there is such a file
    folder = write(tmp_path / "coco", lines, ([], []))
    assert (tmp_path / "secret.jpg").is_file()
    with pytest.raises(DataError, match="missing"):
        record(folder, "../../secret.jpg")


def test_samples_that_are_not_whole_are_listed_with_their_reasons(tmp_path: Path) -> None:
    images = [image(1, "1.jpg"), image(2, None), image(3, "3.jpg"), image(4, "4.jpg"), "what"]
    annotations = [*captions(3, " \n"), *captions(4, 7, "", "A tree."), *captions(5, "Nobody."), "what", {"id": 3}]
    found = items(write(tmp_path, (images, annotations), ([], [])))
    assert reason(found["1.jpg"]) == reason(found["3.jpg"]) == "the picture has no caption"
    assert "file_name" in reason(found["annotations/captions_train2014.json: images[1]"])
    assert "file_name" in reason(found["annotations/captions_train2014.json: images[4]"])
    assert "no picture" in reason(found["annotations/captions_train2014.json: image_id 5"])
    assert record(tmp_path, "4.jpg").caption == "A tree."  # its empty captions are left out


@pytest.mark.parametrize("text", ["", '{"images": [', "[]", '{"images": []}', '{"images": [], "annotations": {}}'])
def test_a_list_that_is_torn_or_in_another_format_is_named(original: Path, text: str) -> None:
    (original / "annotations/captions_train2014.json").write_text(text)
    with pytest.raises(DataError, match=r"annotations/captions_train2014\.json"):
        Coco().items(original)


@pytest.mark.parametrize("part", ["train2014", "val2014", "annotations"])
def test_a_part_that_is_missing_is_asked_for_as_folder_or_zip(original: Path, part: str) -> None:
    (original / part).rename(original / "elsewhere")
    with pytest.raises(DataError, match=rf"There is no {part}/ and no \w+\.zip in "):
        Coco().items(original)


def test_a_zip_that_was_cut_is_said_to_be_downloaded_again(original: Path) -> None:
    (original / "train2014").rename(original / "elsewhere")
    with zipfile.ZipFile(original / "train2014.zip", "w") as archive:
        archive.writestr(f"train2014/{DOG}", bytes(1000))
    whole = (original / "train2014.zip").read_bytes()
    (original / "train2014.zip").write_bytes(whole[:700])
    with pytest.raises(DataError, match=r"train2014\.zip .*download it again"):
        Coco().items(original)


# ---- The miniature ---------------------------------------------------------------------------------------------------


COLOURS = {"red": (200, 38, 44), "blue": (40, 80, 180), "purple": (138, 60, 180), "pink": (240, 140, 180), "black": 32}
SAID = re.compile(r"A (\w+) \w+ (to the left of|above|in front of|inside of) a (\w+) \w+ on a (gray|beige|green) \w+\.")


def test_what_captions_say_is_seen_in_the_square_that_cropping_leaves() -> None:
    relations = set()
    for index in range(40):
        picture, told = until_it_fits(drawn, "test", index, seed=0)
        first, relation, second, _ = SAID.fullmatch(told[0]).groups()  # type: ignore[union-attr]
        relations.add(relation)
        assert len(set(told)) == 5
        assert all(f" a {colour} " in f" {text.lower()}" for text in told for colour in (first, second))
        pixels, side = np.asarray(picture).astype(int), min(picture.size)
        places = [np.argwhere(np.abs(pixels - COLOURS[colour]).max(2) < 8) for colour in (first, second)]
        corner = (np.array(picture.size[::-1]) - side) / 2
        assert all((spot >= corner).all() and (spot <= corner + side).all() for spot in places)
        (top, left), (bottom, right) = places[0].min(0), places[0].max(0)
        (other_top, other_left), (other_bottom, other_right) = places[1].min(0), places[1].max(0)
        if relation == "to the left of":
            assert right < other_left
        elif relation == "above":
            assert bottom < other_top
        elif relation == "in front of":  # it hides the other one's lower left
            assert bottom > other_bottom and left < other_left and right > other_left and top < other_bottom
        else:
            assert other_top < top < bottom < other_bottom and other_left < left < right < other_right
    assert len(relations) == 4
