"""The reader of MARIO-Eval against a small tree written by hand."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reading import samples_of

from figgen.data.miniatures.mario import MarioEvalMiniature
from figgen.data.preparing.preparation import prepare_folder
from figgen.data.readers.mario_eval import SUBSETS, MarioEval, keywords, without_quotes
from figgen.data.record import BadSample, Record
from figgen.data.source import DataSource
from figgen.runs.errors import DataError


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(file, "PNG")
    return file.getvalue()


def subset(
    folder: Path,
    name: str,
    prompts: str,
    images: dict[str, bytes] | None = None,
    renders: dict[str, bytes] | None = None,
) -> Path:
    for room, files in (("images", images or {}), ("render", renders or {})):
        (folder / name / room).mkdir(parents=True)
        for file, content in files.items():
            (folder / name / room / file).write_bytes(content)
    (folder / name / f"{name}.txt").write_text(prompts, encoding="utf-8")
    return folder


def read(folder: Path, **options: Any) -> list[Record | BadSample]:
    return samples_of(MarioEval(**options), folder)


def mario(folder: Path, key: str) -> None:
    (folder / key).mkdir(parents=True)
    (folder / key / "image.jpg").write_bytes(picture("red"))
    (folder / key / "caption.txt").write_text("Win 40K")
    (folder / key / "ocr.txt").write_text("WIN 1,2,9,2,9,8,1,8 0.5\n")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A movie poster titled 'Ring of Bright Water'", ["Ring", "of", "Bright", "Water"]),
        ("'Weekender': Win '40K' & 'GW'", ["Weekender", "40K", "GW"]),
        ("a mug saying 'Don't panic'", ["Don't", "panic"]),
        ("the dog's collar says 'Rex'", ["Rex"]),
        ("a robot that writes 'Ethics 101' in chalk", ["Ethics", "101"]),
        ("文字 '你好' on a lantern", ["你好"]),
        ("写着'你好'的灯笼", ["你好"]),
        ("a sign that says '50%!'", ["50%!"]),
        ("no quotes at all, it's a 5' wall", []),
        ("an unclosed 'quote", []),
    ],
)
def test_keywords_are_what_stands_in_quotes_and_no_apostrophe(prompt: str, expected: list[str]) -> None:
    assert keywords(prompt) == expected


def test_quotes_go_and_apostrophes_stay() -> None:
    assert without_quotes("the dog's 'Best Friend' mug") == "the dog's Best Friend mug"


def test_a_prompt_is_a_test_record_with_its_ground_truth(tmp_path: Path) -> None:
    subset(
        tmp_path / "MARIOEval",
        "TMDBEval500",
        "A 'Red' poster\n'Blue Moon'\n",
        images={"0.jpg": picture("red"), "1.jpg": picture("blue")},
        renders={"0.png": picture("white"), "1.png": picture("white")},
    )
    red, blue = read(tmp_path)
    assert isinstance(red, Record) and isinstance(blue, Record)
    assert (red.key, red.split, red.caption, red.image) == ("TMDBEval500/0", "test", "A 'Red' poster", picture("red"))
    assert red.boxes == ()
    assert (blue.key, blue.image, blue.extras["keywords"]) == ("TMDBEval500/1", picture("blue"), ["Blue", "Moon"])
    assert blue.extras["has_ground_truth"] and blue.extras["prompt_without_quotes"] == "Blue Moon"


def test_prompts_without_quotes_are_the_published_ones_where_they_go_line_by_line(tmp_path: Path) -> None:
    subset(tmp_path, "TMDBEval500", "A 'Red' poster\n'Blue'\n", {"0.jpg": picture("red"), "1.jpg": picture("red")})
    plain = tmp_path / "TMDBEval500/TMDBEval500_wo_quote.txt"
    plain.write_text("A red poster\nBlue!\n")
    assert [record.extras["prompt_without_quotes"] for record in read(tmp_path)] == ["A red poster", "Blue!"]  # type: ignore[union-attr]
    plain.write_text("A red poster\n")
    assert [record.extras["prompt_without_quotes"] for record in read(tmp_path)] == ["A Red poster", "Blue"]  # type: ignore[union-attr]


def test_pictures_may_be_numbered_with_zeros_and_be_jpeg_or_png(tmp_path: Path) -> None:
    subset(tmp_path, "LAIONEval4000", "'a'\n'b'", {"0000.PNG": picture("red"), "00001.jpeg": picture("blue")})
    assert [record.image for record in read(tmp_path)] == [picture("red"), picture("blue")]  # type: ignore[union-attr]


def test_subsets_without_ground_truth_are_read_on_demand_and_show_their_layout(tmp_path: Path) -> None:
    subset(tmp_path, "DrawBenchText", "A storefront with 'Hello' on it.", renders={"0.png": picture("white")})
    subset(tmp_path, "LAIONEval4000", "'Hi'", images={"0.jpg": picture("red")})
    assert [record.key for record in read(tmp_path)] == ["LAIONEval4000/0"]
    laion, bench = read(tmp_path, subsets=SUBSETS)
    assert isinstance(laion, Record) and isinstance(bench, Record)
    assert (bench.key, bench.image) == ("DrawBenchText/0", picture("white"))
    assert laion.extras["has_ground_truth"] and not bench.extras["has_ground_truth"]


def test_a_prompt_without_text_or_without_any_picture_is_bad(tmp_path: Path) -> None:
    subset(tmp_path, "LAIONEval4000", "'a'\r\n\r\n'c'\r\n\r\n", images={"0.jpg": picture("red")})
    good, empty, bare = read(tmp_path)
    assert isinstance(good, Record) and good.caption == "'a'"
    assert empty == BadSample("LAIONEval4000/1", "the prompt is empty")
    assert bare == BadSample("LAIONEval4000/2", "neither images/ nor render/ holds a picture 2")


def test_mario_folders_beside_it_are_for_training_every_one_of_them(tmp_path: Path) -> None:
    subset(tmp_path / "MARIOEval", "TMDBEval500", "'a'", images={"0.jpg": picture("red")})
    for number in range(200):
        mario(tmp_path / "MARIO-10M/0", f"00000/{number:09d}")
    records = read(tmp_path)
    assert [record.split for record in records if isinstance(record, Record)] == ["test"] + ["train"] * 200
    assert isinstance(records[1], Record) and [box.text for box in records[1].boxes] == ["WIN"]


def test_a_folder_without_prompts_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    mario(tmp_path, "00000/000000001")
    with pytest.raises(DataError, match=r"no LAIONEval4000/LAIONEval4000\.txt in"):
        MarioEval().items(tmp_path)
    subset(tmp_path, "LAIONEval4000", "\n")
    with pytest.raises(DataError, match=r"no TMDBEval500/TMDBEval500\.txt in"):
        MarioEval(subsets=["TMDBEval500"]).items(tmp_path)


def test_training_on_prompts_alone_is_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = subset(tmp_path / "MARIOEval", "TMDBEval500", "A 'Red' poster\n", {"0.jpg": picture("red")})
    made = prepare_folder(MarioEval(), folder, tmp_path / "prepared/mario_eval")
    assert made is not None and made.counts == {"test": 1}
    source = DataSource("mario_eval", MarioEval(), MarioEvalMiniature(), tmp_path, source="prepared", size=(32, 32))
    with pytest.raises(DataError, match=r"no train split, only test.*about\.files in conf/dataset/mario_eval\.yaml"):
        source.split("train")
