"""What a person reads when a run is over, from its folder alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from figgen.runs.directory import Folder
from figgen.runs.places import said_again


def summary(run: Folder) -> str:
    """A page about a run: what was trained on what, the numbers, where the pictures lie, what to do next."""
    state = run.state
    stages = state.get("stages", {})
    lines = ["", f"{run.path.name}: {', '.join(stages)} finished", f"  data            {state['data']}"]
    if "autoencoder" in stages:
        lines += _autoencoder_lines(stages["autoencoder"])
    if "diffusion" in stages:
        done = stages["diffusion"]["results"]
        lines.append(f"  denoiser        {done['steps']} steps, {done['parameters'] / 1e6:.1f} M weights")
    if "evaluation" in stages:
        lines += _evaluation_lines(stages["evaluation"]["results"])
    lines += [f"  {label:<15} {path}" for label, path in _pictures(run, stages)]
    lines += ["", f"  everything      {run.path}", f"  a report        {_report(run)}", *_compare(state)]
    return "\n".join([*lines, "  run the same command again to resume, or to see this summary"])


def _autoencoder_lines(entry: dict[str, Any]) -> list[str]:
    done = entry["results"]
    size = f"{done['steps']} steps, {done['parameters'] / 1e6:.1f} M weights"
    lines = [f"  autoencoder     {size}, PSNR {_short(done['psnr'], '.1f')} dB, SSIM {_short(done['ssim'])}"]
    for prefix in ("", "rapidocr_"):
        if f"{prefix}ocr_engine" in done:
            lines += _reading_lines(done, prefix)
    return lines


def _reading_lines(done: dict[str, Any], prefix: str) -> list[str]:
    original, f1, kept = (done[f"{prefix}{name}_word_f1"] for name in ("original", "reconstruction", "kept"))
    engine = done[f"{prefix}ocr_engine"]
    return [
        f"  {engine.split()[0]:<15} word F1: originals "
        f"{_short(original)}, reconstructions {_short(f1)}, n = {f1['n']} figures;",
        f"                  of what was read in the originals {_short(kept)}",
        f"                  read by {engine}; the interval is 95 %, by bootstrap over figures",
    ]


def _evaluation_lines(done: dict[str, Any]) -> list[str]:
    if "generated_word_f1" in done:
        f1 = done["generated_word_f1"]
        measured = f"word F1 {_short(f1)}, n = {f1['n']}. "
    else:
        measured = f"{done['n']} pictures. "
    return [
        f"  generated       {measured}Minutes of training give rough shapes, no words:",
        "                  good pictures take scale=paper, real data, a GPU and days",
    ]


def _short(measured: dict[str, float], spec: str = ".2f") -> str:
    return f"{measured['value']:{spec}} [{measured['low']:{spec}}, {measured['high']:{spec}}]"


def _pictures(run: Folder, stages: dict[str, Any]) -> list[tuple[str, Path]]:
    """What lies in samples/ and is best looked at first."""
    if "evaluation" in stages:
        return [("picture grid", run.samples / "grid.png"), ("denoising GIF", run.samples / "denoising.gif")]
    return [("picture grid", run.samples / "reconstructions.png")] if "autoencoder" in stages else []


def _report(run: Folder) -> str:
    group = run.path.parent
    command = f"python -m figgen.report group={group.name}{said_again(group.parent)}"
    return f"{command}\n{' ' * 18}report.html: tables, the same figures through every run, curves, cost"


def _compare(state: dict[str, Any]) -> list[str]:
    """Where the numbers of all runs can be looked at, where a mirror was kept."""
    uri = state.get("tracking_uri")
    if uri is None:
        return []
    if uri.startswith("sqlite:"):
        uri = f"make mlflow, or: mlflow ui --host 127.0.0.1 --backend-store-uri {uri}"
    return [f"  compare runs    {uri}"]
