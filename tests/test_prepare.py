"""`python -m figgen.prepare` as one types it: convert, resume, share the work, download, look, be refused."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from conftest import TINY, composed
from PIL import Image

from figgen.data.manifest import Manifest
from figgen.data.record import Record
from figgen.data.shards import records
from figgen.train import train

NUM_TEST = 4
OCR = {"text": ["word"], "left": [2], "top": [3], "width": [9], "height": [5], "conf": [96]}


def write_original(folder: Path, number: int) -> Path:
    """`number` tiny pictures as ML-Figs keeps them."""
    (folder / "ml-figs/Book_1/image").mkdir(parents=True)
    entries = [entry(folder, k) for k in range(number)]
    for split, part in (("test", entries[:NUM_TEST]), ("train", entries[NUM_TEST:])):
        (folder / f"ml-figs/mlfigs_{split}.json").write_text(json.dumps(part))
    return folder


def entry(folder: Path, number: int) -> dict[str, object]:
    url = f"ml-figs/Book_1/image/Figure{number}.png"
    pixels = np.random.default_rng(number).integers(0, 256, (16, 20, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / url)
    return {"caption": f"Figure {number}", "figType": "Figure", "renderURL": url, "ocr": OCR}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_original(tmp_path_factory.mktemp("original"), 1500)  # six chunks


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "figgen.prepare", *arguments]


def prepare(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    paths = [f"paths.data={data}", f"paths.outputs={data / 'outputs'}"]
    return subprocess.run(
        command(*arguments, *paths), capture_output=True, text=True, timeout=300, env={**os.environ, **environment}
    )


def rows(data: Path) -> list[Record]:
    folder = data / "prepared/mlfigs"
    return [row for split in ("train", "val", "test") for row in records(folder, split)]


@pytest.fixture(scope="module")
def whole(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything was prepared in one go."""
    data = tmp_path_factory.mktemp("whole")
    run = prepare(data, f"from={original}")
    assert run.returncode == 0, run.stderr
    return data


def test_the_overview_says_what_there_is(original: Path, whole: Path) -> None:
    said = prepare(whole, f"from={original}").stdout  # finished: nothing is read again
    counts = Manifest.read(whole / "prepared/mlfigs").counts
    assert counts["test"] == 4 and counts["train"] + counts["val"] == 1496
    assert f"1,500 records in {whole / 'prepared/mlfigs'}" in said and "no bad samples" in said
    again = f"paths.outputs={whole / 'outputs'} paths.data={whole}"
    assert f"figgen.prepare dataset=mlfigs action=inspect {again}\n" in said
    assert f"figgen.train dataset=mlfigs loss=tpl {again}\n" in said
    (train,) = (line.split() for line in said.splitlines() if line.split()[:1] == ["train"])
    assert train == ["train", f"{counts['train']:,}", "10", "11", "1.0", "1", "100.0%"]  # "Figure 999", "Figure 1499"


