"""Bad input on its way through a preparation: the harmless is kept, the rest listed, nothing leaves the folder.

What one reader, the decoder or the unpacker does alone is promised in their own tests; here they work together.
"""

from __future__ import annotations

import csv
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from figgen.data.decoding import decode
from figgen.data.miniatures.mlfigs import MlFigsMiniature
from figgen.data.preparing.fetching import Origin
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.mlfigs import MlFigs
from figgen.data.shards import records
from figgen.data.source import DataSource
from figgen.runs.errors import DataError

NUM_GOOD = 20
BOOK = "ml-figs/Book_1/image"
OCR = {"text": ["word"], "left": [2], "top": [3], "width": [9], "height": [5], "conf": [96]}
NAN_OCR = {"text": ["lost", "kept"], "left": [float("nan"), 1], "top": [0, 1], "width": [9, 9], "height": [5, 5]}


def pixels(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (16, 20, 3), dtype=np.uint8)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def with_exif(note: bytes, kind: str = "PNG") -> bytes:
    return encoded(Image.fromarray(pixels()), kind, exif=note)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, depth: int, rows: bytes) -> bytes:
    """An RGB PNG that says it is so large, whatever its rows hold."""
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


PICTURE = Image.fromarray(pixels())
FRAMES = {"save_all": True, "append_images": [Image.new("RGB", (20, 16), "blue")]}
TURNED = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # by 90 degrees, in 32 bytes

HARMLESS = {
    "cmyk.jpg": encoded(PICTURE.convert("CMYK"), "JPEG"),
    "grey16.png": encoded(Image.fromarray(pixels()[:, :, 0].astype(np.uint16) * 257)),
    "rgb16.png": png_of(20, 16, 16, b"".join(b"\0" + bytes(20 * 6) for _ in range(16))),
    "palette.png": encoded(PICTURE.convert("P")),
    "alpha.png": encoded(PICTURE.convert("RGBA")),
    "grey-alpha.png": encoded(PICTURE.convert("LA")),
    "animated.gif": encoded(PICTURE, "GIF", **FRAMES),
    "animated.png": encoded(PICTURE, "PNG", **FRAMES),
    "animated.webp": encoded(PICTURE, "WEBP", **FRAMES),
    "rotated.jpg": with_exif(TURNED, "JPEG"),
    "torn-exif.png": with_exif(b"Exif\0\0what is this?"),
}
HARMFUL = {
    "truncated.png": (encoded(PICTURE)[:300], "the picture cannot be decoded"),
    "truncated.jpg": (encoded(PICTURE, "JPEG")[:500], "the picture cannot be decoded"),
    "truncated.webp": (encoded(PICTURE, "WEBP")[:100], "the picture cannot be decoded"),
    "zero-byte.png": (b"", "the picture has no bytes"),
    "page.png": (
        b"<!DOCTYPE html><title>404</title>",
        "the picture cannot be decoded (it is in no format of pictures)",
    ),
    "one-pixel.png": (encoded(Image.new("RGB", (1, 1))), "the picture has only 1 x 1 pixels"),
    "huge.png": (png_of(12_000, 8_000, 8, b""), "the picture is absurdly large (12000 x 8000 pixels)"),
    "bomb.png": (png_of(100_000, 100_000, 8, b""), "the picture is absurdly large"),
    "missing.png": (None, "the picture is missing"),
}
WRONG_ENTRIES: dict[str, tuple[dict[str, Any], str]] = {
    "no-caption.png": ({"caption": None}, "the entry has no caption"),
    "blank-caption.png": ({"caption": " \n"}, "the entry has no caption"),
    "torn-ocr.png": ({"ocr": OCR | {"conf": []}}, "ocr is not a dict of equally long lists"),
}


