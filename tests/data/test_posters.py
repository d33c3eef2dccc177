"""MARIO's and MARIO-Eval's drawn pictures: corners and characters where the ink is, in the originals' formats."""

import json
import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figgen.data.miniatures.mario import MarioEvalMiniature, MarioMiniature, prompts
from figgen.data.miniatures.posters import LAYOUTS, Poster, draw
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.mario_eval import SUBSETS, WITH_GROUND_TRUTH, MarioEval
from figgen.data.readers.mario_files import CHARACTERS
from figgen.data.shards import records


@pytest.fixture(scope="module")
def posters() -> list[Poster]:
    """Six test pictures in each layout."""
    return [draw("test", index) for index in range(6 * len(LAYOUTS))]


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniature") / "original"
    MarioEvalMiniature(num_train=4, num_test=8).write(folder, workers=1)
    return folder


def depths(quad: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(4, n): how far points (n, 2) lie on the inner side of each side of a clockwise quad."""
    along = np.roll(quad, -1, 0) - quad
    away = points[None] - quad[:, None]
    return (along[:, :1] * away[..., 1] - along[:, 1:] * away[..., 0]) / np.hypot(*along.T)[:, None]


def test_all_ink_lies_in_quads_and_each_side_of_a_quad_has_ink_within_three_pixels(posters: list[Poster]) -> None:
    for poster in posters:
        rows, columns = np.nonzero(np.asarray(poster.ink) > 127)
        points = np.stack([columns, rows], 1) + 0.5
        inside = [depths(np.array(box.quad), points) for box in poster.boxes]
        assert np.any([depth.min(0) > -0.75 for depth in inside], 0).all()
        for depth, box in zip(inside, poster.boxes, strict=True):
            own = depth[:, depth.min(0) > -0.75]
            assert (own.min(1) < 3).all(), box


def test_some_words_are_level_and_some_recede(posters: list[Poster]) -> None:
    quads = np.array([box.quad for poster in posters for box in poster.boxes])
    along, back = quads[:, 1] - quads[:, 0], quads[:, 2] - quads[:, 3]
    assert (along[:, 1] == 0).sum() >= 10 and (np.abs(along - back).max(1) > 4).sum() >= 10


def test_the_map_of_characters_spells_each_word_from_left_to_right_and_nothing_else(posters: list[Poster]) -> None:
    """Read along the middle of each quad, doubled letters once."""
    spelled = []
    for poster in posters:
        assert poster.segments.shape == (256, 256) and poster.segments.dtype == np.int64
        rest = poster.segments.copy()
        for box in poster.boxes:
            a, b, c, d = np.array(box.quad) / 2
            x, y = np.linspace((a + d) / 2, (b + c) / 2 - 0.1, 600).astype(int).T
            found = [CHARACTERS[number - 1] for number, _ in groupby(poster.segments[y, x]) if number]
            spelled.append(found == [letter for letter, _ in groupby(box.text)])
            left, top, right, bottom = (int(value / 2) for value in box.bounds)
            rest[max(top - 8, 0) : bottom + 8, max(left - 8, 0) : right + 8] = 0
        assert not rest.any()
    assert len(spelled) >= 60 and np.mean(spelled) >= 0.95


def test_a_picture_of_mario_is_a_folder_with_the_files_of_the_original(tmp_path: Path) -> None:
    MarioMiniature(num_train=1, num_test=0).write(tmp_path / "mario", workers=1)
    (folder,) = (path for path in (tmp_path / "mario").glob("*/*") if path.is_dir())
    drawn, caption = draw("train", 0), (folder / "caption.txt").read_text()
    assert re.fullmatch("[0-9]{9}", folder.name) and folder.parent.name == folder.name[:5]
    with Image.open(folder / "image.jpg") as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (512, 512), "RGB")
    segments = folder / "charseg.npy"
    assert segments.stat().st_size == 524416 and (np.load(segments) == drawn.segments).all()  # the original's size
    for line, box in zip((folder / "ocr.txt").read_text().splitlines(), drawn.boxes, strict=True):
        word, corners, confidence = line.split(" ")
        assert word == box.text and [*map(int, corners.split(","))] == [*np.ravel(box.quad)] and float(confidence) <= 1
    info = json.loads((folder / "info.json").read_text())
    assert info["key"] == folder.name and info["caption"] == caption and {"similarity", "original_width"} <= set(info)
    assert " ".join(box.text for box in drawn.boxes) in caption


def test_most_prompts_are_of_laion_and_no_subset_is_left_out(evaluation: Path) -> None:
    subsets = Counter(subset for subset, _ in prompts(48))
    assert subsets == dict.fromkeys(SUBSETS, 6) | {"LAIONEval4000": 36}
    for subset, number in Counter(subset for subset, _ in prompts(8)).items():
        folder = evaluation / "MARIOEval" / subset
        told = [(folder / f"{subset}{plain}.txt").read_text().splitlines() for plain in ("", "_wo_quote")]
        assert [line.replace("'", "") for line in told[0]] == told[1] and len(told[0]) == number
        assert {path.name for path in (folder / "render").iterdir()} == {f"{i}.png" for i in range(number)}
        assert len(list((folder / "images").iterdir())) == (number if subset in WITH_GROUND_TRUTH else 0)


def test_keywords_are_the_words_of_the_picture_and_all_that_its_render_shows(evaluation: Path, tmp_path: Path) -> None:
    made = prepare_folder(MarioEval(SUBSETS), evaluation, tmp_path)
    assert made is not None and made.num_bad == 0 and made.counts["train"] + made.counts["val"] == 4
    for record in records(tmp_path, "test"):
        assert record.extras["keywords"] == [box.text for box in record.boxes]
        subset, number = record.key.split("/")
        render = np.array(Image.open(evaluation / f"MARIOEval/{subset}/render/{number}.png").convert("L"))
        places = [[slice(*map(int, box.bounds[axis::2])) for axis in (1, 0)] for box in record.boxes]
        assert all(render[rows, columns].min() < 60 for rows, columns in places)
        for rows, columns in places:
            render[rows, columns] = 255
        assert (render > 200).all()
