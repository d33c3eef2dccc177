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
    if "lettering" in stages:
        lines += _lettering_lines(stages["lettering"]["results"])
    if "planner" in stages:
        lines += _planner_lines(stages["planner"]["results"])
    if "diffusion" in stages:
        done = stages["diffusion"]["results"]
        lines.append(f"  denoiser        {_size(done)}")
    if "evaluation" in stages:
        lines += _evaluation_lines(stages["evaluation"]["results"])
    lines += [f"  {label:<15} {path}" for label, path in _pictures(run, stages)]
    lines += ["", f"  everything      {run.path}", f"  a report        {_report(run)}", *_compare(state)]
    return "\n".join([*lines, "  run the same command again to resume, or to see this summary"])


def _autoencoder_lines(entry: dict[str, Any]) -> list[str]:
    done = entry["results"]
    lines = [f"  autoencoder     {_size(done)}, PSNR {_short(done['psnr'], '.1f')} dB, SSIM {_short(done['ssim'])}"]
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


def _lettering_lines(done: dict[str, Any]) -> list[str]:
    written, true = done["wrong_written_word_f1"], done["wrong_true_word_f1"]
    return [
        f"  letters         {_size(done)}; reconstructions that are told their words {_short(done['told_word_f1'])};",
        f"                  told wrong words, those are read ({written['value']:.2f}), not the true ones "
        f"({true['value']:.2f})",
    ]


def _planner_lines(done: dict[str, Any]) -> list[str]:
    recall, precision = done["planned_word_recall"], done["planned_word_precision"]
    return [
        f"  planner         {_size(done)}; of the true words {recall['value']:.0%} are planned, and "
        f"{1 - precision['value']:.0%} wrong ones"
    ]


def _size(done: dict[str, Any]) -> str:
    return f"{done['steps']} steps, {done['parameters'] / 1e6:.1f} M weights"


ROWS = {  # what can be read beside the generated pictures, and what that says
    "given": "the same with true layouts",
    "shuffled": "other captions' words (the floor)",
    "font": "true words set in one font, on white",
}


def _evaluation_lines(done: dict[str, Any]) -> list[str]:
    if "generated_word_f1" not in done:
        return [f"  generated       {done['n']} pictures"]
    f1, layout = done["generated_word_f1"], done["layout"]
    told = "captions alone: minutes of training give rough shapes, no words" if layout == "none" else f"layout {layout}"
    lines = [f"  generated       word F1 {_short(f1)}, n = {f1['n']}, {told}"]
    for row, meaning in ROWS.items():
        if layout != "none" and f"{row}_word_f1" in done:
            lines.append(f"                  {_short(done[f'{row}_word_f1'])}  {meaning}")
    return lines


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
    more = "report.html: tables, the same figures through every run, curves, cost; crops.png: words much enlarged"
    return f"{command}\n{' ' * 18}{more}"


def _compare(state: dict[str, Any]) -> list[str]:
    """Where the numbers of all runs can be looked at, where a mirror was kept."""
    uri = state.get("tracking_uri")
    if uri is None:
        return []
    if uri.startswith("sqlite:"):
        uri = f"make mlflow, or: mlflow ui --host 127.0.0.1 --backend-store-uri {uri}"
    return [f"  compare runs    {uri}"]
