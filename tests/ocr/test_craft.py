"""CRAFT by its adapter: published checkpoints load, boxes come out, nothing is downloaded, what is missing is said."""

import importlib.util
import sys
from pathlib import Path

import craft_checkpoints
import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFont

from figgen.ocr import craft
from figgen.ocr.craft import Craft
from figgen.runs.errors import CheckpointError, OCRUnavailable

needs_package = pytest.mark.skipif(
    importlib.util.find_spec("craft_text_detector") is None, reason="craft-text-detector is not installed"
)
torch.set_num_threads(1)


@pytest.fixture(scope="module")
def ink_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A checkpoint that finds dark ink."""
    return str(craft_checkpoints.save(craft_checkpoints.ink_state(), tmp_path_factory.mktemp("craft") / "ink.pth"))


def page() -> tuple[np.ndarray, dict[str, tuple[float, float, float, float]]]:
    """A picture of two words as thick as ink can be, and their places."""
    picture, font = Image.new("RGB", (160, 96), "white"), ImageFont.load_default(28)
    draw, places = ImageDraw.Draw(picture), {}
    for text, at in {"LOSS": (12, 4), "EPOCH": (40, 56)}.items():
        draw.text(at, text, fill="black", font=font, stroke_width=1)
        places[text] = draw.textbbox(at, text, font=font, stroke_width=1)
    return np.array(picture), places


@needs_package
@pytest.mark.parametrize("prefix", ["", "module."])
def test_a_checkpoint_loads_with_and_without_the_published_prefix(tmp_path: Path, prefix: str):
    state = craft_checkpoints.random_state(3)
    net = craft.load(craft_checkpoints.save(state, tmp_path / "craft.pth", prefix), "key", "other")
    assert not net.training
    assert all(torch.equal(value, state[key]) for key, value in net.state_dict().items())
    with torch.no_grad():
        scores, features = net(torch.rand(1, 3, 32, 64))
    assert scores.shape == (1, 16, 32, 2) and features.shape == (1, 32, 16, 32)


@needs_package
def test_boxes_lie_around_the_ink_in_the_pictures_own_pixels(ink_file: str):
    picture, places = page()
    detector = Craft(ink_file, long_side=320, low_text=0.3)
    bounds = np.array([(*np.min(quad, 0), *np.max(quad, 0)) for quad in detector.quads(picture)])
    assert len(bounds) >= 2  # letters that do not touch are boxes of their own
    for left, top, right, bottom in places.values():
        inside = bounds[(bounds[:, 1] < bottom) & (bounds[:, 3] > top)]
        around = (*inside[:, :2].min(0), *inside[:, 2:].max(0))
        assert np.abs(np.subtract(around, (left, top, right, bottom))).max() < 6


@needs_package
def test_boxes_are_read_by_the_recogniser(ink_file: str):
    pytest.importorskip("rapidocr")
    picture, _ = page()
    blurred = np.array(Image.fromarray(picture).convert("L"))
    done: list[int] = []
    # a link score of nothing would leave letters alone: take darkness that has run together for the word
    words = Craft(ink_file, long_side=160, low_text=0.02, min_confidence=0.3)([picture, blurred], done.append)
    assert done == [1, 2]
    for of_picture in words:
        assert {c for word in of_picture for c in word.text.upper()} & set("LOSEPCH")
        assert all(word.confidence > 0.3 and word.is_finite for word in of_picture)


@needs_package
def test_an_empty_page_has_no_words(ink_file: str):
    assert Craft(ink_file, long_side=64)([np.full((32, 48, 3), 255, np.uint8)]) == [[]]


@needs_package
def test_nothing_is_downloaded_and_torchvision_stays_as_it_was(ink_file: str, monkeypatch: pytest.MonkeyPatch):
    from torchvision.models import vgg

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a download")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", refuse)
    monkeypatch.setattr(vgg, "load_state_dict_from_url", refuse, raising=False)
    monkeypatch.setattr("gdown.download", refuse)
    for name in [name for name in sys.modules if name.startswith("craft_text_detector")]:
        monkeypatch.delitem(sys.modules, name)
    craft.load(ink_file, "key", "other")
    assert not hasattr(vgg, "model_urls")


def test_missing_weights_are_one_sentence_that_names_what_works_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    craft.network.cache_clear()
    with pytest.raises(OCRUnavailable, match=r"craft_mlt_25k\.pth.*detector\.model\.weights.*detector=rapidocr"):
        Craft()([page()[0]])


@needs_package
def test_other_files_are_refused(tmp_path: Path):
    (tmp_path / "junk.pth").write_bytes(b"not weights")
    with pytest.raises(CheckpointError, match="not a checkpoint of CRAFT"):
        craft.load(tmp_path / "junk.pth", "key", "other")
    torch.save({"module.conv_cls.0.weight": torch.zeros(1)}, tmp_path / "small.pth")
    with pytest.raises(CheckpointError, match=r"CRAFT's weights.*key"):
        craft.load(tmp_path / "small.pth", "key", "other")


@needs_package
def test_missing_package_says_how_to_install_it(ink_file: str, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in sys.modules if name.startswith("craft_text_detector")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "craft_text_detector", None)
    with pytest.raises(OCRUnavailable, match="pip install --no-deps craft-text-detector"):
        craft.load(ink_file, "key", "other")
