"""LPIPS equals torchmetrics' on the same trunk."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torchmetrics.functional.image.lpips import _LPIPS
from torchvision.models.vgg import cfgs, make_layers

from figgen.data.loading.images import to_pixels, to_uint8
from figgen.losses import perceptual
from figgen.losses.perceptual import Lpips
from figgen.metrics.lpips import lpips as metric
from figgen.runs.errors import OCRUnavailable

CLASSIFIER = {"0": (4096, 25088), "3": (4096, 4096), "6": (1000, 4096)}


@pytest.fixture(scope="module")
def vgg_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state dict of VGG16 with random features; the classifier is one number repeated, or it would be 500 MB."""
    torch.manual_seed(0)
    state: dict[str, Tensor] = {f"features.{k}": v for k, v in make_layers(cfgs["D"]).state_dict().items()}
    for key in state:
        if key.endswith("weight"):
            torch.nn.init.kaiming_normal_(state[key])
    for name, shape in CLASSIFIER.items():
        state[f"classifier.{name}.weight"] = torch.zeros(1).expand(shape)
        state[f"classifier.{name}.bias"] = torch.zeros(shape[0])
    path = tmp_path_factory.mktemp("vgg") / "vgg16.pth"
    torch.save(state, path)
    return path


@pytest.fixture(scope="module")
def lpips(vgg_file: Path) -> Lpips:
    return Lpips(weight=0.2, weights=str(vgg_file))


def pictures(seed: int, channels: int = 3) -> Tensor:
    return torch.rand(2, channels, 32, 48, generator=torch.Generator().manual_seed(seed)) * 2 - 1


@pytest.fixture(scope="module")
def reference(vgg_file: Path) -> _LPIPS:
    """torchmetrics' net, its trunk given the same weights."""
    net = _LPIPS(net="vgg", pnet_rand=True)
    state = torch.load(vgg_file, weights_only=True)
    own = net.net.state_dict()  # slice1.0.weight ...: torchvision's numbers, cut into five slices
    net.net.load_state_dict({key: state[f"features.{key.split('.', 1)[1]}"] for key in own})
    return net.eval()


def test_lpips_equals_torchmetrics(lpips: Lpips, reference: _LPIPS) -> None:
    a, b = pictures(1), pictures(2)
    assert float(lpips(a, b)) == pytest.approx(0.2 * float(reference(a, b).mean()), rel=1e-5)


def test_grey_pictures_are_seen_as_colour(lpips: Lpips) -> None:
    a, b = pictures(1, channels=1), pictures(2, channels=1)
    assert float(lpips(a, b)) == pytest.approx(float(lpips(a.repeat(1, 3, 1, 1), b.repeat(1, 3, 1, 1))), rel=1e-6)


def test_equal_pictures_are_at_distance_zero(lpips: Lpips) -> None:
    assert float(lpips(pictures(1), pictures(1))) == 0


def test_gradient_stays_finite_where_no_channel_fires(lpips: Lpips) -> None:
    bias = lpips.trunk[28].get_buffer("bias")
    before = bias.clone()
    bias.data.fill_(-1e4)  # relu5_3 is zero everywhere
    recon = pictures(1).requires_grad_()
    lpips(recon, pictures(2)).backward()
    bias.data.copy_(before)
    assert recon.grad is not None
    assert recon.grad.isfinite().all()
    assert recon.grad.abs().max() > 0


def test_its_weights_are_not_trained(lpips: Lpips) -> None:
    assert not any(p.requires_grad for p in lpips.parameters())


def test_missing_download_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(**_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(perceptual, "vgg16", offline)
    with pytest.raises(OCRUnavailable, match=r"weights=PATH"):
        Lpips()


def test_as_a_metric_it_is_one_number_a_picture_and_0_for_equal_ones(lpips: Lpips, reference: _LPIPS) -> None:
    a, b = (to_uint8(pictures(seed)) for seed in (1, 2))
    per_picture = metric(a.numpy(), b.numpy(), lpips)
    assert per_picture == pytest.approx(reference(to_pixels(a), to_pixels(b)).flatten().tolist(), rel=1e-5)
    assert metric(a.numpy(), a.numpy(), lpips).tolist() == [0, 0]


def test_weights_are_had_where_torchvision_keeps_them_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert perceptual.cached_weights() is None
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "vgg16-397923af.pth").touch()
    assert perceptual.cached_weights() == tmp_path / "checkpoints" / "vgg16-397923af.pth"
