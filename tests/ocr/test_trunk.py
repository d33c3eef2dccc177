"""What a frozen detector sees is what its own runtime sees, and gradients come through."""

import importlib.util
from pathlib import Path

import craft_checkpoints
import numpy as np
import pytest
import torch
from torch import Tensor

from figgen.ocr import craft, trunk
from figgen.ocr.rapidocr import DETECTOR, model_file
from figgen.runs.errors import OCRUnavailable

torch.set_num_threads(1)
needs_rapidocr = pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed")
needs_craft = pytest.mark.skipif(
    importlib.util.find_spec("craft_text_detector") is None, reason="craft-text-detector is not installed"
)


@pytest.fixture(scope="module")
def craft_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    state = craft_checkpoints.random_state()
    return str(craft_checkpoints.save(state, tmp_path_factory.mktemp("craft") / "craft.pth"))


def pictures(height: int = 64, width: int = 96, channels: int = 3) -> Tensor:
    return torch.rand(2, channels, height, width, generator=torch.Generator().manual_seed(0)) * 2 - 1


def onnx_maps(pixels: Tensor, names: list[str]) -> list[np.ndarray]:
    """The detector's values of these names, by onnxruntime."""
    import onnx
    import onnxruntime

    model = onnx.load(str(model_file(DETECTOR, "-")))
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(names, {"x": pixels.flip(1).numpy()})  # the model takes BGR


@needs_rapidocr
def test_ppocr_maps_equal_onnxruntime_at_every_size():
    import onnx

    graph = onnx.load(str(model_file(DETECTOR, "-"))).graph
    maps = trunk.load()(pictures())
    assert [tuple(m.shape[1:]) for m in maps] == [(48, 32, 48), (48, 16, 24), (96, 8, 12), (192, 4, 6)]
    for ours, theirs in zip(maps, onnx_maps(pictures(), trunk.last_maps(graph)), strict=True):
        torch.testing.assert_close(ours, torch.from_numpy(theirs), atol=1e-4, rtol=1e-4)


@needs_craft
def test_craft_maps_are_those_of_its_vgg_on_pixels_scaled_like_lpips(craft_file: str):
    net = craft.load(craft_file, "key", "other")
    mean, std = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
    scaled = (pictures() - mean[:, None, None]) / std[:, None, None]
    with torch.no_grad():
        maps, expected = trunk.load(craft_file)(pictures()), net.basenet(scaled)
    assert [m.shape[1] for m in maps] == [1024, 512, 512, 256, 128]
    for ours, theirs in zip(maps, expected, strict=True):
        torch.testing.assert_close(ours, theirs)


@needs_rapidocr
def test_sides_are_filled_up_with_white():
    seer, odd = trunk.load(), pictures(48, 80)
    filled = torch.ones(2, 3, 64, 96)
    filled[..., :48, :80] = odd
    for a, b in zip(seer(odd), seer(filled), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize(
    "kind", [pytest.param("ppocr", marks=needs_rapidocr), pytest.param("craft", marks=needs_craft)]
)
def test_trunk_has_nothing_to_train_or_save_and_gradients_reach_the_pixels(kind: str, craft_file: str):
    seer = trunk.load(craft_file if kind == "craft" else None)
    assert not list(seer.parameters()) and not seer.state_dict() and not seer.training
    grey = pictures(channels=1).requires_grad_()
    sum(m.square().mean() for m in seer(grey)).backward()
    assert grey.grad.isfinite().all() and (grey.grad != 0).float().mean() > 0.9


def test_missing_files_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with pytest.raises(OCRUnavailable, match=r"loss\.text\.trunk\.craft.*loss\.text\.trunk\.craft=null"):
        trunk.load(str(tmp_path / "none.pth"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(OCRUnavailable, match=r"pip install.*loss=tpl"):
        trunk.load()