def entry(name: str, **changes: Any) -> dict[str, Any]:
    return {"caption": f"Figure {name}", "figType": "Figure", "renderURL": f"{BOOK}/{name}", "ocr": OCR} | changes


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ML-Figs with NUM_GOOD plain figures and everything above, and beside it a picture that one entry reaches for."""
    folder = tmp_path_factory.mktemp("bad") / "original"
    (folder / BOOK).mkdir(parents=True)
    plain = {f"plain-{number}.png": encoded(Image.fromarray(pixels(number))) for number in range(NUM_GOOD)}
    contents = plain | HARMLESS | {name: data for name, (data, _) in HARMFUL.items()}
    contents |= dict.fromkeys([*WRONG_ENTRIES, "nan.png"], encoded(PICTURE))
    for name, data in contents.items():
        if data is not None:
            (folder / BOOK / name).write_bytes(data)
    (folder.parent / "outside.png").write_bytes(encoded(PICTURE))
    entries: list[Any] = [entry(name, **WRONG_ENTRIES.get(name, ({}, ""))[0]) for name in contents if name != "nan.png"]
    entries += [entry("nan.png", ocr=NAN_OCR | {"conf": [90, 90]}), entry("plain-3.png"), "no entry"]
    entries += [entry("", renderURL="ml-figs/../../outside.png")]
    (folder / "ml-figs/mlfigs_train.json").write_text(json.dumps(entries))
    (folder / "ml-figs/mlfigs_test.json").write_text("[]")
    return folder


EXPECTED = {
    **{f"{BOOK}/{name}": reason for name, (_, reason) in {**HARMFUL, **WRONG_ENTRIES}.items()},
    f"{BOOK}/plain-3.png": "the key occurs twice",
    f"mlfigs_train.json[{NUM_GOOD + len(HARMLESS) + len(HARMFUL) + len(WRONG_ENTRIES) + 2}]": "names no picture",
    "ml-figs/../../outside.png": "renderURL leaves the dataset's folder",
}


def prepare(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "figgen.prepare", *arguments, f"paths.data={data}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ})


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def listed_in(path: Path) -> dict[str, str]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["key"] for row in rows}) == len(rows)
    return {row["key"]: row["reason"] for row in rows}


def test_more_bad_samples_than_allowed_stop_the_command_which_says_why(original: Path, tmp_path: Path) -> None:
    before = files_below(original.parent)
    run = prepare(tmp_path / "data", f"from={original}")
    assert run.returncode == 2 and "Traceback" not in run.stderr
    total = len(EXPECTED) + NUM_GOOD + len(HARMLESS) + 1
    assert f"{len(EXPECTED)} of {total} samples are bad" in run.stderr and "allows 1.0%" in run.stderr
    (path,) = tmp_path.glob("data/prepared/.mlfigs.*/bad_samples.csv")
    assert str(path) in run.stderr and set(listed_in(path)) == set(EXPECTED)
    assert not (tmp_path / "data/prepared/mlfigs").exists()
    assert files_below(original.parent) == before and [path.name for path in tmp_path.iterdir()] == ["data"]


def test_allowed_bad_samples_are_listed_each_with_its_reason_and_all_others_are_kept(
    original: Path, tmp_path: Path
) -> None:
    run = prepare(tmp_path, f"from={original}", "dataset.max_bad_fraction=0.5")
    assert run.returncode == 0, run.stderr
    assert f"{len(EXPECTED)} bad samples" in run.stdout
    listed = listed_in(tmp_path / "prepared/mlfigs/bad_samples.csv")
    assert set(listed) == set(EXPECTED)
    for key, reason in EXPECTED.items():
        assert reason in listed[key]
        assert "object at 0x" not in listed[key]  # the same in every run
    kept = {row.key: row for split in ("train", "val") for row in records(tmp_path / "prepared/mlfigs", split)}
    good = [*(f"plain-{number}.png" for number in range(NUM_GOOD)), *HARMLESS, "nan.png"]
    assert set(kept) == {f"{BOOK}/{name}" for name in good}
    assert all(kept[f"{BOOK}/{name}"].image == data for name, data in HARMLESS.items())


def test_a_box_of_nan_is_not_in_the_batch_and_the_one_beside_it_is(original: Path, tmp_path: Path) -> None:
    prepare_folder(MlFigs(), original, tmp_path / "prepared/mlfigs", max_bad_fraction=0.5)
    source = DataSource("mlfigs", MlFigs(), MlFigsMiniature(), tmp_path, size=(32, 32))
    splits = [source.split("train"), source.split("val")]
    batches = [split.batch(range(len(split))) for split in splits]
    assert all(batch.boxes.quads.isfinite().all() for batch in batches)
    assert [text for batch in batches for text in batch.boxes.texts].count("kept") == 1
    assert not any("lost" in batch.boxes.texts for batch in batches)


def test_a_torn_exif_note_costs_no_picture() -> None:
    assert np.array_equal(decode(HARMLESS["torn-exif.png"]), pixels())
    assert decode(HARMLESS["rotated.jpg"]).shape == (20, 16, 3)  # turned: the note of this one is whole


def test_sixteen_bits_a_colour_are_scaled_to_eight() -> None:
    rows = b"".join(b"\0" + struct.pack(">HHH", 65535, 32896, 257) * 6 for _ in range(6))
    assert (decode(png_of(6, 6, 16, rows)) == (255, 128, 1)).all()


@pytest.mark.parametrize("name", ["animated.gif", "animated.png", "animated.webp"])
def test_an_animation_of_any_kind_shows_its_first_frame(name: str) -> None:
    shown = decode(HARMLESS[name])
    assert shown.shape == (16, 20, 3) and not (shown.reshape(-1, 3) == (0, 0, 255)).all(1).mean() > 0.5


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_truncated_picture_of_any_kind_is_refused_not_padded(kind: str, kept: float) -> None:
    whole = encoded(Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8)), kind)
    assert decode(whole).shape == (60, 80, 3)
    with pytest.raises(DataError, match="cannot be decoded"):
        decode(whole[: int(kept * len(whole))])


def test_half_a_character_in_a_caption_or_a_word_is_replaced_and_in_a_key_refused(tmp_path: Path) -> None:
    """JSON can say \\ud800, which is no character and cannot be written down."""
    (tmp_path / "original" / BOOK).mkdir(parents=True)
    for name in ("a.png", "b.png"):
        (tmp_path / "original" / BOOK / name).write_bytes(encoded(PICTURE))
    entries = [entry("a.png", caption="A curve \ud800."), entry("b.png", ocr=OCR | {"text": ["\udc00"]})]
    (tmp_path / "original/ml-figs/mlfigs_test.json").write_text(json.dumps([*entries, entry("\udfff.png")]))
    (tmp_path / "original/ml-figs/mlfigs_train.json").write_text("[]")
    manifest = prepare_folder(MlFigs(), tmp_path / "original", tmp_path / "shards", max_bad_fraction=0.5)
    assert manifest is not None and manifest.counts == {"test": 2}
    first, second = records(tmp_path / "shards", "test")
    assert (first.caption, second.boxes[0].text) == ("A curve \ufffd.", "\ufffd")
    assert listed_in(tmp_path / "shards/bad_samples.csv") == {f"{BOOK}/\ufffd.png": "its key holds half a character"}


# ---- Archives --------------------------------------------------------------------------------------------------------


def zip_with(path: Path, name: str, data: bytes = b"x", mode: int = 0) -> None:
    member = zipfile.ZipInfo(name)
    member.external_attr = mode << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, data, zipfile.ZIP_DEFLATED)


def tar_with(path: Path, name: str, link: str = "") -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = (tarfile.SYMTYPE, link) if link else (tarfile.REGTYPE, "")
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(member, io.BytesIO())


EVIL: dict[str, tuple[str, Callable[[Path], None]]] = {
    "a zip that goes up": ("leaves the folder", lambda folder: zip_with(folder / "evil.zip", "../../../../evil")),
    "a zip of absolute paths": ("absolute", lambda folder: zip_with(folder / "evil.zip", f"{folder}/evil")),
    "a zip of links": ("link", lambda folder: zip_with(folder / "evil.zip", "evil", b"/etc/passwd", 0o120777)),
    "a bomb": ("goes beyond", lambda folder: zip_with(folder / "evil.zip", "evil", bytes(65 * 2**20))),
    "a tar that goes up": ("leaves the folder", lambda folder: tar_with(folder / "evil.tar.gz", "../../../evil")),
    "a tar of absolute paths": ("absolute", lambda folder: tar_with(folder / "evil.tar.gz", f"{folder}/evil")),
    "a tar of links": ("link", lambda folder: tar_with(folder / "evil.tar.gz", "evil", "/etc/passwd")),
}


@pytest.mark.parametrize("case", EVIL)
def test_an_evil_archive_is_refused_and_nothing_of_it_stays_anywhere(case: str, tmp_path: Path) -> None:
    reason, write = EVIL[case]
    (tmp_path / "given").mkdir()
    write(tmp_path / "given")
    before = files_below(tmp_path)
    origin = Origin("mlfigs", {}, None, ["*.zip", "*.tar.gz"], tmp_path / "data/original/mlfigs")
    with pytest.raises(DataError, match=reason):
        origin.find(str(tmp_path / "given"))
    assert files_below(tmp_path) == before


def test_the_command_refuses_an_evil_archive_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    tar_with(tmp_path / "given/00000.tar.gz", "../../../../../evil")
    before = files_below(tmp_path / "given")
    run = prepare(tmp_path / "data", "dataset=mario", f"from={tmp_path / 'given'}")
    assert run.returncode == 2 and "leaves the folder" in run.stderr and "Traceback" not in run.stderr
    assert files_below(tmp_path / "given") == before and not list(tmp_path.rglob("evil"))
    assert not (tmp_path / "data/prepared/mario").exists()
