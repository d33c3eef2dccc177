"""The reader of MARIO-LAION and MARIO-10M against folders written by hand, and against three real ones."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reading import samples_of

from figgen.data.decoding import decode
from figgen.data.readers.mario import Mario, split_of
from figgen.data.readers.mario_files import parse_word
from figgen.data.record import BadSample, Item, Record
from figgen.runs.errors import DataError

REAL = Path(__file__).parents[2] / "../shared/data/mario"
OCR = "Best 2,206,96,173,112,243,19,277 0.995647132396698\nhand 102,173,193,139,207,201,115,234 0.9959321618080139\n"


def jpeg(side: int = 512) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), (200, 30, 40)).save(file, "JPEG", quality=95)
    return file.getvalue()


def sample(folder: Path, key: str = "06269/062690093", **files: bytes | str | None) -> Path:
    """A MARIO folder; files are named by what stands before their dot, None leaves one out."""
    contents: dict[str, bytes | str | None] = {
        "image": jpeg(),
        "caption": "Best Hand Job In Town",
        "ocr": OCR,
        "info": json.dumps({"key": key.split("/")[1], "NSFW": "UNLIKELY"}),
    }
    names = {"image": "image.jpg", "caption": "caption.txt", "ocr": "ocr.txt", "info": "info.json"}
    (folder / key).mkdir(parents=True)
    for name, content in (contents | files).items():
        if content is not None:
            (folder / key / names[name]).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(folder: Path, reader: Mario | None = None) -> list[Record | BadSample]:
    return samples_of(reader or Mario(), folder)


def only(folder: Path) -> Record:
    (record,) = read(folder)
    assert isinstance(record, Record), record
    return record


def reason(folder: Path, reader: Mario | None = None) -> str:
    (bad,) = read(folder, reader)
    assert isinstance(bad, BadSample)
    return bad.reason


def words(folder: Path, ocr: bytes | str) -> list[tuple[str, float]]:
    return [(box.text, box.confidence) for box in only(sample(folder, ocr=ocr)).boxes]


@pytest.mark.skipif(not REAL.is_dir(), reason="the three real MARIO folders are not in ../shared/data/mario")
def test_real_folders_give_the_captions_and_corners_that_one_reads_in_them() -> None:
    records = {record.key: record for record in read(REAL) if isinstance(record, Record)}
    assert list(records) == ["06269_062690093", "06269_062692210", "27197_271975131"]
    car, show, tail = records.values()
    assert car.caption == "Blechschilder  MOORE - CARWASH - Best Hand Job In Town"
    assert [box.text for box in car.boxes] == ["in", "town!", "Best", "hand", "job"]
    assert car.boxes[2].quad == ((2, 206), (96, 173), (112, 243), (19, 277))
    assert car.boxes[2].confidence == 0.995647132396698
    assert show.caption == "Weekender: Win 40K Shadowspear & GW TOP TRUMP?"
    assert [box.text for box in show.boxes] == ["an", "DOWNSPEAR", "WIN", "Love", "40K", "T", "CHAT"]
    assert show.boxes[5].quad == ((184, 264), (218, 214), (295, 379), (262, 429))
    assert show.boxes[5].confidence == 0.11518792808055878
    assert tail.caption == "VH-EZT at Busselton Airport Tail shot"
    assert [(box.text, box.quad) for box in tail.boxes] == [
        ("VH-EZT", ((143, 133), (501, 82), (532, 301), (175, 352)))  # beyond the right edge, as published
    ]
    for record in records.values():
        assert decode(record.image).shape == (512, 512, 3)
        assert record.extras["info"]["key"] == record.key.split("_")[1]
        assert (record.extras["dropped_words"], record.extras["assumed_confidences"]) == (0, 0)


@pytest.mark.skipif(not REAL.is_dir(), reason="the three real MARIO folders are not in ../shared/data/mario")
def test_text_only_keeps_the_pixels_of_characters_and_no_others() -> None:
    key = "06269/062690093"
    whole, masked = (
        decode(next(iter(read(REAL, Mario(picture)))).image)  # type: ignore[union-attr]
        for picture in ("whole", "text_only")
    )
    is_text = np.load(REAL / key / "charseg.npy").repeat(2, axis=0).repeat(2, axis=1) > 0  # 256 => 512
    assert 0.05 < is_text.mean() < 0.5
    assert (masked[~is_text] == 255).all() and (masked[is_text] == whole[is_text]).all()


def test_folders_are_found_at_any_depth_and_are_named_as_the_index_file_names_them(tmp_path: Path) -> None:
    sample(tmp_path / "MARIO-10M/1", "00001/000010007")
    sample(tmp_path / "MARIO-10M/0", "00000/000000002")
    sample(tmp_path / "MARIO-10M/0", "00000/000000001")
    assert [item.key for item in Mario().items(tmp_path)] == ["00000_000000001", "00000_000000002", "00001_000010007"]
    assert [item.key for item in Mario().items(tmp_path / "MARIO-10M/1/00001")] == ["00001_000010007"]


def test_a_picture_is_in_the_same_split_whatever_lies_beside_it(tmp_path: Path) -> None:
    keys = [f"00000_{number:09d}" for number in range(5000)]
    tests = [key for key in keys if split_of(key) == "test"]
    assert 70 <= len(tests) <= 130  # 2 % of them
    for key in (tests[0], keys[0]):
        sample(tmp_path, key.replace("_", "/"))
    assert {item.key: item.split for item in Mario().items(tmp_path) if isinstance(item, Item)} == {
        tests[0]: "test",
        keys[0]: "train",
    }


def test_words_and_corners_stay_as_they_are_written(tmp_path: Path) -> None:
    best, hand = only(sample(tmp_path)).boxes
    assert (best.text, best.quad) == ("Best", ((2, 206), (96, 173), (112, 243), (19, 277)))
    assert (hand.text, hand.confidence) == ("hand", 0.9959321618080139)


def test_a_word_may_hold_spaces_commas_and_digits(tmp_path: Path) -> None:
    ocr = "New York 1,2,9,2,9,8,1,8 0.5\n1,000 3 1,2,9,2,9,8,1,8 0.25\n"
    assert words(tmp_path, ocr) == [("New York", 0.5), ("1,000 3", 0.25)]


def test_a_word_without_a_confidence_gets_all_of_it_and_is_counted(tmp_path: Path) -> None:
    record = only(sample(tmp_path, ocr="A 1,2,9,2,9,8,1,8\nB 1,2,9,2,9,8,1,8 nan\nC 1,2,9,2,9,8,1,8 0.75"))
    assert [(box.text, box.confidence) for box in record.boxes] == [("A", 1.0), ("B", 1.0), ("C", 0.75)]
    assert record.extras["assumed_confidences"] == 2


@pytest.mark.parametrize(
    "line",
    [
        "word nan,2,9,2,9,8,1,8 0.9",
        "word 1,2,9,2,inf,8,1,8 0.9",
        "word 1,2,9,2,9,8,1 0.9",
        "word 1,2,9,2,9,8,1,8,4 0.9",
        "word 1,two,9,2,9,8,1,8 0.9",
        "1,2,9,2,9,8,1,8 0.9",
        "word",
    ],
)
def test_a_line_without_a_word_or_eight_finite_numbers_is_dropped_and_counted(tmp_path: Path, line: str) -> None:
    assert parse_word(line) is None
    record = only(sample(tmp_path, ocr=f"{line}\n{OCR}"))
    assert [box.text for box in record.boxes] == ["Best", "hand"] and record.extras["dropped_words"] == 1


def test_line_ends_of_windows_blank_lines_a_mark_at_the_start_and_odd_bytes_do_no_harm(tmp_path: Path) -> None:
    ocr = b"\xef\xbb\xbfBest 1,2,9,2,9,8,1,8 0.5\r\n\r\ncaf\xe9 1,2,9,2,9,8,1,8 0.5\r\n"
    assert words(tmp_path, ocr) == [("Best", 0.5), ("caf\N{REPLACEMENT CHARACTER}", 0.5)]


@pytest.mark.parametrize("ocr", [None, ""])
def test_a_picture_without_words_is_a_record_without_boxes(tmp_path: Path, ocr: str | None) -> None:
    assert only(sample(tmp_path, ocr=ocr)).boxes == ()


@pytest.mark.parametrize("info", [None, "{torn", "[1]", "\xff"])
def test_a_missing_or_torn_info_costs_nothing_but_itself(tmp_path: Path, info: str | None) -> None:
    assert only(sample(tmp_path, info=info)).extras["info"] is None


def test_a_number_in_info_that_json_does_not_know_becomes_null(tmp_path: Path) -> None:
    assert only(sample(tmp_path, info='{"similarity": NaN}')).extras["info"] == {"similarity": None}


def test_a_sample_without_caption_or_picture_is_bad_and_the_others_stay_good(tmp_path: Path) -> None:
    sample(tmp_path, "00000/000000001", caption=None)
    sample(tmp_path, "00000/000000002", caption=" \n")
    sample(tmp_path, "00000/000000003", image=None)
    sample(tmp_path, "00000/000000004")
    (tmp_path / "00000/extra").mkdir()
    *bad, good, unnamed = read(tmp_path)
    assert bad == [
        BadSample("00000_000000001", "caption.txt is missing"),
        BadSample("00000_000000002", "caption.txt is empty"),
        BadSample("00000_000000003", "image.jpg is missing"),
    ]
    assert isinstance(good, Record)
    assert unnamed == BadSample("00000_extra", "the name of the folder is not made of nine digits")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "charseg.npy is missing or cannot be read"),
        (np.zeros((64, 64), np.int64), "charseg.npy is no map of 256 x 256 whole numbers"),
        (np.zeros((256, 256)), "charseg.npy is no map of 256 x 256 whole numbers"),
        (np.full((256, 256), 96), "charseg.npy holds numbers outside of 0 to 95"),
        (np.array([{"a": 1}], object), "charseg.npy is missing or cannot be read"),  # pickles are never loaded
    ],
)
def test_a_bad_map_of_characters_is_bad_where_it_is_needed_only(
    tmp_path: Path, content: np.ndarray | None, expected: str
) -> None:
    sample(tmp_path)
    if content is not None:
        np.save(tmp_path / "06269/062690093/charseg.npy", content, allow_pickle=True)
    assert reason(tmp_path, Mario("text_only")) == expected
    assert isinstance(read(tmp_path)[0], Record)


def test_a_folder_without_any_sample_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "somewhere/else").mkdir(parents=True)
    with pytest.raises(DataError, match="no folder such as 06269/062690093"):
        Mario().items(tmp_path)
    with pytest.raises(DataError, match="cannot be listed"):
        Mario().items(tmp_path / "nowhere")


def test_the_identity_changes_with_what_is_shown() -> None:
    assert Mario().identity != Mario("text_only").identity
