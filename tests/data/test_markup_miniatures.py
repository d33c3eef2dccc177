"""The drawn markup datasets: parquet files as the hub has them, pictures that show what their markup says."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf
from PIL import Image

from figgen.cli.choices import CONF
from figgen.data.miniatures import formulas, tables
from figgen.data.miniatures.base import LayoutError

NEEDED = {"im2latex": "matplotlib", "im2html": "matplotlib", "im2ly": "verovio", "im2smiles": "rdkit"}


@pytest.mark.parametrize("name", NEEDED)
def test_files_have_the_published_columns_and_rgb_png_pictures_of_the_published_size(name: str, tmp_path: Path) -> None:
    pytest.importorskip(NEEDED[name], reason=f"the extra that draws {name} is not installed")
    config = OmegaConf.load(CONF / "dataset" / f"{name}.yaml")
    instantiate(config.miniature, num_train=5, num_val=0, num_test=4).write(tmp_path / "all", workers=1)
    columns = [config.reader.column, "filename", "image", *["source_orig"] * (name == "im2ly")]
    for split, count in {"train": 5, "val": 0, "test": 4}.items():
        (path,) = tmp_path.glob(f"all/data/{split}-00000-of-00001-????????????????.parquet")
        table = pq.read_table(path)
        assert (table.column_names, len(table)) == (columns, count)
        assert {str(field.type) for field in table.schema} == {"string", "struct<bytes: binary, path: string>"}
        features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
        assert features["image"] == {"_type": "Image"} and list(features) == columns
        for image in table.column("image").to_pylist():
            picture = Image.open(io.BytesIO(image["bytes"]))
            assert (picture.format, picture.mode, picture.size[::-1]) == ("PNG", "RGB", tuple(config.sizes.paper))
    assert (tmp_path / "all" / "words.jsonl").exists() == config.has_text == (name != "im2ly")


def test_words_and_numbers_of_a_formula_have_boxes_as_large_as_their_ink_and_single_letters_have_none() -> None:
    words = {
        r"\frac { d u } { d r } = \sin x + 7 1 2 ^ { x }": {"712", "sin"},
        r"\mathrm { r a n k } _ { \mathrm { m a x } } 3 4 + 5 6": {"34", "56", "max", "rank"},
    }
    assert words == {latex: {box.text for box in formulas.typeset(latex)[1]} for latex in words}
    pixels, (box,) = formulas.typeset(r"\mathrm { e n t r o p y }")
    rows, columns = np.nonzero(pixels[:, :, 0] < 215)
    assert box.bounds == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def test_formulas_fit_and_keep_their_tokens_apart_and_every_word_and_number_has_its_box() -> None:
    for _, boxes, latex in (formulas.draw("test", index) for index in range(32)):
        assert all(len(token) == 1 or token.startswith("\\") for token in latex.split())
        spelled = re.findall(r"\\mathrm \{ ([a-z ]+) \}|(\d(?: \d)+)", latex)
        shown = [*("".join(word).replace(" ", "") for word in spelled), *re.findall(r"sin|cos|exp|tanh|det", latex)]
        assert sorted(box.text for box in boxes) == sorted(shown)
    for latex in (" + ".join("x" * 60), r"\frac { \frac { a } { b } } { \frac { \frac { a } { b } } { c } }"):
        with pytest.raises(LayoutError, match="too large"):
            formulas.typeset(latex)


def test_rows_of_a_table_are_equally_wide_and_show_their_words_from_left_to_right() -> None:
    drawn = [tables.draw("test", index) for index in range(40)]
    for _, boxes, html in drawn:
        rows = [re.findall(r"<(td|th)([^>]*)> (\w+) </\1>", row) for row in re.findall(r"<tr> (.*?) </tr>", html)]
        assert len({sum(1 + ("colspan" in said) for _, said, _ in row) for row in rows}) == 1
        left, end = iter(boxes), 0.0
        for row in rows:
            shown = sorted((next(left) for _ in row), key=lambda box: box.bounds)
            assert [box.text for box in shown] == [word for *_, word in row]
            assert end < min(box.bounds[1] for box in shown) < (end := max(box.bounds[3] for box in shown))
    assert all(part in str([one.markup for one in drawn]) for part in ("colspan=", "<th>", "align=", "silver"))