def test_a_killed_preparation_goes_on_and_ends_the_same(original: Path, whole: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command(f"from={original}", f"paths.data={tmp_path}"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not (first := list(tmp_path.glob("prepared/.mlfigs.*/chunk-00000.json"))):
        assert process.poll() is None, "it ended before its first chunk"
        time.sleep(0.005)
    process.kill()
    process.wait()
    written = first[0].stat().st_mtime_ns
    assert not (tmp_path / "prepared/mlfigs").exists()
    assert prepare(tmp_path, f"from={original}").returncode == 0
    assert (tmp_path / "prepared/mlfigs/chunk-00000.json").stat().st_mtime_ns == written
    assert rows(tmp_path) == rows(whole)


def test_ctrl_c_says_that_the_same_command_goes_on(original: Path, tmp_path: Path) -> None:
    told = command(f"from={original}", f"paths.data={tmp_path}")
    process = subprocess.Popen(told, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob("prepared/.mlfigs.*/log-*")):
        assert process.poll() is None, "it ended before its first record"
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == "stopped: the same command again goes on from here\n"
    assert process.returncode == 130


@pytest.mark.slow
def test_shards_over_a_launcher_make_the_same_records(original: Path, whole: Path, tmp_path: Path) -> None:
    sharing = ["-m", "shard=range(0,4)", "num_shards=4", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
    run = prepare(tmp_path, *sharing, f"from={original}")
    assert run.returncode == 0, run.stderr
    assert rows(tmp_path) == rows(whole)
    assert (
        Manifest.read(tmp_path / "prepared/mlfigs").fingerprint == Manifest.read(whole / "prepared/mlfigs").fingerprint
    )


def test_training_reads_what_was_prepared(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(composed(*TINY, f"paths.data={whole}", f"paths.outputs={whole}", "dry_run=true"))
    assert f"prepared data in {whole}" in capsys.readouterr().out


def test_inspecting_shows_each_split_as_a_picture_and_as_a_page(whole: Path) -> None:
    run = prepare(whole, "action=inspect", "pictures=4")
    assert run.returncode == 0, run.stderr
    made = [Path(line) for line in run.stdout.split() if line.endswith((".png", ".html"))]
    assert {(path.stem, path.suffix) for path in made} == {
        (split, suffix) for split in ("train", "val", "test") for suffix in (".png", ".html")
    }
    assert all(path.stat().st_size > 1000 for path in made)


class Hub(BaseHTTPRequestHandler):
    """As much of the hub's web interface as a download needs, over the files in `root`."""

    commit = "0123456789abcdef0123456789abcdef01234567"

    def __init__(self, root: Path, *arguments: object) -> None:
        self.root = root
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        api = "/api/datasets/salamnocap/ml-figs/"
        if self.path.startswith(f"{api}tree/"):
            return self.answer(
                json.dumps([self.listed(p) for p in self.root.rglob("*") if p.is_file()]).encode(), "tree"
            )
        if self.path.startswith(f"{api}revision/"):
            return self.answer(json.dumps({"id": "salamnocap/ml-figs", "sha": self.commit}).encode(), "revision")
        _, _, name = self.path.partition(f"/datasets/salamnocap/ml-figs/resolve/{self.commit}/")
        return self.answer((self.root / name).read_bytes(), hashlib.sha1(name.encode()).hexdigest())

    def listed(self, path: Path) -> dict[str, object]:
        name, size = path.relative_to(self.root).as_posix(), path.stat().st_size
        return {"type": "file", "path": name, "size": size, "oid": hashlib.sha1(name.encode()).hexdigest()}

    def answer(self, body: bytes, tag: str) -> None:
        self.send_response(200)
        for key, value in {"ETag": f'"{tag}"', "X-Repo-Commit": self.commit, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    """The address of a hub that holds a small ML-Figs, and a file that nobody needs."""
    root = write_original(tmp_path / "on-the-hub", 12)
    (root / "README.md").write_text("card")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Hub, root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_from_hub_downloads_what_is_needed_and_prepares_it(hub: str, tmp_path: Path) -> None:
    run = prepare(tmp_path, "from=hub", HF_ENDPOINT=hub, HF_HUB_DISABLE_XET="1")
    assert run.returncode == 0, run.stderr
    assert len(rows(tmp_path)) == 12
    assert not list(tmp_path.glob("original/mlfigs/hub/README.md"))


def test_without_a_network_it_says_which_files_to_put_where(tmp_path: Path) -> None:
    run = prepare(tmp_path, "from=hub", HF_ENDPOINT="http://127.0.0.1:9")
    assert run.returncode == 2 and "Traceback" not in run.stderr
    assert "salamnocap/ml-figs could not be downloaded" in run.stderr
    assert "mlfigs_train.json" in run.stderr and "https://huggingface.co/datasets/salamnocap/ml-figs" in run.stderr
    assert "from=FOLDER" in run.stderr and len(run.stderr.splitlines()) == 1


BAD = {
    "": "error: from: say from=FOLDER, one that holds the folder ml-figs/",
    "from=/nowhere/at/all": "error: from=/nowhere/at/all: there is no such file or folder",
    "from=hub shard=2": "error: shard=2: with num_shards=1 the last one is 0",
    "from=hub loss=tpl": "error: loss: no such key",
    "from=hub action=conver": "error: action=conver: must be one of convert, inspect",
}


@pytest.mark.parametrize("arguments", BAD)
def test_a_wrong_command_is_answered_with_one_sentence(arguments: str, tmp_path: Path) -> None:
    run = prepare(tmp_path, *arguments.split())
    assert run.returncode == 2 and run.stderr.startswith(BAD[arguments])
    assert not list(tmp_path.iterdir())


def test_too_many_bad_samples_stop_it_and_the_list_says_which(tmp_path: Path) -> None:
    original = write_original(tmp_path / "original", 20)
    (original / "ml-figs/Book_1/image/Figure7.png").write_bytes(b"")
    run = prepare(tmp_path, f"from={original}")
    assert run.returncode == 2 and "1 of 20 samples are bad (5.0%)" in run.stderr
    allowed = prepare(tmp_path, f"from={original}", "dataset.max_bad_fraction=0.1")
    assert allowed.returncode == 0 and "1 x the picture has no bytes" in allowed.stdout
    listed = (tmp_path / "prepared/mlfigs/bad_samples.csv").read_text().splitlines()
    assert listed == ["key,reason", "ml-figs/Book_1/image/Figure7.png,the picture has no bytes"]
