"""Randomness without hidden state: every generator is made anew from (seed, purpose, counters)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def derive(seed: int, *parts: int | str) -> int:
    """A 63-bit seed that is a function of its arguments alone, on every machine and Python."""
    digest = hashlib.sha256("/".join(str(part) for part in (seed, *parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def generator_for(seed: int, *parts: int | str) -> torch.Generator:
    """A CPU generator for one purpose at one place, say generator_for(seed, "diffusion", rank, step)."""
    return torch.Generator().manual_seed(derive(seed, *parts))


def drawn(seed: int, purpose: str, total: int, number: int) -> list[int]:
    """At most `number` of 0 .. total-1, drawn for one purpose and in their order."""
    return sorted(torch.randperm(total, generator=generator_for(seed, purpose))[:number].tolist())


@contextmanager
def seeded(seed: int, *parts: int | str) -> Iterator[None]:
    """Torch's global generator, for the block's duration, starts from (seed, *parts): for weights at birth."""
    with torch.random.fork_rng():
        torch.manual_seed(derive(seed, *parts))
        yield
