"""The painted faces: deterministic, all different, each showing what the lists say about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figgen.data.decoding import decode
from figgen.data.miniatures import celeba, faces
from figgen.data.miniatures.face_hair import HAIRLINES
from figgen.data.miniatures.face_sample import sample
from figgen.data.miniatures.face_traits import Face, attributes
from figgen.data.readers.celeba import CelebA
from figgen.data.readers.face_captions import ATTRIBUTES
from figgen.data.record import Item, Record


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small miniature as it lies on disk."""
    place = tmp_path_factory.mktemp("miniature") / "celeba"
    celeba.Miniature(num_train=5, num_val=2, num_test=3).write(place, workers=2)
    return place


@pytest.fixture(scope="module")
def records(folder: Path) -> list[Record]:
    reader = CelebA()
    items = reader.items(folder)
    assert all(isinstance(item, Item) for item in items)
    return [reader.record(folder, item) for item in items if isinstance(item, Item)]


@pytest.fixture(scope="module")
def many() -> list[Face]:
    """Faces as they are made up, not painted."""
    return [sample(np.random.default_rng(number)) for number in range(600)]


def plain(**traits: object) -> Face:
    """A face of which only the given traits are out of the ordinary."""
    common = {"is_male": False, "style": "centre", "hat": "none", "glasses": "none", "is_blurry": False, "tilt": 0.0}
    common |= {"lipstick": None, "has_makeup": False, "has_rosy_cheeks": False, "is_mouth_open": False, "beard": "none"}
    common |= {"earrings": "none", "necklace": "none", "has_tie": False, "hair_name": "brown", "hair": (86, 56, 36)}
    common |= {"has_sideburns": False, "is_receding": False, "neckline": "round", "ground_kind": "plain", "size": 1.0}
    return replace(sample(np.random.default_rng(0)), **{**common, **traits})  # type: ignore[arg-type]


def pixels(face: Face) -> np.ndarray:
    return np.asarray(faces.paint(face, np.random.default_rng(1)).picture).astype(int)


def test_a_face_depends_on_its_seed_split_and_index_alone() -> None:
    first = faces.draw("train", 3)
    faces.draw("test", 1)
    again = faces.draw("train", 3)
    assert np.array_equal(np.asarray(first.picture), np.asarray(again.picture))
    assert (first.face, first.landmarks, first.bounds) == (again.face, again.landmarks, again.bounds)
    others = [faces.draw("test", 3), faces.draw("train", 3, seed=1), faces.draw("train", 4)]
    assert all(other.face != first.face for other in others)


def test_the_files_are_those_of_the_original(folder: Path) -> None:
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        *(f"img_align_celeba/img_align_celeba/{number:06d}.jpg" for number in range(1, 11)),
        "list_attr_celeba.csv",
        "list_bbox_celeba.csv",
        "list_eval_partition.csv",
        "list_landmarks_align_celeba.csv",
    ]
    first_lines = {path.name: path.read_text().splitlines()[0] for path in folder.glob("*.csv")}
    assert first_lines["list_attr_celeba.csv"] == ",".join(["image_id", *ATTRIBUTES])
    assert first_lines["list_bbox_celeba.csv"] == "image_id,x_1,y_1,width,height"
    assert first_lines["list_eval_partition.csv"] == "image_id,partition"


def test_pictures_are_jpegs_of_178_by_218_pixels(records: list[Record]) -> None:
    for record in records:
        assert record.image.startswith(b"\xff\xd8\xff")
        assert decode(record.image).shape == (218, 178, 3)


def test_faces_are_numbered_through_train_val_and_test_and_all_differ(records: list[Record]) -> None:
    assert [record.key for record in records] == [f"{number:06d}.jpg" for number in range(1, 11)]
    assert [record.split for record in records] == ["train"] * 5 + ["val"] * 2 + ["test"] * 3
    assert len({record.image for record in records}) == 10
    assert all(record.caption and not record.boxes for record in records)


def test_one_process_paints_what_two_do(folder: Path, tmp_path: Path) -> None:
    celeba.Miniature(num_train=5, num_val=2, num_test=3).write(tmp_path / "again", workers=1)
    for path in folder.rglob("*.*"):
        assert (tmp_path / "again" / path.relative_to(folder)).read_bytes() == path.read_bytes(), path.name


def test_a_larger_miniature_begins_with_the_same_faces(folder: Path) -> None:
    with Image.open(folder / "img_align_celeba/img_align_celeba/000010.jpg") as saved:  # the third test face
        drawn = np.asarray(faces.draw("test", 2).picture).astype(int)
        assert np.abs(drawn - np.asarray(saved)).mean() < 3


def test_the_fingerprint_names_counts_seed_and_the_library_that_paints() -> None:
    first = celeba.Miniature()
    others = [celeba.Miniature(num_train=9), celeba.Miniature(num_val=9), celeba.Miniature(num_test=9)]
    prints = {mini.fingerprint for mini in [first, *others, celeba.Miniature(seed=1)]}
    assert len(prints) == 5 and "pillow" in first.fingerprint


