"""The drawn posters, signs and things: deterministic, with exact corners, in the original format of MARIO."""

import json
import re
import shutil
import string
from collections import Counter
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from figgen.data.miniatures import mario
from figgen.data.miniatures.alt_texts import ALT_TEXTS, PROMPTS
from figgen.data.miniatures.lettering import Placed
from figgen.data.miniatures.painting import BLACK, SIDE, Ink, Picture
from figgen.data.miniatures.perspective import moved, rectangle, seen
from figgen.data.miniatures.prints import LAYOUTS, Print, draw, segments_of
from figgen.data.miniatures.typefaces import FACES, font
from figgen.data.readers.mario import Mario, split_of
from figgen.data.readers.mario_files import CHARACTERS
from figgen.data.record import Item, Record
from figgen.data.words import TEST_WORDS, is_held_out

ALL = tuple(LAYOUTS)
MARKS = re.compile(r"[^A-Za-z]|^(No|D|K)$")
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")


@pytest.fixture(scope="module")
def prints() -> list[Print]:
    """Two test pictures in each layout."""
    return [draw(ALL, "test", index) for index in range(2 * len(ALL))]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniature") / "original"
    mario.Miniature(num_train=6, num_test=2).write(folder, workers=1)
    return folder


def records(folder: Path) -> list[Record]:
    reader = Mario()
    return [reader.record(folder, item) for item in reader.items(folder) if isinstance(item, Item)]


def words_in(text: str) -> set[str]:
    return set(re.findall("[a-z]+", text.casefold()))


def test_a_picture_depends_on_its_seed_split_and_index_alone() -> None:
    first = draw(ALL, "train", 2)
    draw(ALL, "test", 3)
    again = draw(ALL, "train", 2)
    assert np.array_equal(first.pixels, again.pixels) and first.boxes == again.boxes
    others = [draw(ALL, "test", 2), draw(ALL, "train", 2, seed=1), draw(ALL, "train", 2 + len(ALL))]
    assert all(other.texts != first.texts for other in others)


def test_every_layout_is_drawn_with_one_to_eight_words_apart_from_each_other(prints: list[Print]) -> None:
    assert {one.layout for one in prints} == set(LAYOUTS) and len(LAYOUTS) >= 12
    for one in prints:
        assert one.pixels.shape == (SIDE, SIDE, 3) and one.pixels.dtype == np.uint8
        assert 1 <= len(one.words) <= 8
        corners = np.array([box.quad for box in one.boxes])
        assert corners.min() >= 0 and corners.max() <= SIDE and (corners == corners.round()).all()


def test_words_turn_lean_and_recede(prints: list[Print]) -> None:
    """Among the corners there are level words, turned ones, and ones whose sides are not parallel."""
    level = turned = receding = 0
    for one in prints:
        for word in one.words:
            a, b, c, d = word.corners
            level += abs(b[1] - a[1]) < 1
            turned += abs(b[1] - a[1]) > 0.1 * (b[0] - a[0])
            receding += not np.allclose(b - a, c - d, atol=2)
    assert min(level, turned, receding) >= 10, (level, turned, receding)


def alone(word: Placed) -> np.ndarray:
    """(n, 2): the middles of the pixels that a word inks at least by half."""
    pixels = Picture(words=[(word, Ink(BLACK, outline=BLACK))]).developed()
    y, x = np.nonzero(pixels[..., 0] < 128)
    return np.stack([x, y], 1) + 0.5


def test_quads_are_tight_around_all_ink_of_their_words(prints: list[Print]) -> None:
    """No ink lies further out than a side of the quad, and some lies within two pixels of each."""
    for one in prints:
        for word, box in zip(one.words, one.boxes, strict=True):
            corners, ink = np.array(box.quad), alone(word)
            for start, end in zip(
                corners, np.roll(corners, -1, 0), strict=True
            ):  # clockwise, so inside is on the right
                along = (end - start) / np.hypot(*(end - start))
                depth = along[0] * (ink[:, 1] - start[1]) - along[1] * (ink[:, 0] - start[0])
                assert -0.75 <= depth.min() <= 2.5, (one.layout, word.text, depth.min())


