"""From samples to shards: what is kept, what is listed as bad, what is refused, and what validation is made of."""

import csv
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from figgen.data.manifest import Manifest
from figgen.data.preparing.log import Log
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.sidecar import write_words
from figgen.data.record import BadSample, Item, Record
from figgen.data.shards import records
from figgen.ocr.boxes import TextBox
from figgen.runs.errors import DataError


def picture(number: int, height: int = 12, width: int = 20) -> bytes:
    stream = io.BytesIO()
    pixels = np.random.default_rng(number).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def record(number: int, split: str = "train", **changes: Any) -> Record:
    boxes = tuple(TextBox.from_ltwh(1 + n, 2, 5, 4, f"word{n}", confidence=0.5) for n in range(number % 3))
    plain = Record(
        f"item-{number}", split, picture(number), f"Caption {number}: ε ≤ δ", boxes, extras={"page": [number]}
    )
    return replace(plain, **changes)


@dataclass(frozen=True)
class Listed:
    """A reader of samples that lie in memory."""

    samples: Sequence[Record | BadSample]
    splits: tuple[str, ...] = ("train", "test")
    identity: dict[str, Any] = field(default_factory=lambda: {"reader": "listed", "text": "caption"})

    def items(self, folder: Path) -> list[Item | BadSample]:
        return [Item(s.key, s.split, s) if isinstance(s, Record) else s for s in self.samples]

    def record(self, folder: Path, item: Item) -> Record:
        record: Record = replace(item.where, split=item.split)
        if not record.caption:
            raise DataError("no caption")
        return record


def prepared(tmp_path: Path, samples: Sequence[Record | BadSample], **options: Any) -> Manifest:
    """The manifest of the one preparation of all samples."""
    manifest = sharded(tmp_path, samples, **options)
    assert manifest is not None
    return manifest


