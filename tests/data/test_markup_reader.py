"""The reader of im2latex and its kin against parquet files written by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reading import samples_of

from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.markup import Markup, first_shuffled, unique_keys
from figgen.data.record import BadSample, Record
from figgen.runs.errors import DataError

SPLITS = ("train", "val", "test")
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
Row = tuple[Any, Any, Any]  # formula, filename, bytes


def rows_for(split: str, number: int = 3) -> list[Row]:
    return [(f"{split} ^ {{ {i} }}", f"{split}{i}.png", f"picture {split} {i}".encode()) for i in range(number)]


def write(path: Path, rows: Sequence[Row], group: int = 2) -> None:
    columns = {
        "formula": pa.array([row[0] for row in rows], pa.string()),
        "filename": pa.array([row[1] for row in rows], pa.string()),
        "image": pa.array([None if row[2] is None else {"bytes": row[2], "path": row[1]} for row in rows], IMAGE),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, row_group_size=group)


def dataset(folder: Path, **splits: Sequence[Row]) -> Path:
    for split in SPLITS:
        write(folder / f"data/{split}-00000-of-00001-0123456789abcdef.parquet", splits.get(split, rows_for(split)))
    return folder


def read(folder: Path, **options: Any) -> list[Record | BadSample]:
    return samples_of(Markup("formula", **options), folder)


def reasons(results: Sequence[Record | BadSample]) -> dict[str, str]:
    return {result.key: result.reason for result in results if isinstance(result, BadSample)}


def test_every_row_of_all_three_splits_is_a_record(tmp_path: Path) -> None:
    results = read(dataset(tmp_path))
    assert [(r.key, r.split, r.caption, r.image) for r in results if isinstance(r, Record)] == [
        (f"{split}/{split}{i}.png", split, f"{split} ^ {{ {i} }}", f"picture {split} {i}".encode())
        for split in SPLITS
        for i in range(3)
    ]


def test_a_split_in_several_files_is_read_in_their_order(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (path,) = folder.glob("data/train-*")
    path.unlink()
    write(folder / "data/train-00001-of-00002-aa.parquet", [("late", "late.png", b"2")])
    write(folder / "data/train-00000-of-00002-bb.parquet", [("early", "early.png", b"1")])
    assert [record.caption for record in read(folder) if record.key.startswith("train/")] == ["early", "late"]


def test_files_without_the_data_folder_or_the_hash_are_found(tmp_path: Path) -> None:
    for split in SPLITS:
        write(tmp_path / f"{split}-00000-of-00001.parquet", rows_for(split, 1))
    assert len(read(tmp_path)) == 3


def test_a_file_name_that_occurs_twice_makes_two_records(tmp_path: Path) -> None:
    rows = [("a", "same.png", b"1"), ("b", "same.png", b"2"), ("c", None, b"3")]
    keys = [record.key for record in read(dataset(tmp_path, train=rows)) if record.key.startswith("train/")]
    assert keys == ["train/same.png", "train/same.png@1", "train/@2"]
    assert unique_keys("val", ["x", "y", "x", "x"]) == ["val/x", "val/y", "val/x@2", "val/x@3"]


def test_further_text_columns_are_kept(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    for path in folder.glob("data/*.parquet"):
        table = pq.read_table(path)
        pq.write_table(table.append_column("source_orig", pa.array(["\\score"] * len(table))), path)
    (first, *_) = read(folder)
    assert isinstance(first, Record) and first.extras == {"filename": "train0.png", "source_orig": "\\score"}


def test_test_items_are_the_ones_that_the_paper_tests_on(tmp_path: Path) -> None:
    """`datasets` shuffles by NumPy's default_rng(seed).permutation, which begins with 5, 6, 0, 7 for ten rows."""
    assert first_shuffled(10, 4) == [0, 5, 6, 7]
    results = read(dataset(tmp_path, test=rows_for("test", 10)), test_items=4)
    assert [r.key for r in results if r.key.startswith("test/")] == [f"test/test{i}.png" for i in (0, 5, 6, 7)]
    assert len([r for r in results if r.key.startswith("train/")]) == 3


