"""The denoiser that learns in minutes, what it reads captions with, and what its errors count."""

import pytest
import torch

from figgen.diffusion.condition import Condition
from figgen.diffusion.layout import MapReader
from figgen.diffusion.schedule import NoiseSchedule
from figgen.diffusion.two_grids import TwoGridDenoiser
from figgen.diffusion.word_captions import WordEncoder
from figgen.layout.character_map import STRIDE, character_map, empty_map
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

torch.set_num_threads(1)
NOISE = NoiseSchedule(100)


def known(batch: int, hint: torch.Tensor | None = None) -> Condition:
    return Condition(torch.randn(batch, 5, 16), torch.tensor([[True] * 3 + [False] * 2] * batch), hint)


@pytest.fixture
def net() -> TwoGridDenoiser:
    torch.manual_seed(0)
    return TwoGridDenoiser(4, NOISE, text_width=16, fine=8, coarse=16, blocks=2, heads=2, downsample=8)


@pytest.mark.parametrize("size", [(8, 10), (7, 5), (1, 3)])
def test_latents_of_any_size_keep_it(net: TwoGridDenoiser, size: tuple[int, int]) -> None:
    x = torch.randn(2, 4, *size)
    assert net(x, torch.tensor([3, 90]), known(2)).shape == x.shape


def test_pixels_are_taken_together_until_a_position_spans_enough() -> None:
    net = TwoGridDenoiser(3, NOISE, text_width=16, fine=8, coarse=16, blocks=1, heads=2, downsample=1)
    assert net.enter.in_channels == 3 * 8 * 8 and net(torch.randn(1, 3, 24, 40), torch.tensor([5]), known(1)).shape[
        2:
    ] == (24, 40)


def test_at_first_it_says_that_all_is_noise_around_zero(net: TwoGridDenoiser) -> None:
    x, t = torch.randn(2, 4, 8, 10), torch.tensor([20, 80])
    _, spread = NOISE.coefficients(t)
    torch.testing.assert_close(net(x, t, known(2)), x / spread)


def test_words_that_are_not_there_change_nothing(net: TwoGridDenoiser) -> None:
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    x, t, told = torch.randn(1, 4, 8, 10), torch.tensor([50]), known(1)
    other = told._replace(features=torch.where(told.mask[..., None], told.features, torch.randn(1, 5, 16)))
    torch.testing.assert_close(net(x, t, told), net(x, t, other))


def test_every_position_can_look_at_every_other_and_knows_its_place(net: TwoGridDenoiser) -> None:
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    x = torch.zeros(1, 4, 32, 32)
    x.requires_grad_()
    told = known(1)
    net(x, torch.tensor([50]), told)[0, :, 0, 0].sum().backward()
    assert x.grad is not None and x.grad[0, :, -1, -1].abs().sum() > 0
    flat = net(torch.zeros(1, 4, 16, 16), torch.tensor([50]), told)[0, 0]
    assert flat[8, 4] != flat[8, 12]


def test_a_caption_is_as_long_as_any_other_and_the_empty_one_has_one_token() -> None:
    encoder = WordEncoder(width=16, depth=1, heads=2, max_words=6)
    features, mask = encoder(["A plot of bright owls", "", "one two three four five six seven eight"])
    assert features.shape == (3, 7, 16) and mask.sum(1).tolist() == [6, 1, 7]
    torch.testing.assert_close(encoder([""])[0], features[1:2])


@pytest.mark.parametrize(("downsample", "cells"), [(1, (16, 32)), (2, (8, 16)), (8, (2, 4))])
def test_hints_lie_on_the_grid_of_the_latents_and_only_where_words_are(downsample: int, cells: tuple[int, int]) -> None:
    reader, size = MapReader(downsample, width=5, embedding=3), (16, 32)
    map = character_map(BoxBatch.collate([[TextBox.from_ltwh(0, 0, 8, 8, "ab")]]), size)
    hint = reader(map)
    assert hint.shape == (1, 5, *cells)
    wide = max(1, 8 // downsample)
    assert hint[..., :wide, :wide].any() and not hint[..., wide:, :].any() and not hint[..., wide:].any()
    assert not reader(empty_map(1, size)).any()
    assert map.words.shape[1:] == (size[0] // STRIDE, size[1] // STRIDE)


def test_an_error_in_noise_counts_as_the_error_in_x_0_that_it_makes() -> None:
    t, x_0 = torch.tensor([5, 50, 95]), torch.randn(3, 2, 4, 4)
    noise, wrong = torch.randn_like(x_0), torch.randn_like(x_0)
    x_t = NOISE.add_noise(x_0, noise, t)
    made = (NOISE.predict_x_0(x_t, wrong, t) - x_0).square().mean((1, 2, 3))
    in_noise = (wrong - noise).square().mean((1, 2, 3))
    torch.testing.assert_close(NOISE.weight(t, "x_0") * in_noise, made, rtol=1e-4, atol=1e-5)
    spread = NOISE.coefficients(t)[1].flatten().clamp_min(0.2)
    torch.testing.assert_close(NOISE.weight(t, "between") * in_noise, made / spread, rtol=1e-4, atol=1e-5)
    assert NOISE.weight(t, "noise").tolist() == [1, 1, 1]
