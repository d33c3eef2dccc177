"""Muon (Jordan et al. 2024): matrices step by the orthogonal part of their momentum, all else by AdamW.

A step moves every direction of a matrix as far as any other, so that what only some pictures ask for is learned as
fast as what all of them do. Scaled as Liu et al. 2025 (arXiv 2502.16982) do, both rules share one learning rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

NARROW = 32  # the shorter side of a matrix, below which it is left to AdamW
MOMENTUM, ITERATIONS = 0.95, 5
A, B, C = 3.4445, -4.7750, 2.0315  # of the quintic that brings singular values near 1


class Muon(torch.optim.Optimizer):
    """Weights of linear layers and convolutions, as matrices; embeddings, norms, biases and narrow ones by AdamW."""

    def __init__(self, module: nn.Module, *, lr: float, betas: tuple[float, float], weight_decay: float) -> None:
        weights = [layer.weight for layer in module.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
        matrices = [w for w in dict.fromkeys(weights) if w.requires_grad and min(w.flatten(1).shape) >= NARROW]
        known = set(matrices)
        others = [p for p in module.parameters() if p.requires_grad and p not in known]
        groups: list[dict[str, Any]] = [{"params": matrices, "matrices": True}, {"params": others, "matrices": False}]
        super().__init__(groups, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights: list[Tensor] = [p for p in group["params"] if p.grad is not None]
            if weights:
                torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
                (self._turn if group["matrices"] else self._adam)(weights, group)
        return loss

    def _turn(self, weights: list[Tensor], group: dict[str, Any]) -> None:
        """W ← W - lr · 0.2·√max(m, n) · orthogonal(g + β·momentum), matrices of one shape at once."""
        by_shape: dict[torch.Size, list[Tensor]] = defaultdict(list)
        for weight in weights:
            by_shape[weight.flatten(1).shape].append(weight)
        for shape, alike in by_shape.items():
            momenta = [self._state(weight, "momentum") for weight in alike]
            gradients = [weight.grad for weight in alike if weight.grad is not None]
            torch._foreach_lerp_(momenta, gradients, 1 - MOMENTUM)
            ahead = torch.stack([g.lerp(m, MOMENTUM).flatten(1) for g, m in zip(gradients, momenta, strict=True)])
            for weight, turn in zip(alike, orthogonal(ahead), strict=True):
                weight.add_(turn.reshape(weight.shape), alpha=-group["lr"] * 0.2 * max(shape) ** 0.5)

    def _adam(self, weights: list[Tensor], group: dict[str, Any]) -> None:
        """W ← W - lr · m̂ / (√v̂ + 1e-8)."""
        means, squares = ([self._state(weight, name) for weight in weights] for name in ("mean", "square"))
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        beta1, beta2 = group["betas"]
        group["taken"] = group.get("taken", 0) + 1
        torch._foreach_lerp_(means, gradients, 1 - beta1)
        torch._foreach_mul_(squares, beta2)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - beta2)
        sizes = torch._foreach_sqrt(squares)
        torch._foreach_div_(sizes, (1 - beta2 ** group["taken"]) ** 0.5)
        torch._foreach_add_(sizes, 1e-8)
        torch._foreach_addcdiv_(weights, means, sizes, -group["lr"] / (1 - beta1 ** group["taken"]))

    def _state(self, weight: Tensor, name: str) -> Tensor:
        """What is kept of a weight, zero at first."""
        return self.state[weight].setdefault(name, torch.zeros_like(weight))


def orthogonal(matrices: Tensor) -> Tensor:
    """(N, m, n) => U·Vᵀ of each, nearly: Newton-Schulz leaves singular values between 0.7 and 1.2.

    Each x ← (a + b·xxᵀ + c·(xxᵀ)²)·x is a polynomial in one small square matrix; all are gathered there first.
    """
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    square = x @ x.mT
    one = torch.eye(square.shape[1], dtype=x.dtype, device=x.device)
    gathered = one
    for _ in range(ITERATIONS):
        factor = A * one + B * square + C * square @ square
        gathered = factor @ gathered
        square = factor @ factor @ square
    x = gathered @ x
    return x.mT if tall else x