def test_eyes_lie_where_the_alignment_of_the_original_puts_them(records: list[Record]) -> None:
    for record in records:
        marks = record.extras["landmarks"]
        middle = (marks["lefteye_x"] + marks["righteye_x"]) / 2, (marks["lefteye_y"] + marks["righteye_y"]) / 2
        assert abs(middle[0] - 89) <= 2 and abs(middle[1] - 112) <= 2
        assert 34 <= marks["righteye_x"] - marks["lefteye_x"] <= 44
        assert marks["lefteye_y"] < marks["nose_y"] < marks["leftmouth_y"] < 218
        box = record.extras["bbox"]
        assert box["x_1"] < marks["lefteye_x"] < marks["righteye_x"] < box["x_1"] + box["width"] <= 178


def test_pupils_are_dark_where_the_landmarks_say() -> None:
    for tilt in (-6.0, 0.0, 6.0):
        portrait = faces.paint(plain(tilt=tilt, has_narrow_eyes=False, is_smiling=False), np.random.default_rng(1))
        grey = np.asarray(portrait.picture.convert("L"))
        for eye in ("lefteye", "righteye"):
            x, y = portrait.landmarks[eye]
            assert grey[y - 1 : y + 2, x - 1 : x + 2].min() < 60


def test_every_attribute_that_can_be_seen_is_seen_of_some_faces_and_not_of_others(many: list[Face]) -> None:
    shown = [attributes(face) for face in many]
    assert list(shown[0]) == list(ATTRIBUTES)
    for name in set(ATTRIBUTES) - {"Attractive"}:
        share = np.mean([each[name] for each in shown])
        assert 0.015 < share < 0.985, name


def test_attributes_do_not_contradict_each_other(many: list[Face]) -> None:
    for face in many:
        shown = attributes(face)
        assert sum(shown[name] for name in ("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair")) <= 1
        assert not (shown["Straight_Hair"] and shown["Wavy_Hair"])
        assert not (shown["Bald"] and (shown["Bangs"] or shown["Blond_Hair"]))
        assert not (shown["Wearing_Hat"] and shown["Bangs"])
        if not shown["Male"]:
            assert shown["No_Beard"] and not shown["Wearing_Necktie"] and not shown["Sideburns"]


@pytest.mark.parametrize(
    ("traits", "rows", "columns"),
    [
        ({"glasses": "round"}, (100, 125), (60, 118)),
        ({"hat": "cap"}, (20, 90), (50, 130)),
        ({"lipstick": (190, 38, 56)}, (146, 166), (70, 108)),
        ({"is_mouth_open": True}, (146, 170), (70, 108)),
        ({"has_rosy_cheeks": True}, (125, 150), (48, 130)),
        ({"necklace": "pearls"}, (180, 218), (55, 125)),
        ({"earrings": "hoops"}, (110, 160), (35, 143)),
        ({"hair": (238, 210, 150), "hair_name": "blond", "style": "bun"}, (20, 100), (40, 138)),
        ({"is_male": True, "beard": "goatee"}, (146, 185), (65, 113)),
        ({"has_bags": True}, (112, 126), (58, 120)),
    ],
)
def test_a_trait_is_painted_where_one_expects_it(
    traits: dict[str, object], rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    base = {"has_bags": False} | {key: traits[key] for key in traits.keys() & {"is_male", "style"}}
    change = np.abs(pixels(plain(**{**base, **traits})) - pixels(plain(**base))).max(axis=2)
    inside = change[slice(*rows), slice(*columns)]
    assert (inside > 25).sum() > 40
    assert inside.sum() > 0.4 * change.sum()


def test_a_blurry_face_has_no_sharp_edges() -> None:
    sharp, blurry = (np.abs(np.diff(pixels(plain(is_blurry=blurred)), axis=1)).max() for blurred in (False, True))
    assert blurry < 0.5 * sharp


@pytest.mark.parametrize("style", [*HAIRLINES, "bald"])
def test_every_style_of_hair_can_be_painted(style: str) -> None:
    is_male = style in ("short", "side", "quiff", "fringe", "bald")
    for is_wavy in (False, True):
        painted = pixels(plain(style=style, is_male=is_male, is_wavy=is_wavy, is_young=False))
        assert painted.shape == (218, 178, 3) and painted.std() > 20


def test_a_receding_hairline_leaves_no_hole_between_hair_and_head() -> None:
    """A ground in a colour that nothing else has is not seen inside of the head."""
    green = {"grounds": ((0, 255, 0), (0, 255, 0)), "light": 1.0}
    for width in (0.95, 1.04):
        painted = pixels(plain(is_male=True, style="short", is_receding=True, width=width, **green))
        is_green = (painted[..., 1] > 150) & (painted[..., 0] < 110) & (painted[..., 2] < 110)
        for row in is_green[60:112]:  # ground, head, ground
            assert np.abs(np.diff(row.astype(int))).sum() <= 2
