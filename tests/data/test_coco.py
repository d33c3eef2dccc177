"""COCO against files written by hand in its format, and its miniature against what the captions say."""

from __future__ import annotations

import json
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from figgen.data.miniatures.coco import Miniature
from figgen.data.miniatures.snapshot import Placed, Scene, compose
from figgen.data.miniatures.snapshot_captions import NUMBERS
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


@pytest.fixture(scope="module")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniature") / "coco"
    Miniature(num_train=9, num_test=5).write(folder, workers=1)
    return folder


def test_the_miniature_is_read_like_the_original(miniature: Path) -> None:
    samples = Coco().items(miniature)
    assert [sample.split for sample in samples if isinstance(sample, Item)] == ["test"] * 5 + ["train"] * 9
    records = [Coco().record(miniature, sample) for sample in samples if isinstance(sample, Item)]
    for made in records:
        assert len(set(made.extras["captions"])) == 5
        with Image.open(miniature / ("val2014" if made.split == "test" else "train2014") / made.key) as picture:
            assert picture.size == (made.extras["width"], made.extras["height"]) and picture.format == "JPEG"


def test_a_drawn_picture_depends_on_its_split_its_number_and_the_seed_alone(miniature: Path, tmp_path: Path) -> None:
    Miniature(num_train=2, num_test=1).write(tmp_path / "same", workers=1)
    Miniature(num_train=2, num_test=1, seed=1).write(tmp_path / "other", workers=1)
    for path in sorted((tmp_path / "same/train2014").iterdir()):
        assert path.read_bytes() == (miniature / "train2014" / path.name).read_bytes()
        assert path.read_bytes() != (tmp_path / "other/train2014" / path.name).read_bytes()


def test_the_fingerprint_names_whatever_changes_the_pictures() -> None:
    prints = {Miniature(*counts).fingerprint for counts in ((3, 2), (4, 2), (3, 3), (3, 2, 1))}
    assert len(prints) == 4 and Miniature(3, 2).fingerprint in prints


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [compose(np.random.default_rng(number)) for number in range(300)]


def called(placed: Placed) -> str:
    return f"{placed.colour} {placed.thing.name}" if placed.thing.told else placed.thing.name


def test_every_scene_has_five_different_captions_that_name_what_it_shows(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert len(set(scene.captions)) == 5
        for caption in scene.captions:
            assert caption[0].isupper() and caption.endswith(".") and "{" not in caption and "  " not in caption
            assert not any(f" a {vowel}" in f" {caption.lower()}" for vowel in "aeio")
            for placed in scene.things:
                assert (placed.thing.many if scene.relation == "row" else placed.thing.name) in caption


def test_all_relations_settings_and_most_things_occur(scenes: list[Scene]) -> None:
    assert {scene.relation for scene in scenes} == {"left of", "in front of", "above", "row"}
    assert {scene.setting.name for scene in scenes} == {"table", "park", "field", "snow", "beach", "street"}
    assert len({placed.thing.name for scene in scenes for placed in scene.things}) >= 25


def test_what_captions_say_is_so(scenes: list[Scene]) -> None:
    for scene in scenes:
        told, bounds = scene.captions[0], [placed.bounds for placed in scene.things]
        first, second = bounds[:2]
        names = [called(placed) for placed in scene.things]
        if scene.relation == "left of":
            assert told.lower().index(names[0]) < told.index(" to the left of ") < told.rindex(names[1])
            assert first[2] < second[0]
        elif scene.relation == "in front of":
            assert " in front of " in told and names[0] in told.split(" in front of ")[0]
            assert first[3] > second[3]  # it stands nearer,
            assert first[0] < second[2] and second[0] < first[2] and first[1] < second[3]  # and hides a part
        elif scene.relation == "above":
            assert " above " in told and names[0] in told.split(" above ")[0]
            assert first[3] < second[1] and first[0] < (second[0] + second[2]) / 2 < first[2] + 20
        else:
            assert told.startswith(NUMBERS[len(bounds)].capitalize()) and len(set(names)) == 1
            assert all(one[2] < other[0] for one, other in pairwise(bounds))


def test_what_captions_name_lies_in_the_square_that_cropping_leaves(scenes: list[Scene]) -> None:
    for placed in (placed for scene in scenes for placed in scene.things):
        left, top, right, bottom = placed.bounds
        assert left >= 0 and top >= 0 and right <= 100 and bottom <= 100
