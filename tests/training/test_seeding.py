"""Randomness is a function of its arguments, and leaves no trace."""

from __future__ import annotations

import hashlib

import torch

from figgen.training.seeding import derive, generator_for, seeded


def test_derived_seed_is_the_head_of_a_hash() -> None:
    bits = bin(int(hashlib.sha256(b"7/diffusion/0/12").hexdigest(), 16))[2:].zfill(256)
    assert derive(7, "diffusion", 0, 12) == int(bits[:63], 2)


def test_every_argument_matters() -> None:
    seeds = {derive(s, purpose, rank, step) for s in (0, 1) for purpose in "ab" for rank in (0, 1) for step in (0, 1)}
    assert len(seeds) == 16


def test_generators_of_the_same_place_agree() -> None:
    first, second = (torch.randn(5, generator=generator_for(3, "x", 9)) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, torch.randn(5, generator=generator_for(3, "x", 10)))


def test_seeded_block_leaves_the_global_generator_as_it_was() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    with seeded(1, "net"):
        inside = torch.rand(3)
    assert torch.equal(torch.rand(3), expected)
    with seeded(1, "net"):
        assert torch.equal(torch.rand(3), inside)
