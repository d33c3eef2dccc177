"""Metrics as the MLflow UI groups them: by what stands before the last slash, alike in every run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OF_PICTURES = ("reconstruction", "kept", "generated", "font", "given", "shuffled", "told", "wrong", "planned")


def of_curve(stage: str, key: str) -> str:
    """A column of metrics.jsonl: autoencoder/loss/l1, autoencoder/grad_norm/l1, diffusion/validation/noise_mse."""
    if key in ("loss", "lr", "grad_norm", "items_per_second") or "/" in key:
        return f"{stage}/{key}"
    if key.startswith("grad_norm_"):
        return f"{stage}/grad_norm/{key.removeprefix('grad_norm_')}"
    return f"{stage}/loss/{key}"


def of_result(stage: str, key: str) -> str:
    """A number of a finished stage: reconstruction/word_f1, reconstruction/rapidocr_word_f1, reconstruction/psnr."""
    engine = "rapidocr_" if key.startswith("rapidocr_") else ""
    on, _, metric = key.removeprefix(engine).partition("_")
    if metric and on in (*OF_PICTURES, "original", "teacher"):
        return f"{'originals' if on == 'original' else on}/{engine}{metric}"
    return f"{'reconstruction' if stage == 'autoencoder' else stage}/{key}"


def final(stage: str, results: Mapping[str, Any]) -> dict[str, float]:
    """The measured numbers among a stage's results."""
    return {of_result(stage, key): entry["value"] for key, entry in results.items() if isinstance(entry, dict)}
