"""The OCR perceptual term equals its equation on features of another runtime, and promises what its siblings do."""

import importlib.util

import numpy as np
import pytest
import torch
from torch import Tensor

from figgen.losses.ocr_perceptual import OcrPerceptualTerm
from figgen.ocr import trunk
from figgen.ocr.batch import BoxBatch
from figgen.ocr.rapidocr import DETECTOR, model_file
from figgen.ocr.trunk import Trunk

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed")
torch.set_num_threads(1)

NO_BOXES = BoxBatch.collate([[], []])


@pytest.fixture(scope="module")
def seer() -> Trunk:
    return trunk.load()


def pictures(channels: int = 3) -> tuple[Tensor, Tensor]:
    noise = torch.rand(2, 2, channels, 64, 96, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return noise[0], noise[1]


def onnx_features(pixels: Tensor) -> list[np.ndarray]:
    """By onnxruntime, from the file in the wheel."""
    import onnx
    import onnxruntime

    model = onnx.load(str(model_file(DETECTOR, "-")))
    names = trunk.last_maps(model.graph)
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(names, {"x": pixels.flip(1).numpy()})


def test_distance_equals_the_equation_on_features_of_onnxruntime(seer: Trunk):
    recon, target = pictures()
    expected = 0.0
    for a, b in zip(onnx_features(recon), onnx_features(target), strict=True):
        unit_a, unit_b = (x / np.sqrt((x**2).sum(1, keepdims=True) + 1e-8) for x in (a, b))
        expected += ((unit_a - unit_b) ** 2).sum(1).mean()
    assert OcrPerceptualTerm(seer)(recon, target, NO_BOXES, 0).item() == pytest.approx(expected, rel=1e-4)


def test_equal_pictures_are_at_distance_zero(seer: Trunk):
    recon, _ = pictures()
    assert OcrPerceptualTerm(seer)(recon, recon.clone(), NO_BOXES, 0) == 0


def test_gradient_reaches_every_pixel_of_the_reconstruction_alone(seer: Trunk):
    recon, target = (x.requires_grad_() for x in pictures())
    OcrPerceptualTerm(seer)(recon, target, NO_BOXES, 0).backward()
    assert recon.grad.isfinite().all() and (recon.grad != 0).float().mean() > 0.9
    assert target.grad is None


def test_descent_on_the_pixels_lowers_the_distance(seer: Trunk):
    recon, target = pictures()
    term, values = OcrPerceptualTerm(seer), []
    for _ in range(5):
        recon = recon.detach().requires_grad_()
        part = term(recon, target, NO_BOXES, 0)
        (gradient,) = torch.autograd.grad(part, recon)
        recon = recon - 2 * gradient / gradient.norm()
        values.append(part.item())
    assert values == sorted(values, reverse=True)


def test_grey_pictures_are_seen_as_their_colour_copies(seer: Trunk):
    (a, b), term = pictures(channels=1), OcrPerceptualTerm(seer)
    grey = term(a, b, NO_BOXES, 0)
    colour = term(a.repeat(1, 3, 1, 1), b.repeat(1, 3, 1, 1), NO_BOXES, 0)
    torch.testing.assert_close(grey, colour)


def test_blank_pictures_give_a_finite_gradient(seer: Trunk):
    recon = torch.ones(1, 3, 32, 32, requires_grad=True)
    term = OcrPerceptualTerm(seer)
    term(recon, -torch.ones(1, 3, 32, 32), BoxBatch.collate([[]]), 0).backward()
    assert recon.grad.isfinite().all()


def test_detector_keeps_still_while_the_loss_trains_and_is_not_saved(seer: Trunk):
    term = OcrPerceptualTerm(seer).train()
    assert not term.trunk.training
    assert not list(term.parameters()) and not term.state_dict()
