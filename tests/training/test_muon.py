"""Muon: matrices turn, the rest follows AdamW."""

import copy

import pytest
import torch
from torch import nn

from figgen.training.muon import NARROW, Muon, orthogonal

SETTINGS = {"lr": 0.01, "betas": (0.9, 0.99), "weight_decay": 0.1}


@pytest.mark.parametrize("shape", [(64, 96), (40, 90), (90, 40)])
def test_what_is_orthogonal_keeps_the_directions_and_evens_their_sizes(shape: tuple[int, int]) -> None:
    matrix = torch.randn(1, *shape, generator=torch.Generator().manual_seed(0))
    u, _, vt = torch.linalg.svd(matrix[0], full_matrices=False)
    turned = orthogonal(matrix)[0]
    sizes = torch.diagonal(u.T @ turned @ vt.T)
    assert ((sizes > 0.5) & (sizes < 1.3)).all()
    assert torch.allclose(u @ torch.diag(sizes) @ vt, turned, atol=0.02)


def test_all_but_wide_matrices_step_exactly_as_adamw_steps() -> None:
    torch.manual_seed(0)
    ours = nn.Sequential(nn.Embedding(50, NARROW), nn.Linear(NARROW, NARROW - 1), nn.LayerNorm(NARROW - 1))
    theirs = nn.Sequential(nn.Embedding(50, NARROW), nn.Linear(NARROW, NARROW - 1), nn.LayerNorm(NARROW - 1))
    theirs.load_state_dict(ours.state_dict())
    for net, optimizer in (
        (ours, Muon(ours, **SETTINGS)),
        (theirs, torch.optim.AdamW(theirs.parameters(), **SETTINGS)),
    ):
        for step in range(3):
            optimizer.zero_grad()
            net(torch.arange(50)).pow(2 + step).mean().backward()
            optimizer.step()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-7)


def test_a_first_step_moves_a_matrix_by_its_even_sized_gradient() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(48, 40, bias=False)
    before, x = layer.weight.detach().clone(), torch.randn(64, 48)
    optimizer = Muon(layer, lr=0.01, betas=(0.9, 0.99), weight_decay=0.0)
    layer(x).square().mean().backward()
    gradient = layer.weight.grad.clone()
    optimizer.step()
    u, _, vt = torch.linalg.svd(gradient, full_matrices=False)
    moved = (before - layer.weight.detach()) / (0.01 * 0.2 * 48**0.5)
    assert torch.diagonal(u.T @ moved @ vt.T).sub(1).abs().max() < 0.35


def test_going_on_from_its_state_equals_going_on() -> None:
    def step(net: nn.Module, optimizer: Muon) -> None:
        optimizer.zero_grad()
        net(torch.linspace(-1, 1, 2 * NARROW).reshape(2, NARROW)).square().sum().backward()
        optimizer.step()

    torch.manual_seed(0)
    whole = nn.Linear(NARROW, NARROW)
    one = Muon(whole, **SETTINGS)
    step(whole, one)
    halves = nn.Linear(NARROW, NARROW)
    halves.load_state_dict(whole.state_dict())
    two = Muon(halves, **SETTINGS)
    two.load_state_dict(copy.deepcopy(one.state_dict()))
    for net, optimizer in ((whole, one), (halves, two)):
        step(net, optimizer)
    assert all(torch.equal(a, b) for a, b in zip(whole.parameters(), halves.parameters(), strict=True))