def test_the_map_of_characters_spells_each_word_from_left_to_right(prints: list[Print]) -> None:
    """Read along the middle of each quad, doubled letters once."""
    spelled = total = 0
    for one in prints:
        segments = segments_of(one.words)
        assert segments.shape == (256, 256) and segments.dtype == np.int64
        for word in one.words:
            if not word.text.isalpha():
                continue
            a, b, c, d = word.corners / 2
            steps = np.linspace(0, 1, 600)[:, None]
            points = np.floor((a + d) / 2 * (1 - steps) + (b + c) / 2 * steps).astype(int)
            numbers = [int(number) for number, _ in groupby(segments[points[:, 1], points[:, 0]]) if number]
            expected = [letter for letter, _ in groupby(word.text)]
            spelled, total = spelled + ([CHARACTERS[n - 1] for n in numbers] == expected), total + 1
    assert total >= 40 and spelled >= 0.95 * total, (spelled, total)


def test_the_map_of_characters_is_empty_where_no_word_is(prints: list[Print]) -> None:
    for one in prints:
        segments = segments_of(one.words)
        far = np.ones_like(segments, bool)
        for box in one.boxes:
            left, top, right, bottom = (int(value / 2) for value in box.bounds)
            far[max(top - 8, 0) : bottom + 8, max(left - 8, 0) : right + 8] = False
        assert not segments[far].any() and segments.any()


def test_words_of_test_pictures_occur_nowhere_in_training(prints: list[Print], written: Path) -> None:
    shown = {
        text.casefold().strip("!?.") for one in prints for text in one.texts if not MARKS.search(text.strip("!?."))
    }
    assert shown and shown <= set(TEST_WORDS)
    told = [record.caption for record in records(written) if record.split == "train"]
    assert not any(map(is_held_out, words_in(" ".join(told))))


def test_the_wording_around_the_words_holds_no_test_word() -> None:
    frames = [frame for group in (ALT_TEXTS, PROMPTS) for frames in group.values() for frame in frames]
    assert set(ALT_TEXTS) == set(LAYOUTS)
    assert [word for frame in frames for word in words_in(frame) if is_held_out(word)] == []
    assert all(frame.count("{}") == 1 for frame in frames)


def test_the_format_on_disk_is_that_of_mario(written: Path) -> None:
    folders = [path for path in written.glob("*/*") if path.is_dir()]
    assert len(folders) == 8
    for folder in folders:
        assert re.fullmatch("[0-9]{9}", folder.name) and folder.parent.name == folder.name[:5]
        names = {"caption.txt", "charseg.npy", "image.jpg", "info.json", "ocr.txt"}
        assert {path.name for path in folder.iterdir()} == names
        with Image.open(folder / "image.jpg") as image:
            assert (image.format, image.size, image.mode) == ("JPEG", (512, 512), "RGB")
        segments = np.load(folder / "charseg.npy")
        assert (segments.dtype, segments.shape) == (np.int64, (256, 256)) and (
            folder / "charseg.npy"
        ).stat().st_size == 524416
        for line in (folder / "ocr.txt").read_text().splitlines():
            word, corners, confidence = line.split(" ")
            assert word and len([int(value) for value in corners.split(",")]) == 8 and 0 < float(confidence) <= 1
        info = json.loads((folder / "info.json").read_text())
        assert info["key"] == folder.name and info["caption"] == (folder / "caption.txt").read_text()
        assert {"NSFW", "similarity", "LICENSE", "url", "status", "error_message", "exif", "original_width"} <= set(
            info
        )


def test_what_is_read_is_what_is_drawn(written: Path) -> None:
    by_split = {split: [r for r in records(written) if r.split == split] for split in ("train", "test")}
    assert {split: len(some) for split, some in by_split.items()} == {"train": 6, "test": 2}
    for split, some in by_split.items():
        for index, record in enumerate(some):
            drawn = draw(ALL, split, index)
            assert sorted(replace(box, confidence=1.0).text for box in record.boxes) == sorted(drawn.texts)
            assert {box.quad for box in record.boxes} == {box.quad for box in drawn.boxes}
            assert record.extras["info"]["key"] == record.key.split("_")[1]
            assert all(text.casefold() in record.caption.casefold() for text in drawn.texts)


