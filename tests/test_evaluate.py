"""`python -m figgen.evaluate` as one types it: pair, measure, read, write down, be refused."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from conftest import HEAVY, NAMING_IMPORTS
from PIL import Image

from figgen.evaluate import notes
from figgen.metrics import judging
from figgen.metrics.judging import distributions, pixelwise, reading
from figgen.metrics.options import Distribution, Nearness, Pixelwise
from figgen.metrics.pairs import Pair, read_pairs, words_of
from figgen.metrics.readers import Engine
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import CheckpointError, DataError
from figgen.runs.provenance import ROOT

IN_TABLES = ("word_precision", "word_recall", "word_f1", "word_accuracy", "ned", "mse", "tpl")  # of runs
GREY = {"a": (0, 10), "b": (100, 130), "c": (255, 255)}  # of the picture, of its reference


def save(path: Path, level: int, size: tuple[int, int] = (20, 30)) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.new("L", size, level).save(path)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Three pairs, of which one is a JPEG, and a picture alone on either side."""
    for name, (ours, theirs) in GREY.items():
        save(tmp_path / f"images/{name}.png", ours)
        save(tmp_path / f"reference/{name}.{'jpg' if name == 'c' else 'png'}", theirs)
    save(tmp_path / "images/extra.png", 0)
    save(tmp_path / "reference/missing.png", 0)
    (tmp_path / "images/notes.txt").write_text("no picture")
    return tmp_path / "images", tmp_path / "reference"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", NAMING_IMPORTS, "figgen.evaluate", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def test_a_table_a_record_and_the_values_of_each_picture(folders: tuple[Path, Path], tmp_path: Path) -> None:
    done = run("images=images", "reference=reference", "metrics=[rmse,dtw_ti]", "paths.outputs=out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = [re.split(r"  +", line) for line in done.stdout.splitlines()]
    mean, sd = 40 / 3, np.std([10, 30, 0])
    assert ["metric", "mean", "sd", "median", "95 % interval", "n"] in rows
    assert [row[:4] for row in rows if row[0] == "rmse"] == [["rmse", f"{mean:.3f}", f"{sd:.3f}", "10.000"]]
    assert [row[1::2] for row in rows if row[0] == "dtw_ti"] == [["0.000", "0.000", "3"]]
    assert "left out, without a partner: 1 of images and 1 of reference (extra, missing)" in done.stdout
    (record,) = tmp_path.glob("out/evaluate/images-*/metrics.json")
    rmse = json.loads(record.read_text())["metrics"]["rmse"]
    assert rmse["value"] == pytest.approx(mean) and rmse["n"] == 3 and rmse["low"] < mean < rmse["high"]
    assert rmse["definition"] == "rmse/1"
    with (record.parent / "images.csv").open() as file:
        assert [(row["name"], float(row["rmse"])) for row in csv.DictReader(file)] == [
            ("a", pytest.approx(10)), ("b", pytest.approx(30)), ("c", 0),
        ]  # fmt: skip


def test_pixel_metrics_do_not_wait_for_torch(folders: tuple[Path, Path], tmp_path: Path) -> None:
    done = run("images=images", "reference=reference", "paths.outputs=out", cwd=tmp_path)
    imported = done.stdout.splitlines()[-1].split()
    assert done.returncode == 0 and "figgen.metrics.dtw" in imported and not HEAVY & set(imported)


BAD = {
    "": "error: images, reference: say images=FOLDER reference=FOLDER",
    "images=images reference=nowhere": "error: There is no folder nowhere.",
    "images=images reference=elsewhere": "error: No picture in images has the name of one in elsewhere",
    "images=images reference=reference metrics=[rmsee]": "error: metrics=[rmsee]: must be a list of one or more items",
    "images=images reference=reference metrics=[fid]": "error: metrics: fid and kid need inception_weights=PATH",
    "images=images reference=reference run=x": "error: run, images: a run brings its own pictures",
    "images=images reference=reference metrics=[cmmd]": "error: metrics: cmmd: say clip=NAME, a CLIPModel's folder",
    "images=images reference=reference metrics=[clip_text] clip=small": "error: metrics: clip_text needs captions=FILE",
    "images=images reference=reference n=3": "error: n: all pictures of the folders are judged; n is for run=NAME",
    "run=12345678": "error: 12345678: no run has this folder or this signature",
    "images=images reference=small": "error: b is 30 x 20 pixels, its reference 8 x 8: fit the pictures to one size",
    "images=images reference=torn": "error: torn/a.png: the picture cannot be decoded",
    "images=images reference=twins": "error: twins holds both a.jpg and a.png: pairs are made by name, keep one.",
}


@pytest.mark.parametrize("arguments", BAD)
def test_a_wrong_command_is_answered_with_one_sentence(
    arguments: str, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    save(tmp_path / "elsewhere/z.png", 0)
    save(tmp_path / "small/b.png", 0, (8, 8))
    save(tmp_path / "twins/a.png", 0)
    save(tmp_path / "twins/a.jpg", 0)
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn/a.png").write_bytes(b"torn")
    done = run(*arguments.split(), "paths.outputs=out", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith(BAD[arguments]) and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def reader(words: dict[int, str]) -> Engine:
    """Reads in a picture what stands for the grey level of its corner."""

    def find(images: Sequence[np.ndarray], progress: object) -> list[list[TextBox]]:
        texts = [words.get(int(image[0, 0, 0]), "").split() for image in images]
        return [[TextBox.from_ltwh(10 * i, 0, 9, 9, word) for i, word in enumerate(line)] for line in texts]

    return Engine("toy_", find, "toy 1.0")


def flat(levels: Sequence[tuple[int, int]]) -> list[Pair]:
    return [Pair(f"p{i}", *(np.full((8, 40, 3), level, np.uint8) for level in both)) for i, both in enumerate(levels)]


def test_words_are_judged_by_the_captions_or_by_what_is_read_in_the_references(tmp_path: Path) -> None:
    pairs, engine = flat([(1, 2), (3, 2), (0, 2)]), reader({1: "Red house", 2: "red horse", 3: "red"})
    found = {each.name: each for each in reading(pairs, engine, None, legacy_skip=False, seed=0)}
    assert found["toy_mario_recall"].values.tolist() == pytest.approx([0.5, 0.5, 0])
    assert found["toy_cer"].measured.value == pytest.approx((1 + 6 + 9) / 27)
    assert found["toy_mario_f1"].by["truth"] == "what toy 1.0 reads in the references"
    assert found["toy_mario_f1"].definition == "mario_f1/1"
    captions = tmp_path / "captions.jsonl"
    lines = [{"file": f"p{i}.png", "words": ["Red", "house"]} for i in range(3)]
    captions.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    told = {each.name: each for each in reading(pairs, engine, captions, legacy_skip=False, seed=0)}
    assert told["toy_mario_strict_accuracy"].values.tolist() == [1, 0, 0]
    assert told["toy_cer"].by["truth"] == str(captions)
    assert told["toy_ned_omnidoc"].measured == found["toy_ned_omnidoc"].measured
    assert told["toy_ned_omnidoc"].by["truth"] == "what toy 1.0 reads in the references"


def test_unread_pictures_stay_in_n_but_in_the_numbers_named_legacy_skip() -> None:
    pairs = flat([(1, 1), (0, 1)])
    found = {each.name: each for each in reading(pairs, reader({1: "word"}), None, legacy_skip=True, seed=0)}
    kept, dropped = found["toy_mario_f1"], found["toy_mario_f1_legacy_skip"]
    assert (kept.measured.value, kept.measured.n) == (pytest.approx(0.5), 2)
    assert (dropped.measured.value, dropped.measured.n) == (pytest.approx(1), 1)
    assert dropped.definition == "mario_f1/1"


def test_notes_say_who_judged_by_which_truth(tmp_path: Path) -> None:
    captions = tmp_path / "captions.jsonl"
    captions.write_text('{"file": "p0.png", "words": ["word"]}')
    assert notes(reading(flat([(1, 1)]), reader({1: "word"}), captions, legacy_skip=True, seed=0))[2:] == [
        f"truth of toy_mario_precision, toy_mario_recall, toy_mario_f1, ...: {captions}",
        "truth of toy_ned_omnidoc: what toy 1.0 reads in the references",
        "legacy_skip: pictures in which nothing was read are dropped, as in numbers published before",
    ]


def test_where_no_word_stands_the_number_is_undefined() -> None:
    (first, *_) = reading(flat([(1, 0)]), reader({1: "ghost"}), None, legacy_skip=False, seed=0)
    assert first.measured.n == 0 and first.to_dict()["value"] is None and first.to_dict()["sd"] is None


def test_captions_hold_words_or_quotes_and_must_know_every_picture(tmp_path: Path) -> None:
    path = tmp_path / "captions.jsonl"
    path.write_text('{"file": "a.png", "caption": "A sign that says \'Don\'t panic\'"}\n\n{"file": "b", "words": []}\n')
    assert words_of(path, ["b", "a"]) == [[], ["Don't", "panic"]]
    with pytest.raises(DataError, match=r"says nothing of 1 pictures \(c\)"):
        words_of(path, ["a", "c"])
    path.write_text('{"file": "a.png"}')
    with pytest.raises(DataError, match=r"line 1: say"):
        words_of(path, ["a"])


def test_sets_that_are_equal_are_at_no_distance_and_other_letters_are_at_some(folders: tuple[Path, Path]) -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (32, 40, 3), dtype=np.uint8) for _ in range(4)]
    same = [Pair(str(i), picture, picture) for i, picture in enumerate(pictures)]
    other = [Pair(str(i), picture, picture // 4) for i, picture in enumerate(pictures)]
    (equal,), (apart,) = (distributions(pairs, ["rmse", "fid_ocr"], None, None, seed=0) for pairs in (same, other))
    assert equal.measured.value == pytest.approx(0, abs=1e-6) and apart.measured.value > 1
    assert equal.values is None and apart.by["backbone"].startswith("PP-OCR, ")
    with pytest.raises(DataError, match="compares sets"):
        distributions(same[:1], ["fid_ocr"], None, None, seed=0)


def test_no_number_of_a_picture_depends_on_the_others() -> None:
    pairs = flat([(0, 10), (100, 130), (255, 255)])
    together = pixelwise(pairs, ["psnr", "ssim"], None, seed=0)
    alone = [pixelwise([pair], ["psnr", "ssim"], None, seed=0) for pair in pairs]
    for i, result in enumerate(together):
        assert result.values is not None
        assert result.values.tolist() == [float(single[i].values[0]) for single in alone]  # type: ignore[index]


def test_lpips_without_its_weights_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("figgen.metrics.lpips.cached_weights", lambda: None)
    with pytest.raises(CheckpointError, match="vgg_weights=PATH"):
        pixelwise(flat([(0, 10)]), ["rmse", "lpips"], None, seed=0)


def test_pairs_are_made_by_name_without_the_ending(folders: tuple[Path, Path]) -> None:
    pairs, _ = read_pairs(*folders)
    assert [pair.name for pair in pairs] == ["a", "b", "c"]
    assert {pair.image.shape for pair in pairs} == {(30, 20, 3)}


def test_every_number_is_defined_in_the_docs() -> None:
    defined = set(re.findall(r"`([a-z0-9_.]+/\d+)`", (ROOT / "docs/metrics.md").read_text()))
    read = {each.definition for each in reading(flat([(1, 1)]), reader({1: "a"}), None, legacy_skip=True, seed=0)}
    asked = (*get_args(Pixelwise), *get_args(Distribution), *get_args(Nearness), "clip_text_w1", "clip_text_w2.5")
    wanted = {f"{name}/{judging.EDITION}" for name in (*asked, *IN_TABLES)}
    assert wanted | read == defined - {"name/1"}
