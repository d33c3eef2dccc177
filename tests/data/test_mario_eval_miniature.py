"""The drawn prompts with their pictures and layouts, in the original format of MARIO-Eval."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from figgen.data.miniatures.mario_eval import Miniature, samples
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.mario_eval import SUBSETS, WITH_GROUND_TRUTH, MarioEval, keywords
from figgen.data.record import Item, Record
from figgen.data.shards import records
from figgen.data.source import DataSource
from figgen.data.words import TEST_WORDS
from figgen.runs.errors import DataError


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("miniature") / "original"
    Miniature(num_train=8, num_test=8).write(folder, workers=1)
    return folder


def prompts_of(folder: Path) -> list[Record]:
    reader = MarioEval(SUBSETS)
    items = [item for item in reader.items(folder) if isinstance(item, Item) and item.split == "test"]
    return [reader.record(folder, item) for item in items]


def test_most_prompts_are_of_laion_and_no_subset_is_left_out() -> None:
    subsets = Counter(subset for subset, _, _ in samples(48))
    assert subsets == dict.fromkeys(SUBSETS, 6) | {"LAIONEval4000": 36}
    assert sum(subsets[name] for name in WITH_GROUND_TRUTH) == 48
    assert len({index for _, _, index in samples(48)}) == 66


def test_the_format_on_disk_is_that_of_mario_eval(written: Path) -> None:
    for subset in SUBSETS:
        folder = written / "MARIOEval" / subset
        prompts = (folder / f"{subset}.txt").read_text().splitlines()
        plain = (folder / f"{subset}_wo_quote.txt").read_text().splitlines()
        assert len(prompts) == len(plain) > 0
        assert all(re.search("'[^']+'", prompt) for prompt in prompts) and not any("'" in line for line in plain)
        assert {path.name for path in (folder / "render").iterdir()} == {f"{i}.png" for i in range(len(prompts))}
        truths = {f"{i}.jpg" for i in range(len(prompts))} if subset in WITH_GROUND_TRUTH else set()
        assert {path.name for path in (folder / "images").iterdir()} == truths
        for path in folder.glob("*/*.*"):
            assert Image.open(path).size == (512, 512)


def test_keywords_are_the_words_of_the_picture_and_stand_in_its_layout_at_the_same_place(written: Path) -> None:
    prepare_folder(MarioEval(SUBSETS), written, written.with_name("all"))
    for record in records(written.with_name("all"), "test"):
        assert Counter(record.extras["keywords"]) == Counter(box.text for box in record.boxes)
        subset, number = record.key.split("/")
        layout = np.asarray(Image.open(written / f"MARIOEval/{subset}/render/{number}.png").convert("L"))
        outside = np.ones_like(layout, bool)
        for left, top, right, bottom in (map(int, box.bounds) for box in record.boxes):
            assert layout[top:bottom, left:right].min() < 60
            outside[top:bottom, left:right] = False
        assert (layout[outside] > 200).all()


def test_the_keywords_of_prompts_are_words_that_training_never_shows(written: Path) -> None:
    asked = {word.casefold().strip("!?.") for record in prompts_of(written) for word in keywords(record.caption)}
    words = {word for word in asked if word.isalpha() and word != "no"}
    assert words and words <= set(TEST_WORDS)


def test_it_can_be_trained_on_for_mario_folders_lie_beside_it(written: Path) -> None:
    manifest = prepare_folder(MarioEval(), written, written.with_name("shards"))
    assert manifest is not None
    assert manifest.counts["test"] == 8 and manifest.counts["train"] + manifest.counts["val"] == 8
    assert manifest.num_bad == 0
    train = list(records(written.with_name("shards"), "train"))
    assert all(record.boxes for record in train)


def test_prompts_alone_are_for_testing_and_training_on_them_is_refused_in_a_sentence(
    written: Path, tmp_path: Path
) -> None:
    manifest = prepare_folder(MarioEval(), written / "MARIOEval", tmp_path / "prepared/mario_eval")
    assert manifest is not None and manifest.counts == {"test": 8}
    source = DataSource("mario_eval", MarioEval(), Miniature(), tmp_path, source="prepared", size=(32, 32))
    assert len(source.split("test")) == 8
    with pytest.raises(DataError, match=r"no train split, only test.*about\.files in conf/dataset/mario_eval\.yaml"):
        source.split("train")


def test_two_processes_write_the_same_files_as_one(written: Path, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    Miniature(8, 8).write(tmp_path / "o", workers=2, on_progress=lambda done, total: heard.append((done, total)))
    files = {path.relative_to(written): path.read_bytes() for path in written.rglob("*.*")}
    assert files == {path.relative_to(tmp_path / "o"): path.read_bytes() for path in (tmp_path / "o").rglob("*.*")}
    assert heard == sorted(heard) and heard[-1] == (19, 19)


def test_the_fingerprint_changes_with_the_counts_and_the_seed() -> None:
    assert len({Miniature(*args).fingerprint for args in [(6, 8, 0), (7, 8, 0), (6, 9, 0), (6, 8, 1)]}) == 4
