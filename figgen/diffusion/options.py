"""What can be said of diffusion: denoiser, text encoder, sampler and solver."""

from __future__ import annotations

from typing import Annotated, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Fraction, Mark, Range
from figgen.training.options import Momentum, OptimSettings

BetaSchedule = Literal["linear", "scaled_linear"]
Weighting = Literal["noise", "x_0", "between"]
Width = Annotated[int, Mark(lambda width: width > 0 and width % 8 == 0, "{} that divides by 8")]

OPTIONS: dict[str, object] = {
    "denoiser": OptimSettings,
    "denoiser.batch_size": Count,
    "denoiser.net.widths": list[Annotated[int, Range(8)]],
    "denoiser.net.layers_per_block": Count,
    "denoiser.net.heads": Count,
    "denoiser.net.attention_from": Count,
    "denoiser.net.text_width": Count,
    "denoiser.*noise.num_steps": Annotated[int, Range(2)],  # denoiser.net.noise is the same as denoiser.noise
    "denoiser.*noise.beta_start": Fraction,
    "denoiser.*noise.beta_end": Fraction,
    "denoiser.*noise.beta_schedule": BetaSchedule,
    "denoiser.net.fine": Width,
    "denoiser.net.coarse": Width,
    "denoiser.net.blocks": Count,
    "denoiser.net.span": Count,
    "denoiser.weighting": Weighting,
    "denoiser.ema_decay": Momentum,
    "denoiser.caption_dropout": Fraction,
    "denoiser.layout_dropout": Fraction,
    "denoiser.map.width": Count,
    "denoiser.map.embedding": Count,
    "text_encoder.net.width": Count,
    "text_encoder.net.depth": Count,
    "text_encoder.net.heads": Count,
    "text_encoder.net.max_bytes": Count,
    "text_encoder.net.max_words": Count,
    "sampler.policy.start": list[Fraction],
    "sampler.policy.end": list[Fraction],
    "solver.scheduler.clip_sample": bool,
    "solver.scheduler.algorithm_type": Literal["dpmsolver++", "sde-dpmsolver++"],
    "solver.scheduler.timestep_spacing": Literal["trailing", "leading", "linspace"],
    "solver.steps": Count,
    "solver.guidance": Annotated[float, Range(1)],
}


def guidance_needs_dropout(cfg: DictConfig) -> str | None:
    if cfg.solver.guidance > 1 and cfg.denoiser.caption_dropout == 0:
        return (
            f"solver.guidance={cfg.solver.guidance:g} needs the empty caption to be trained: "
            "set denoiser.caption_dropout=0.1, or solver.guidance=1"
        )
    return None


def solver_keeps_to_schedule(cfg: DictConfig) -> str | None:
    if cfg.solver.steps > cfg.denoiser.noise.num_steps:
        return (
            f"solver.steps={cfg.solver.steps}: the schedule has only denoiser.noise.num_steps="
            f"{cfg.denoiser.noise.num_steps} steps to take"
        )
    return None


def probabilities_fit(cfg: DictConfig) -> str | None:
    policy = cfg.sampler.policy
    if "start" not in policy:
        return None
    if len(policy.start) != len(policy.end):
        return f"sampler.policy.start and end need one entry per m each, got {len(policy.start)} and {len(policy.end)}"
    if max(sum(policy.start), sum(policy.end)) > 1:
        return "sampler.policy.start and end are probabilities: each list must sum to at most 1"
    return None


def heads_divide(cfg: DictConfig) -> str | None:
    if (coarse := cfg.denoiser.net.get("coarse")) and coarse % cfg.denoiser.net.heads:
        return f"denoiser.net.coarse={coarse} must divide by denoiser.net.heads={cfg.denoiser.net.heads}"
    net = cfg.text_encoder.net
    if net.width % net.heads:
        return f"text_encoder.net.width={net.width} must divide by text_encoder.net.heads={net.heads}"
    return None


CHECKS = (guidance_needs_dropout, solver_keeps_to_schedule, probabilities_fit, heads_divide)
