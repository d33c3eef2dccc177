"""What every dataset's miniature promises: the same files whoever draws them, good records, boxes on ink, new words."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from math import ceil
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import Mock

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from figgen.cli.choices import groups
from figgen.data import workers
from figgen.data.decoding import decode
from figgen.data.miniatures import figures, paper_plots
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.record import SPLITS, Record
from figgen.data.shards import records
from figgen.data.words import TEST_WORDS
from figgen.ocr.tesseract import Tesseract

ROOT = Path(workers.__file__).parents[1]
CONFIGS = {name: OmegaConf.load(path) for name, path in groups()["dataset"].items()}
COUNTS = {"num_train": 12, "num_val": 4, "num_test": 6}
READABLE = sorted({*CONFIGS} - {"celeba", "coco", "im2ly"})  # the others show no words
HELD_OUT = sorted({*READABLE} - {"im2smiles"})  # labels of atoms are the same in every split
FAINTEST = 24  # of 255: ink differs from what it stands on by more
UNSEEN = re.compile(r"<[^>]*>|\\[A-Za-z]+")  # tags and commands: markup that no picture shows
LIBRARIES = {"im2ly": "verovio", "im2smiles": "rdkit"}


class Drawn(NamedTuple):
    """A small miniature in its original format, and what its dataset's reader makes of it."""

    miniature: Any
    original: Path
    records: list[Record]


def small(name: str) -> Any:
    """A dataset's miniature with fewer samples."""
    pytest.importorskip(LIBRARIES.get(name, "matplotlib"), reason=f"the extra that draws {name} is not installed")
    drawn = CONFIGS[name].miniature
    return instantiate(drawn, **{key: count for key, count in COUNTS.items() if key in drawn})


@pytest.fixture(scope="session")
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder, miniature = tmp_path_factory.mktemp(request.param), small(request.param)
    miniature.write(folder / "original", workers=1)
    prepare_folder(
        instantiate(CONFIGS[request.param].reader), folder / "original", folder / "shards", max_bad_fraction=0
    )
    return Drawn(miniature, folder / "original", [r for split in SPLITS for r in records(folder / "shards", split)])


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def words_in(*texts: str) -> set[str]:
    """The words that texts show, those that LaTeX spells letter by letter included."""
    shown = [UNSEEN.sub(" ", text.casefold()) for text in texts]
    return {word for text in shown for word in re.findall("[a-z]+", text + re.sub(r"\b(\w) (?=\w\b)", r"\1", text))}


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Two processes for all datasets: most of what they would cost is to start."""
    with ProcessPoolExecutor(2, workers.fresh_processes()) as started:
        yield started


def test_a_whole_dataset_takes_no_more_than_two_hundred_lines() -> None:
    """COCO: it shares none of its three files with another dataset."""
    files = (ROOT / file for file in ("data/readers/coco.py", "data/miniatures/coco.py", "../conf/dataset/coco.yaml"))
    assert sum(len(file.read_text().splitlines()) for file in files) <= 200


@pytest.mark.parametrize("drawn", CONFIGS, indirect=True)
def test_two_processes_write_the_same_files_as_one_and_say_how_far_they_are(
    drawn: Drawn, pool: ProcessPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "FEW", 0)
    monkeypatch.setattr(workers, "ProcessPoolExecutor", Mock(return_value=Mock(map=pool.map)))
    heard: list[tuple[int, int]] = []
    drawn.miniature.write(tmp_path / "two", workers=2, on_progress=lambda *done: heard.append(done))
    assert files_in(tmp_path / "two") == files_in(drawn.original)
    assert heard[-1] == (len(drawn.records), len(drawn.records)) and heard == sorted(heard)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_miniature_that_cannot_be_finished_leaves_no_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    miniature = small(name)
    monkeypatch.setattr(type(miniature), "draw", Mock())
    monkeypatch.setattr(type(miniature), "finish", Mock(side_effect=OSError("the disk is full")))
    with pytest.raises(OSError, match="disk is full"):
        miniature.write(tmp_path / "original", workers=1)
    assert not (tmp_path / "original").exists()


@pytest.mark.parametrize("name", CONFIGS)
def test_a_fingerprint_names_the_counts_and_the_seed(name: str) -> None:
    first, options = small(name), ["seed", *(key for key in COUNTS if key in CONFIGS[name].miniature)]
    others = [replace(first, **{key: getattr(first, key) + 1}) for key in options]
    assert len({each.fingerprint for each in (first, *others)}) == 1 + len(options) >= 4


@pytest.mark.parametrize("drawn", CONFIGS, indirect=True)
def test_every_sample_is_read_with_a_caption_and_a_key_of_its_own(drawn: Drawn) -> None:
    """Prepared without a single bad sample; twins would be bad. There are words where the config says so."""
    name = drawn.miniature.name
    assert CONFIGS[name].has_text == any(record.boxes for record in drawn.records) == (name in READABLE)
    assert {record.split for record in drawn.records} == {*SPLITS}
    assert all(record.caption.strip() for record in drawn.records)
    assert len({record.key for record in drawn.records}) == len(drawn.records) >= 18


@pytest.mark.parametrize("drawn", READABLE, indirect=True)
def test_boxes_lie_on_their_picture_and_on_ink(drawn: Drawn) -> None:
    """A box and the pixels next to it are not all alike; one that is as narrow as its letter I is ink alone."""
    for record in drawn.records:
        pixels = decode(record.image).astype(int)
        for box in record.boxes:
            left, top, right, bottom = box.bounds
            assert 0 <= left < right <= pixels.shape[1] and 0 <= top < bottom <= pixels.shape[0], (record.key, box)
            rows, columns = slice(max(int(top) - 1, 0), ceil(bottom) + 1), slice(max(int(left) - 1, 0), ceil(right) + 1)
            assert np.ptp(pixels[rows, columns], axis=(0, 1)).max() > FAINTEST, (record.key, box)


@pytest.mark.parametrize("drawn", HELD_OUT, indirect=True)
def test_words_of_test_pictures_occur_nowhere_in_training(drawn: Drawn) -> None:
    told: dict[str, set[str]] = {split: set() for split in SPLITS}
    for record in drawn.records:
        told[record.split] |= words_in(record.caption, *(box.text for box in record.boxes))
    assert {*TEST_WORDS} & told["test"] and not {*TEST_WORDS} & (told["train"] | told["val"])


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")
@pytest.mark.parametrize(("pen", "share"), [(figures, 0.9), (paper_plots, 0.75)])
def test_tesseract_reads_the_level_words_of_figures(pen: ModuleType, share: float) -> None:
    """The harmonic mean of precision and recall, over words of letters alone."""
    drawn = [pen.draw("test", index) for index in range(30)]
    wanted, hits, read = Counter[str](), Counter[str](), Counter[str]()
    for figure, found in zip(drawn, Tesseract()([figure.pixels for figure in drawn]), strict=True):
        level = [box for box in figure.boxes if box.quad[0][1] == box.quad[1][1]]
        shown, seen = (Counter(word.text.casefold() for word in of if word.text.isalpha()) for of in (level, found))
        wanted, hits, read = wanted + shown, hits + (shown & seen), read + seen
    assert 2 * hits.total() / (wanted.total() + read.total()) >= share, (hits, wanted, read)