def test_the_reader_keeps_the_splits_for_which_the_pictures_were_drawn() -> None:
    for split in ("train", "test"):
        numbers = [number for _, _, number in mario.numbered(split, 50)]
        assert len(set(numbers)) == 50 and {split_of(f"{number[:5]}_{number}") for number in numbers} == {split}


def test_two_processes_write_the_same_files_as_one_and_say_how_far_they_are(written: Path, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    miniature = mario.Miniature(num_train=6, num_test=2)
    miniature.write(tmp_path / "original", workers=2, on_progress=lambda done, total: heard.append((done, total)))
    files = {path.relative_to(written): path.read_bytes() for path in written.rglob("*.*")}
    assert len(files) == 40
    assert files == {p.relative_to(tmp_path / "original"): p.read_bytes() for p in (tmp_path / "original").rglob("*.*")}
    assert heard[-1] == (8, 8)


def test_the_fingerprint_changes_with_the_counts_and_the_seed() -> None:
    assert len({mario.Miniature(*args).fingerprint for args in [(6, 2, 0), (7, 2, 0), (6, 3, 0), (6, 2, 1)]}) == 4


def test_every_typeface_has_every_character_of_the_words() -> None:
    needed = {ord(character) for character in string.ascii_letters + string.digits + "!?.&%/$"}
    for face in FACES:
        assert needed <= set(TTFont(font(face, 40).path).getBestCmap()), face


def test_a_sheet_that_is_turned_in_space_fills_its_box_and_nothing_more() -> None:
    corners = moved(rectangle(0, 0, 300, 200), seen(300, 200, 30, -12, 5, (20, 40, 480, 500)))
    low, high = corners.min(0), corners.max(0)
    assert np.allclose(low[0], 20) and np.allclose(high[0], 480)  # the width is what limits it
    assert low[1] >= 40 and high[1] <= 500 and np.isclose(low[1] + high[1], 540)


@pytest.mark.slow
@needs_tesseract
def test_tesseract_reads_each_word_in_what_its_quad_cuts_out(prints: list[Print]) -> None:
    """The quads are pulled straight, so this fails where corners are off or begin at the wrong end of the word."""
    from figgen.ocr.tesseract import read_words

    cuts, wanted = [], []
    for one in prints:
        for word in one.words:
            if letters(word.text):
                cuts.append(straightened(one.pixels, word.corners))
                wanted.append(letters(word.text))
    found = [letters("".join(box.text for box in boxes)) for boxes in read_words(cuts, scale=1, psm=8)]
    hits = sum(a == b for a, b in zip(found, wanted, strict=True))
    assert len(wanted) >= 60 and hits >= 0.8 * len(wanted), Counter(zip(wanted, found, strict=True)) - Counter(
        zip(wanted, wanted, strict=True)
    )


def letters(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.casefold())


def straightened(pixels: np.ndarray, corners: np.ndarray, height: int = 44, margin: float = 0.15) -> np.ndarray:
    """A quad of a picture, with some room around it, as an upright grey picture of dark letters on light."""
    a, b, c, d = corners
    width = max(round(height * float(np.hypot(*(b - a)) / np.hypot(*(d - a)))), 24)
    room = margin * height / width
    along, down = np.array([-room, 1 + room, 1 + room, -room]), np.array([-margin, -margin, 1 + margin, 1 + margin])
    wider = np.stack(
        [(1 - s) * ((1 - t) * a + t * d) + s * ((1 - t) * b + t * c) for s, t in zip(along, down, strict=True)]
    )
    grey = Image.fromarray(pixels).convert("L")
    quad = tuple(float(value) for corner in (wider[0], wider[3], wider[2], wider[1]) for value in corner)
    cut = np.asarray(grey.transform((width, height), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC))
    ground, brightest, darkest = np.median(cut[[0, -1]]), float(cut.max()), float(cut.min())
    inverted = brightest - ground > ground - darkest
    return np.repeat((255 - cut if inverted else cut)[..., None], 3, 2)
