"""Bytes and pixels: one range, checked."""

from __future__ import annotations

import pytest
import torch

from figgen.data.loading.images import check_range, to_pixels, to_uint8

ALL = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)


def test_every_byte_survives_the_round_trip() -> None:
    pixels = to_pixels(ALL)
    assert pixels.dtype == torch.float32
    assert (pixels.min().item(), pixels.max().item()) == (-1, 1)
    assert torch.equal(to_uint8(pixels), ALL)


def test_small_overshoot_is_clamped() -> None:
    assert to_uint8(torch.tensor([-1.4, 0.0, 1.4])).tolist() == [0, 128, 255]


@pytest.mark.parametrize("wrong", [torch.full((2, 2), 255.0), torch.full((2, 2), -9.0), torch.tensor([0.0, torch.nan])])
def test_wrong_range_raises(wrong: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"must be in \[-1, 1\]"):
        check_range(wrong)


def test_wrong_dtype_raises() -> None:
    with pytest.raises(TypeError, match="uint8"):
        to_pixels(torch.zeros(2))
    with pytest.raises(TypeError, match="float"):
        to_uint8(ALL)


def test_no_pixels_are_fine() -> None:
    check_range(torch.zeros(0, 3, 4, 4))
