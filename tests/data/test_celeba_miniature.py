"""The drawn faces: the original's files, and pictures that show what the lists say of them."""

from pathlib import Path

import numpy as np
import pytest

from figgen.data.decoding import decode
from figgen.data.miniatures.celeba import CelebAMiniature, paint, sample
from figgen.data.readers.celeba import CelebA
from figgen.data.readers.face_captions import ATTRIBUTES
from figgen.data.record import Item

PLAIN = {"Brown_Hair", "No_Beard", "Young"}


def pixels(shown: set[str]) -> np.ndarray:
    return np.asarray(paint(shown, np.random.default_rng(1))[0]).astype(int)


def test_the_files_are_those_of_the_original_and_places_are_those_of_the_picture(tmp_path: Path) -> None:
    CelebAMiniature(num_train=2, num_val=1, num_test=1).write(tmp_path / "celeba", workers=1)
    first_lines = {path.read_text().splitlines()[0] for path in (tmp_path / "celeba").glob("*.csv")}
    assert {",".join(["image_id", *ATTRIBUTES]), "image_id,x_1,y_1,width,height", "image_id,partition"} < first_lines
    items = [item for item in CelebA().items(tmp_path / "celeba") if isinstance(item, Item)]
    assert [item.key for item in items] == [f"00000{number}.jpg" for number in (1, 2, 3, 4)]
    assert [item.split for item in items] == ["train", "train", "val", "test"]
    for record in (CelebA().record(tmp_path / "celeba", item) for item in items):
        marks, box, grey = record.extras["landmarks"], record.extras["bbox"], decode(record.image).mean(2)
        assert grey.shape == (218, 178)
        assert (marks["lefteye_x"] + marks["righteye_x"], marks["lefteye_y"]) == (178, 112)  # as it is aligned there
        assert all(grey[112, marks[f"{side}eye_x"]] < 80 for side in ("left", "right"))  # pupils
        assert marks["righteye_x"] < marks["rightmouth_x"] + 6 < box["x_1"] + box["width"] <= 178
        assert 112 < marks["nose_y"] < marks["leftmouth_y"] < box["y_1"] + box["height"] <= 218


def test_fifteen_attributes_are_seen_of_some_faces_and_not_of_others_and_none_contradicts_another() -> None:
    faces = [sample(np.random.default_rng(number)) for number in range(300)]
    shares = [np.mean([name in shown for shown in faces]) for name in ATTRIBUTES]
    assert sum(0.02 < share < 0.98 for share in shares) >= 15
    for shown in faces:
        hair = {"Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair"} & shown
        assert len(hair) == ("Bald" not in shown and not {"Male", "Wearing_Hat"} <= shown)
        assert shown <= set(ATTRIBUTES) and len({"Bald", "Bangs", "Wearing_Hat"} & shown) <= 1
        assert ("No_Beard" in shown) != ("Goatee" in shown)
        assert not {"Bald", "Goatee", "Mustache", "Wearing_Necktie"} & shown or "Male" in shown


TRAITS = (  # with the rows in which they are seen
    *(("Bangs", 66, 98), ("Eyeglasses", 98, 126), ("Mustache", 138, 152), ("Smiling", 144, 168), ("Goatee", 164, 184)),
    *(("Wearing_Lipstick", 146, 162), ("Wearing_Hat", 38, 90), ("Wearing_Earrings", 122, 144)),
    *(("Wearing_Necklace", 138, 218), ("Wearing_Necktie", 190, 218)),
)


@pytest.mark.parametrize(("trait", "first", "last"), TRAITS)
def test_a_trait_is_drawn_where_one_expects_it_and_nowhere_else(trait: str, first: int, last: int) -> None:
    change = np.abs(pixels(PLAIN | {trait}) - pixels(PLAIN)).max(axis=2)
    assert (change[first:last] > 25).sum() > 40
    assert change[first:last].sum() == change.sum()


def test_skin_and_hair_are_where_and_as_they_are_said_to_be() -> None:
    cheek, top = (140, 60), (60, 89)
    assert pixels(PLAIN | {"Pale_Skin"})[cheek].min() > 220 > pixels(PLAIN)[cheek].min()
    black, brown, blond, gray = (pixels({f"{name}_Hair"})[top] for name in ("Black", "Brown", "Blond", "Gray"))
    assert black.max() < 60 < brown.mean() < 100 < blond.mean() and np.ptp(gray) < 10 and gray.min() > 150
    assert np.abs(pixels({"Bald", "Male"})[top] - pixels({"Bald", "Male"})[cheek]).max() == 0  # skin
