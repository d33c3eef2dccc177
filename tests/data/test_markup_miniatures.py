"""The drawn markup datasets: parquet files as the hub has them, read by the code that reads the real ones."""

import io
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from omegaconf import OmegaConf
from PIL import Image

from figgen.data.manifest import Manifest
from figgen.data.miniatures import hub, im2html, im2latex, im2ly, im2smiles
from figgen.data.miniatures.hub import HubMiniature
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.markup import Markup
from figgen.data.record import Record
from figgen.data.shards import records
from figgen.runs.errors import DataError

MODULES = {"im2latex": im2latex, "im2html": im2html, "im2ly": im2ly, "im2smiles": im2smiles}
NEEDED = {"im2latex": (), "im2html": (), "im2ly": ("verovio", "resvg_py"), "im2smiles": ("rdkit",)}
COLUMNS = {
    "im2latex": ["formula", "filename", "image"],
    "im2html": ["html", "filename", "image"],
    "im2ly": ["source", "filename", "image", "source_orig"],
    "im2smiles": ["smiles", "filename", "image"],
}
SIZES = {"im2latex": (64, 320), "im2html": (64, 64), "im2ly": (192, 448), "im2smiles": (128, 128)}  # height, width
COUNTS = (5, 3, 4)  # train, val, test


def miniature(name: str, *options: int) -> HubMiniature:
    for module in NEEDED[name]:
        pytest.importorskip(module, reason=f"the extra that draws {name} is not installed")
    return MODULES[name].Miniature(*options)


@pytest.fixture(scope="module", params=MODULES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The name of a dataset, and a small one on disk."""
    folder = tmp_path_factory.mktemp(request.param) / "original"
    miniature(request.param, *COUNTS).write(folder, workers=1)
    return request.param, folder


def test_each_split_is_one_parquet_file_with_the_published_columns(written: tuple[str, Path]) -> None:
    name, folder = written
    for split, count in zip(("train", "val", "test"), COUNTS, strict=True):
        (path,) = folder.glob(f"data/{split}-00000-of-00001-????????????????.parquet")
        table = pq.read_table(path)
        assert (table.column_names, len(table)) == (COLUMNS[name], count)
        assert str(table.schema.field("image").type) == "struct<bytes: binary, path: string>"
        assert {str(table.schema.field(text).type) for text in COLUMNS[name] if text != "image"} == {"string"}
        features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
        assert features["image"] == {"_type": "Image"} and list(features) == COLUMNS[name]


def test_pictures_are_rgb_png_files_of_the_published_size_with_ink_on_them(written: tuple[str, Path]) -> None:
    name, folder = written
    for path in folder.glob("data/*.parquet"):
        for image in pq.read_table(path).column("image").to_pylist():
            picture = Image.open(io.BytesIO(image["bytes"]))
            assert (picture.format, picture.mode, picture.size[::-1]) == ("PNG", "RGB", SIZES[name])
            darkest, lightest = picture.convert("L").getextrema()
            assert darkest < 150 and lightest == 255


def test_prepared_records_have_captions_and_the_words_that_lie_beside_them(
    written: tuple[str, Path], tmp_path: Path
) -> None:
    name, folder = written
    prepare_folder(Markup(COLUMNS[name][0]), folder, tmp_path / "prepared", max_bad_fraction=0)
    assert Manifest.read(tmp_path / "prepared").counts == dict(zip(("train", "val", "test"), COUNTS, strict=True))
    rows: list[Record] = [row for split in ("train", "val", "test") for row in records(tmp_path / "prepared", split)]
    assert all(row.caption.strip() for row in rows) and len({row.image for row in rows}) == len(rows)
    words = [box for row in rows for box in row.boxes]
    assert bool(words) == (name != "im2ly") == (folder / "words.jsonl").exists()
    height, width = SIZES[name]
    for left, top, right, bottom in (box.bounds for box in words):
        assert 0 <= left < right <= width and 0 <= top < bottom <= height


def test_two_processes_write_the_same_files_as_one(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    small = miniature("im2html", *COUNTS)
    small.write(tmp_path / "one", workers=1)
    small.write(tmp_path / "two", workers=2, on_progress=lambda done, total: heard.append((done, total)))
    files = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    assert files == {p.relative_to(tmp_path / "two"): p.read_bytes() for p in (tmp_path / "two").rglob("*.*")}
    assert heard[-1] == (12, 12)


@pytest.mark.parametrize("name", MODULES)
def test_fingerprints_name_the_counts_the_seed_and_what_draws(name: str) -> None:
    options = [(16, 4, 4, 0), (17, 4, 4, 0), (16, 5, 4, 0), (16, 4, 5, 0), (16, 4, 4, 1)]
    prints = {miniature(name, *option).fingerprint for option in options}
    assert len(prints) == 5 and all(library in next(iter(prints)) for library in MODULES[name].Miniature.drawn_by)


def test_a_fingerprint_waits_for_no_drawing_library() -> None:
    script = (
        "import sys\nfrom figgen.data.miniatures import im2latex\nim2latex.Miniature().fingerprint\n"
        "assert not {'matplotlib', 'pyarrow', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(("name", "extra", "missing"), [("im2ly", "music", "verovio"), ("im2smiles", "chem", "rdkit")])
def test_without_its_library_one_sentence_says_what_to_install(
    name: str, extra: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(library: str) -> str:
        raise PackageNotFoundError(library)

    monkeypatch.setattr(hub, "version", nowhere)
    small = MODULES[name].Miniature(*COUNTS)
    sentence = rf"miniature of {name} is drawn by {missing}.*pip install -e '\.\[{extra}\]'.*dataset={name} from=PATH"
    with pytest.raises(DataError, match=sentence):
        _ = small.fingerprint
    with pytest.raises(DataError, match=sentence):
        small.write(tmp_path / "original")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", MODULES)
def test_the_config_asks_for_enough_pictures_of_the_published_size(name: str) -> None:
    config = OmegaConf.load(Path(__file__).parents[2] / f"conf/dataset/{name}.yaml")
    drawn = config.miniature
    assert drawn.num_train >= 240 and drawn.num_val >= 40 and drawn.num_test >= 40
    assert tuple(config.sizes.paper) == SIZES[name] and config.reader.column == COLUMNS[name][0]
    assert config.channels == (3 if name == "im2smiles" else 1) and config.has_text == (name != "im2ly")