def sharded(tmp_path: Path, samples: Sequence[Record | BadSample], **options: Any) -> Manifest | None:
    """What one process gets, which may do a share of the work only."""
    reader = options.pop("reader", None) or Listed(samples)
    return prepare_folder(reader, tmp_path / "original", tmp_path / "shards", **options)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four samples a chunk."""
    monkeypatch.setattr("figgen.data.preparing.plan.LEAST_CHUNK", 4)


def test_every_field_of_a_record_comes_back_from_the_shards(tmp_path: Path) -> None:
    test = [record(i, "test") for i in range(7)]
    manifest = prepared(tmp_path, [*test, record(100)])
    assert list(records(tmp_path / "shards", "test")) == test
    assert manifest == Manifest.read(tmp_path / "shards") and manifest.counts["test"] == 7


def test_many_chunks_read_as_one_split(tmp_path: Path, small_chunks: None) -> None:
    test = [record(i, "test") for i in range(10)]
    prepared(tmp_path, test)
    assert len(list((tmp_path / "shards").glob("test-*.arrow"))) == 3
    assert list(records(tmp_path / "shards", "test")) == test


def test_validation_is_carved_from_train_by_key_and_never_from_test(tmp_path: Path) -> None:
    samples = [record(i, image=picture(0)) for i in range(400)]
    samples += [record(i, "test", image=picture(0)) for i in range(400, 500)]
    counts = prepared(tmp_path, samples).counts
    assert counts["test"] == 100 and counts["train"] + counts["val"] == 400
    assert 4 <= counts["val"] <= 32  # 4 % of 400, give or take three standard deviations
    chosen = {row.key for row in records(tmp_path / "shards", "val")}
    prepared(tmp_path, samples[:200][::-1])  # fewer records in another order: the same keys are chosen
    assert {row.key for row in records(tmp_path / "shards", "val")} == chosen & {row.key for row in samples[:200]}


def test_a_small_set_gets_a_validation_split_too(tmp_path: Path) -> None:
    assert prepared(tmp_path, [record(i) for i in range(24)]).counts["val"] > 1


def test_a_validation_split_of_the_original_is_kept_as_it_is(tmp_path: Path) -> None:
    samples = [record(i) for i in range(60)] + [record(60, "val")]
    manifest = prepared(tmp_path, samples, reader=Listed(samples, splits=("train", "val", "test")))
    assert manifest.counts == {"train": 60, "val": 1} and manifest.val_fraction == 0


def test_bad_samples_are_skipped_counted_and_listed_with_reasons(tmp_path: Path) -> None:
    bad: list[Record | BadSample] = [
        BadSample("gone", "the picture is missing"),
        record(1, key="torn", image=picture(1)[:60]),
        record(2, key="odd", split="dev"),
        record(3, "test"),
    ]
    manifest = prepared(tmp_path, [record(3, "test"), *bad], max_bad_fraction=0.9)
    with (tmp_path / "shards/bad_samples.csv").open() as file:
        listed = {row["key"]: row["reason"] for row in csv.DictReader(file)}
    assert manifest.num_bad == 4 and manifest.counts == {"test": 1}
    assert listed["gone"] == "the picture is missing" and "decoded" in listed["torn"]
    assert "dev" in listed["odd"] and "twice" in listed["item-3"]


def test_too_many_bad_samples_stop_the_work_and_leave_what_was_there(tmp_path: Path) -> None:
    before = prepared(tmp_path, [record(i) for i in range(3)])
    samples = [record(i) for i in range(98)] + [BadSample(f"bad-{i}", "no caption") for i in range(2)]
    with pytest.raises(DataError, match=r"2 of 100 .*max_bad_fraction allows 1\.0%.*no caption.*bad_samples\.csv"):
        prepared(tmp_path, samples)
    assert Manifest.read(tmp_path / "shards") == before
    assert prepared(tmp_path, samples, max_bad_fraction=0.02).num_bad == 2


def test_nothing_good_is_refused_whatever_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="0 of 0"):
        prepared(tmp_path, [], max_bad_fraction=1.0)


def test_the_fingerprint_follows_the_content_the_reader_and_the_detector_but_not_the_place(tmp_path: Path) -> None:
    def nothing_found(pictures: Sequence[np.ndarray]) -> list[list[TextBox]]:
        return [[] for _ in pictures]

    samples = [record(i) for i in range(3)]
    base = prepared(tmp_path / "a", samples).fingerprint
    assert prepared(tmp_path / "b", samples).fingerprint == base
    other_text = Listed(samples, identity={"reader": "listed", "text": "caption_and_type"})
    others = [
        prepared(tmp_path / "c", samples, reader=other_text),
        prepared(tmp_path / "d", samples, detector=nothing_found),
        prepared(tmp_path / "e", [*samples[:2], record(2, caption="Another.")]),
        prepared(tmp_path / "f", [*samples[:2], record(2, image=picture(9))]),
    ]
    assert len({base, *(manifest.fingerprint for manifest in others)}) == 5


def test_a_detector_replaces_the_words_that_came_along(tmp_path: Path) -> None:
    def width_reader(pictures: Sequence[np.ndarray]) -> list[list[TextBox]]:
        return [[TextBox.from_ltwh(0, 0, 4, 4, str(pixels.shape[1]))] for pixels in pictures]

    samples = [record(i, "test", image=picture(i, width=20 + i)) for i in range(70)]  # more than one chunk
    prepared(tmp_path, samples, detector=width_reader)
    assert [row.boxes[0].text for row in records(tmp_path / "shards", "test")] == [str(20 + i) for i in range(70)]


def test_a_preparation_that_dies_leaves_no_folder_that_looks_finished(tmp_path: Path) -> None:
    class Dies(Listed):
        def record(self, folder: Path, item: Item) -> Record:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepared(tmp_path, [], reader=Dies([record(0)]))
    assert not (tmp_path / "shards").exists()
    prepared(tmp_path, [record(0)])
    assert {path.name for path in tmp_path.iterdir()} == {"shards", ".locks"}


@dataclass(frozen=True)
class Counted(Listed):
    """Says what was read, and stops like a killed process when asked for `dies_at`."""

    read: list[str] = field(default_factory=list)
    dies_at: str = ""

    def record(self, folder: Path, item: Item) -> Record:
        if item.key == self.dies_at:
            raise KeyboardInterrupt
        self.read.append(item.key)
        return super().record(folder, item)


def all_rows(folder: Path) -> list[Record]:
    splits = Manifest.read(folder).counts
    return [row for split in sorted(splits) for row in records(folder, split)]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".arrow", ".csv")}


def test_a_preparation_that_was_stopped_goes_on_without_loss_or_twins(tmp_path: Path, small_chunks: None) -> None:
    samples = [*(record(i) for i in range(20)), record(20, "test"), BadSample("gone", "missing")]
    whole = prepared(tmp_path / "whole", samples, max_bad_fraction=0.1)
    first, second = Counted(samples, dies_at="item-14"), Counted(samples)
    with pytest.raises(KeyboardInterrupt):
        prepared(tmp_path / "cut", [], reader=first, max_bad_fraction=0.1)
    assert prepared(tmp_path / "cut", [], reader=second, max_bad_fraction=0.1).fingerprint == whole.fingerprint
    assert files(tmp_path / "cut/shards") == files(tmp_path / "whole/shards")
    assert second.read == [f"item-{i}" for i in range(12, 21)]  # three chunks of four were there


@dataclass(frozen=True)
class Slow:
    """A detector that two threads ask, and that never answers for the one picture of this width."""

    workers: int = 2
    stuck: int = 0

    def __call__(self, pictures: Sequence[np.ndarray]) -> list[list[TextBox]]:
        time.sleep(600 if pictures[0].shape[1] == self.stuck else 0)
        return [[TextBox.from_ltwh(0, 0, 4, 4, str(pixels.shape[1]))] for pixels in pictures]

    def __repr__(self) -> str:
        return "Slow()"  # stuck or not, it is the same detector


@dataclass(frozen=True)
class Noted(Listed):
    """Notes in a file which samples are read."""

    notes: Path = Path()

    def record(self, folder: Path, item: Item) -> Record:
        with self.notes.open("a") as file:
            file.write(f"{item.key}\n")
        return super().record(folder, item)


def test_a_killed_preparation_reads_again_only_what_its_threads_had_in_hand(tmp_path: Path) -> None:
    """The picture of item 10 holds one of two threads while the other one goes on: then comes SIGKILL."""
    samples = [record(i, "test", image=picture(i, width=20 + i)) for i in range(60)] + [BadSample("gone", "missing")]
    whole = prepared(tmp_path / "whole", samples, detector=Slow(), max_bad_fraction=0.1)
    cut, notes = tmp_path / "cut", [tmp_path / name for name in ("first", "second")]
    process = get_context("spawn").Process(
        target=prepare_folder,
        args=(Noted(samples, notes=notes[0]), cut / "original", cut / "shards"),
        kwargs={"detector": Slow(stuck=30)},
    )
    process.start()
    while not (notes[0].exists() and len(notes[0].read_text().split()) >= 40):
        assert process.is_alive(), "it ended before it was killed"
        time.sleep(0.01)
    process.kill()
    process.join()
    reader = Noted(samples, notes=notes[1])
    again = prepare_folder(reader, cut / "original", cut / "shards", detector=Slow(), max_bad_fraction=0.1)
    assert (
        again and again.fingerprint == whole.fingerprint and files(cut / "shards") == files(tmp_path / "whole/shards")
    )
    first, second = (path.read_text().split() for path in notes)
    twice = {*first} & {*second}
    assert "item-10" in twice and len(twice) <= 2 and len(first) >= 40
    assert {*first} | {*second} == {f"item-{i}" for i in range(60)}


def test_a_torn_row_is_cut_off_and_what_stands_before_it_is_kept(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", pa.schema([("number", pa.int64()), ("text", pa.string())]))
    kept = [{"number": 1, "text": "whole"}, {"number": 2, "text": None}]
    with log.appending() as append:
        for row in [*kept, {"number": 3, "text": "torn"}]:
            append([row])
    whole = log.path.read_bytes()
    for torn in (whole[:-1], whole[:-40] + bytes(40), whole[:-150], whole + bytes(16), whole + b"half a head"):
        log.path.write_bytes(torn)
        rows = [*kept, {"number": 3, "text": "torn"}] if torn.startswith(whole) else kept
        with log.appending() as append:
            append([{"number": 4, "text": "new"}])
        assert [row.to_pylist()[0] for row in log.rows()] == [*rows, {"number": 4, "text": "new"}]


def test_a_finished_preparation_is_not_done_again(tmp_path: Path) -> None:
    reader = Counted([record(i) for i in range(5)])
    again = Counted(reader.samples)
    assert prepared(tmp_path, [], reader=reader) == prepared(tmp_path, [], reader=again)
    assert len(reader.read) == 5 and again.read == []


def test_the_union_of_shards_is_the_unsharded_result_byte_by_byte(tmp_path: Path, small_chunks: None) -> None:
    samples = [*(record(i) for i in range(29)), *(record(i, "test") for i in range(29, 33)), record(3, caption="")]
    whole = prepared(tmp_path / "whole", samples, max_bad_fraction=0.1)
    order = [2, 0, 3, 1]  # of any machine
    made = [sharded(tmp_path / "cut", samples, shard=k, num_shards=4, max_bad_fraction=0.1) for k in order]
    assert made[:3] == [None] * 3 and made[3] and made[3].fingerprint == whole.fingerprint
    assert files(tmp_path / "cut/shards") == files(tmp_path / "whole/shards")
    assert all_rows(tmp_path / "cut/shards") == all_rows(tmp_path / "whole/shards")


def test_a_shard_that_died_is_done_again_alone(tmp_path: Path, small_chunks: None) -> None:
    samples = [record(i) for i in range(24)]
    shards = [Counted(samples), Counted(samples, dies_at="item-14"), Counted(samples)]
    assert sharded(tmp_path, [], reader=shards[0], shard=0, num_shards=3) is None
    with pytest.raises(KeyboardInterrupt):
        sharded(tmp_path, [], reader=shards[1], shard=1, num_shards=3)
    assert sharded(tmp_path, [], reader=shards[2], shard=2, num_shards=3) is None
    again = Counted(samples)
    manifest = sharded(tmp_path, [], reader=again, shard=1, num_shards=3)
    assert manifest is not None and sum(manifest.counts.values()) == 24
    assert again.read == [f"item-{i}" for i in range(12, 16)]
    assert {row.key for row in all_rows(tmp_path / "shards")} == {s.key for s in samples}


def test_more_shards_than_chunks_leave_some_shards_nothing_to_do(tmp_path: Path) -> None:
    made = [sharded(tmp_path, [record(i) for i in range(3)], shard=k, num_shards=8) for k in range(8)]
    assert made[-1] is not None and made[-1].counts == Manifest.read(tmp_path / "shards").counts


def test_with_another_limit_nothing_is_read_again(tmp_path: Path) -> None:
    samples = [record(0), record(1, caption=""), record(2, "test")]
    with pytest.raises(DataError, match="1 of 3"):
        prepared(tmp_path, samples)
    reader = Counted(samples)
    assert prepared(tmp_path, [], reader=reader, max_bad_fraction=0.5).num_bad == 1
    assert reader.read == []


def test_words_beside_the_data_serve_records_without_words_of_their_own(tmp_path: Path) -> None:
    word = TextBox(((1, 2), (9, 3), (8, 6), (0, 5)), "aslant", 0.25)
    samples = [record(0, "test"), record(1, "test")]  # the second has a word of its own
    assert not samples[0].boxes and samples[1].boxes
    (tmp_path / "original").mkdir()
    without = prepared(tmp_path / "b", samples).fingerprint
    write_words(tmp_path / "original", {"item-0": [word], "item-1": [word]})
    manifest = prepared(tmp_path, samples)
    assert [row.boxes for row in records(tmp_path / "shards", "test")] == [(word,), samples[1].boxes]
    assert manifest.fingerprint != without


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"key": "a"}',
        '{"key": "a", "quads": [[1, 2]], "texts": ["x"]}',
        '{"key": "a", "quads": [], "texts": ["x"]}',
    ],
)
def test_a_broken_line_of_words_is_listed_and_the_other_lines_hold(tmp_path: Path, line: str) -> None:
    word = TextBox(((1, 2), (9, 3), (8, 6), (0, 5)), "aslant", 0.25)
    (tmp_path / "original").mkdir()
    write_words(tmp_path / "original", {"item-0": [word]})
    with (tmp_path / "original/words.jsonl").open("a") as file:
        file.write(f"\n{line}\n")
    assert prepared(tmp_path, [record(0, "test")], max_bad_fraction=0.5).num_bad == 1
    assert [row.boxes for row in records(tmp_path / "shards", "test")] == [(word,)]
    listed = (tmp_path / "shards/bad_samples.csv").read_text()
    assert "words.jsonl, line 3" in listed and "its picture has no words" in listed
