"""The pretrained recogniser in torch is the one in the wheel, reads drawn figures, and lets gradients through."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from figgen.data.loading.images import to_pixels
from figgen.data.miniatures.figures import draw
from figgen.ocr import ppocr
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crops import rectify
from figgen.runs.errors import OCRUnavailable

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed")


@pytest.fixture(scope="module")
def reader() -> ppocr.PPOCR:
    return ppocr.load()


def words(index: int) -> tuple[torch.Tensor, BoxBatch]:
    drawing = draw("test", index)
    return to_pixels(torch.from_numpy(drawing.pixels.copy()).permute(2, 0, 1)[None]), BoxBatch.collate([drawing.boxes])


@pytest.mark.parametrize("width", [48, 168])
def test_outputs_equal_onnxruntime(reader: ppocr.PPOCR, width: int):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(ppocr.locate()), providers=["CPUExecutionProvider"])
    crops = torch.rand(2, 3, 48, width, generator=torch.Generator().manual_seed(0)) * 2 - 1
    expected = session.run(None, {"x": crops.flip(1).numpy()})[0]  # the model takes BGR
    with torch.no_grad():
        log_probs, lengths = reader(crops, torch.tensor([width, width]))
    assert lengths.tolist() == [expected.shape[1]] * 2
    assert np.abs(log_probs.exp().transpose(0, 1).numpy() - expected).max() < 1e-4


def test_words_of_unseen_figures_are_read(reader: ppocr.PPOCR):
    hits = total = 0
    for index in range(6):
        pixels, boxes = words(index)
        read = reader.read(*rectify(pixels, boxes, reader.height, reader.max_width))
        hits += sum(got == text for got, text in zip(read, boxes.texts, strict=True))
        total += len(boxes)
    assert hits / total > 0.9


def test_gradient_reaches_the_pixels_of_the_word_and_no_others(reader: ppocr.PPOCR):
    pixels, boxes = words(0)
    one = boxes.select(torch.tensor([0]))
    pixels.requires_grad_()
    crops, widths = rectify(pixels, one, reader.height, reader.max_width)
    reader.misreading(crops, widths, [reader.encode(one.texts[0])]).sum().backward()
    left, top, right, bottom = (int(v) for v in torch.cat((one.quads[0].amin(0), one.quads[0].amax(0))))
    assert pixels.grad[..., top:bottom, left:right].abs().sum() > 0
    pixels.grad[..., max(top - 4, 0) : bottom + 4, max(left - 4, 0) : right + 4] = 0
    assert pixels.grad.abs().sum() == 0


def test_alphabet_has_latin_greek_and_space_and_a_blank_in_front(reader: ppocr.PPOCR):
    assert len(reader.alphabet) == 18_710 and reader.alphabet[0] == ""
    assert reader.encode("Loss λ 3.5") is not None
    assert reader.encode("\U0001f9ff\x00") is None


def test_missing_wheel_and_missing_file_say_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with pytest.raises(OCRUnavailable, match=r"no\.onnx.*teacher=crnn"):
        ppocr.load(tmp_path / "no.onnx")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(OCRUnavailable, match="pip install"):
        ppocr.load()


def test_another_model_of_the_wheel_is_refused():
    with pytest.raises(OCRUnavailable, match="character"):
        ppocr.load(ppocr.locate().with_name("PP-OCRv6_det_small.onnx"))