def test_rows_without_markup_or_picture_are_bad_and_the_others_stay(tmp_path: Path) -> None:
    train = [
        (None, "a.png", b"1"),
        ("  ", "b.png", b"2"),
        ("x", "c.png", None),
        ("x", "d.png", b""),
        ("x", "e.png", b"1"),
    ]
    results = read(dataset(tmp_path, train=train))
    missing, empty = "the formula is missing", "the picture is missing (image.bytes is empty)"
    assert reasons(results) == {
        "train/a.png": missing,
        "train/b.png": missing,
        "train/c.png": empty,
        "train/d.png": empty,
    }
    assert len(results) - len(reasons(results)) == 7


def test_zero_byte_pictures_end_in_the_list_of_bad_samples(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "original", train=[("x", "d.png", b"")], val=[], test=[])
    with pytest.raises(DataError, match=r"train/d\.png: the picture is missing .image\.bytes is empty."):
        prepare_folder(Markup("formula"), folder, tmp_path / "prepared")


def test_a_half_downloaded_file_is_named(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (path,) = folder.glob("data/val-*")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=rf"{path.name} is no whole parquet file .*: download it again"):
        Markup("formula").items(folder)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="is no whole parquet file"):
        Markup("formula").items(folder)


def test_torn_pictures_cost_their_row_group_and_no_other(tmp_path: Path) -> None:
    folder = dataset(tmp_path, train=rows_for("train", 6))
    (path,) = folder.glob("data/train-*")
    column = pq.ParquetFile(path).metadata.row_group(1).column(2)  # image.bytes of rows 2 and 3
    start, data = column.dictionary_page_offset or column.data_page_offset, bytearray(path.read_bytes())
    data[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(data)
    bad = reasons(read(folder))
    assert set(bad) == {"train/train2.png", "train/train3.png"}
    assert all(reason.startswith(f"row group 1 of {path.name} is torn") for reason in bad.values())


def test_torn_file_names_are_said_to_be_torn(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (path,) = folder.glob("data/test-*")
    column = pq.ParquetFile(path).metadata.row_group(0).column(1)
    start, data = column.dictionary_page_offset or column.data_page_offset, bytearray(path.read_bytes())
    data[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(data)
    with pytest.raises(DataError, match=rf"the column filename of .*{path.name} is torn"):
        Markup("formula").items(folder)


def test_a_missing_file_of_several_is_named(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (path,) = folder.glob("data/train-*")
    path.rename(path.with_name("train-00000-of-00003-aa.parquet"))
    with pytest.raises(DataError, match=r"1 of the 3 files of train; number 00001 is missing"):
        Markup("formula").items(folder)


def test_two_downloads_of_one_split_are_not_mixed(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    write(folder / "data/train-00000-of-00001-fedcba9876543210.parquet", rows_for("train"))
    with pytest.raises(DataError, match="several downloads of train"):
        Markup("formula").items(folder)


@pytest.mark.parametrize("split", SPLITS)
def test_a_missing_split_is_said_with_both_places_that_were_looked_in(tmp_path: Path, split: str) -> None:
    folder = dataset(tmp_path)
    next(folder.glob(f"data/{split}-*")).unlink()
    with pytest.raises(DataError, match=rf"no {split}-00000-of-00001-.*\.parquet in {folder}/data or {folder}:"):
        Markup("formula").items(folder)


@pytest.mark.parametrize(
    ("column", "change", "listed"),
    [
        ("html", {}, "formula .string., filename"),
        ("formula", {"formula": "latex"}, r"latex .string."),
        ("formula", {"image": "picture"}, r"picture .struct"),
        ("formula", {"filename": "name"}, r"name .string."),
    ],
)
def test_wrong_columns_are_listed_beside_those_looked_for(
    tmp_path: Path, column: str, change: dict[str, str], listed: str
) -> None:
    folder = dataset(tmp_path)
    for path in folder.glob("data/*.parquet"):
        table = pq.read_table(path)
        pq.write_table(table.rename_columns([change.get(name, name) for name in table.column_names]), path)
    with pytest.raises(DataError, match=rf"holds the columns .*{listed}.*looked for {column} \(string\)"):
        Markup(column).items(folder)


def test_pictures_that_are_no_structs_are_a_wrong_column(tmp_path: Path) -> None:
    folder = dataset(tmp_path)
    (path,) = folder.glob("data/train-*")
    pq.write_table(pa.table({"formula": ["x"], "filename": ["a.png"], "image": [b"1"]}), path)
    with pytest.raises(DataError, match=r"image .binary.: looked for"):
        Markup("formula").items(folder)


def test_options_that_change_the_records_change_the_identity() -> None:
    assert Markup("formula").identity != Markup("html").identity != Markup("html", 1024).identity
