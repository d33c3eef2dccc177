"""The road from files to batches: the same for drawn and for real data, walked once, shared by all runs."""

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
import torch

from figgen.data.miniatures import base
from figgen.data.miniatures.figures import draw
from figgen.data.miniatures.markup import Im2LyMiniature, Im2SmilesMiniature, MarkupMiniature
from figgen.data.miniatures.mlfigs import MlFigsMiniature
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.mlfigs import MlFigs
from figgen.data.source import DataSource
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import normalise
from figgen.ocr.tesseract import Tesseract
from figgen.runs.errors import DataError


@dataclass(frozen=True)
class Small(MlFigsMiniature):
    """Drawn by this process, and leaving a line in a file each time it is."""

    num_train: int = 40
    num_test: int = 6

    def write(self, folder: Path, workers: int | None = None, on_progress: Any = None) -> None:
        with (folder.parents[2] / "drawn.txt").open("a") as file:
            file.write("drawn\n")
        super().write(folder, 1, on_progress)


def source(folder: Path, **options: Any) -> DataSource:
    plain: dict[str, Any] = {"name": "mlfigs", "reader": MlFigs(), "miniature": Small(), "folder": folder}
    return DataSource(**plain | options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    source(folder).ensure()
    return folder


def test_a_drawn_figure_arrives_in_the_batch_pixel_by_pixel_with_its_words(folder: Path) -> None:
    test = source(folder).split("test")
    batch = test.batch([4, 0, 2])
    assert batch.pixels.shape == (3, 3, 128, 160) and batch.pixels.dtype == torch.uint8
    moved = []
    for row, index in enumerate([4, 0, 2]):
        figure = draw("test", index)
        height, width, _ = figure.pixels.shape
        left, top = (160 - width) // 2, (128 - height) // 2
        padded = np.full((128, 160, 3), 255, np.uint8)
        padded[top : top + height, left : left + width] = figure.pixels
        assert np.array_equal(batch.pixels[row].permute(1, 2, 0).numpy(), padded)
        assert batch.captions[row] == figure.caption
        moved.append([box.moved(1, left, top) for box in figure.boxes])
    expected = BoxBatch.collate(moved)
    assert torch.equal(batch.boxes.quads, expected.quads) and torch.equal(batch.boxes.image, expected.image)
    assert batch.boxes.texts == tuple(map(normalise, expected.texts)) and batch.boxes.num_images == len(batch) == 3


def test_splits_hold_every_figure_once(folder: Path) -> None:
    splits = {name: source(folder).split(name) for name in ("train", "val", "test")}
    assert len(splits["test"]) == 6 and len(splits["train"]) + len(splits["val"]) == 40
    keys = [key for split in splits.values() for key in split.keys]
    assert len(set(keys)) == 46 and len(splits["val"]) > 0
    batch = splits["train"].batch([1, 1])
    assert batch.keys == (splits["train"].keys[1],) * 2 and batch.captions[0] == splits["train"].captions[1]
    assert torch.equal(batch.pixels[0], batch.pixels[1])


def test_a_batch_moves_to_a_device_as_a_whole(folder: Path) -> None:
    batch = source(folder).split("test").batch([0, 1]).to("meta")
    assert batch.pixels.is_meta and batch.boxes.quads.is_meta and len(batch) == 2


def test_other_sizes_and_grey_are_fitted_from_the_same_records(folder: Path) -> None:
    drawn = (folder / "drawn.txt").read_text()
    grey = source(folder, size=(64, 80), channels=1).split("test").batch([0])
    assert grey.pixels.shape == (1, 1, 64, 80)
    full = source(folder).split("test").batch([0])
    torch.testing.assert_close(grey.boxes.quads * 2, full.boxes.quads)
    assert (folder / "drawn.txt").read_text() == drawn


def test_of_a_limited_source_no_more_than_the_first_figures_are_fitted(folder: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    limited, whole = source(folder, limit=5), source(folder)
    limited.ensure(lambda *news: heard.append(news))
    assert max(total for _, _, total in heard) == 5
    assert [len(limited.split(name)) for name in ("train", "test")] == [5, 5]
    assert limited.split("test").keys == whole.split("test").keys[:5]
    assert torch.equal(limited.split("train").batch([4]).pixels, whole.split("train").batch([4]).pixels)
    assert len(whole.split("test")) == 6


def test_a_second_run_finds_everything_done(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    heard: list[Any] = []
    source(folder).ensure(lambda *news: heard.append(news))
    assert not heard and before == {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_the_first_run_says_what_it_does_and_how_far_it_is(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    source(tmp_path, miniature=Small(num_train=24, num_test=2)).ensure(lambda *news: heard.append(news))
    assert list(dict.fromkeys(label for label, _, _ in heard))[:2] == ["drawing", "preparing"]
    assert ("drawing", 26, 26) in heard and ("preparing", 26, 26) in heard and ("fitting test", 2, 2) in heard


def test_a_run_that_was_killed_while_fitting_is_completed(tmp_path: Path) -> None:
    small = Small(num_train=24, num_test=2)
    source(tmp_path, miniature=small).ensure()
    (marker,) = tmp_path.glob("miniature/*/fitted-*/test.json")
    (pixels,) = tmp_path.glob("miniature/*/fitted-*/test.npy")
    marker.unlink()
    pixels.write_bytes(b"torn")
    assert len(source(tmp_path, miniature=small).split("test").batch([0, 1])) == 2
    assert (tmp_path / "drawn.txt").read_text() == "drawn\n"


RUN = """
import sys
from pathlib import Path
from figgen.data.miniatures.mlfigs import MlFigsMiniature
from figgen.data.readers.mlfigs import MlFigs
from figgen.data.source import DataSource

class Noisy(MlFigsMiniature):
    def write(self, folder, workers=None, on_progress=None):
        print("drawn", flush=True)
        super().write(folder, 1, on_progress)

DataSource("mlfigs", MlFigs(), Noisy(60, 2), Path(sys.argv[1])).ensure()
"""


def test_two_runs_started_at_once_draw_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [run.communicate(timeout=120)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert "".join(said).count("drawn") == 1


def test_the_fingerprint_is_known_without_drawing_or_heavy_imports(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from figgen.data.miniatures.mlfigs import MlFigsMiniature
from figgen.data.readers.markup import Markup
from figgen.data.readers.mlfigs import MlFigs
from figgen.data.source import DataSource
DataSource("im2latex", Markup("formula"), MlFigsMiniature(), Path({str(tmp_path)!r})).fingerprint
print(DataSource("mlfigs", MlFigs(), MlFigsMiniature(), Path({str(tmp_path)!r})).fingerprint)
print([name for name in ("torch", "matplotlib", "pyarrow", "PIL") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    fingerprint, heavy = run.stdout.splitlines()
    assert fingerprint == source(tmp_path, miniature=MlFigsMiniature()).fingerprint and heavy == "[]"
    assert not list(tmp_path.iterdir())


def test_the_fingerprint_follows_whatever_changes_the_records(tmp_path: Path) -> None:
    variants: list[dict[str, Any]] = [
        {},
        {"miniature": Small(num_train=41)},
        {"reader": MlFigs("caption_and_type")},
        {"detector": print},
    ]
    assert len({source(tmp_path, **options).fingerprint for options in variants}) == 4
    assert source(tmp_path, size=(64, 80)).fingerprint == source(tmp_path).fingerprint


def test_words_of_another_release_of_the_engine_are_other_data(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, prints = prepare(tmp_path, original), []
    for release in ("tesseract 5.3.0", "tesseract 5.4.0"):
        monkeypatch.setattr("figgen.ocr.tesseract.engine_version", lambda release=release: release)
        prints.append(source(tmp_path, source="miniature", detector=Tesseract()).fingerprint)
        assert source(tmp_path).fingerprint == prepared  # words that lie there are what they are
    assert prints[0] != prints[1]


def prepare(folder: Path, original: Path, **options: Any) -> str:
    return prepare_folder(MlFigs(), original, folder / "prepared/mlfigs", **options).fingerprint


@pytest.fixture
def original(folder: Path) -> Path:
    return next(folder.glob("miniature/*/original"))


def test_a_prepared_copy_is_preferred_and_gives_the_same_batches(folder: Path, original: Path, tmp_path: Path) -> None:
    assert source(tmp_path).resolved == "miniature"
    fingerprint = prepare(tmp_path, original)
    copy = source(tmp_path)
    assert copy.resolved == "prepared" and copy.fingerprint == fingerprint
    assert torch.equal(copy.split("test").batch([3]).pixels, source(folder).split("test").batch([3]).pixels)
    assert source(tmp_path, source="miniature").resolved == "miniature"
    assert not (tmp_path / "miniature").exists()


def test_a_copy_prepared_anew_is_fitted_anew(original: Path, tmp_path: Path) -> None:
    prepare(tmp_path, original)
    assert len(source(tmp_path).split("test")) == 6
    entries = json.loads((original / "ml-figs/mlfigs_test.json").read_text())
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "ml-figs").symlink_to(original / "ml-figs")
    (lists / "mlfigs_test.json").write_text(json.dumps(entries[:2]))
    (lists / "mlfigs_train.json").write_text(json.dumps(entries[2:]))
    prepare(tmp_path, lists)
    assert len(source(tmp_path).split("test")) == 2


def test_a_prepared_copy_that_is_not_there_is_asked_for_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"figgen\.prepare dataset=mlfigs from=PATH"):
        source(tmp_path, source="prepared").fingerprint  # noqa: B018


def test_old_words_are_never_used_for_another_detector_or_reader(original: Path, tmp_path: Path) -> None:
    prepare(tmp_path, original)
    for options in ({"detector": print}, {"reader": MlFigs("caption_and_type")}):
        with pytest.raises(DataError, match="prepare it again"):
            source(tmp_path, **options).ensure()


def test_an_unknown_split_is_refused_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(DataError, match="test, train, val"):
        source(folder).split("holdout")


@pytest.mark.parametrize(("kind", "missing"), [(Im2LyMiniature, "verovio"), (Im2SmilesMiniature, "rdkit")])
def test_without_its_library_one_sentence_says_what_to_install(
    kind: type[MarkupMiniature], missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "version", Mock(side_effect=PackageNotFoundError))
    install, otherwise = rf"pip install -e '\.\[{kind.extra}\]'", f"dataset={kind.name} from=PATH"
    for ask in (lambda: kind().fingerprint, lambda: kind().write(tmp_path / "original")):
        with pytest.raises(DataError, match=f"miniature of {kind.name} is drawn by {missing}.*{install}.*{otherwise}"):
            ask()
    assert not list(tmp_path.iterdir())
