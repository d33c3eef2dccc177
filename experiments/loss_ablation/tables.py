"""Tables of the kept runs, for README.md and report.md: `python -m docs` writes them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from experiments.loss_ablation.numbers import (
    RAPIDOCR,
    TESSERACT,
    Run,
    difference,
    distance,
    kept_ned,
    leader,
    mean,
    ned,
    rows_of,
    word_f1,
)
from experiments.loss_ablation.space import ROWS
from experiments.loss_ablation.tuning import SEEN, finished
from figgen.cli.choices import description
from figgen.metrics.scores import Scores

Measure = partial[Scores]  # of a run
COLUMNS: dict[str, tuple[Measure, str]] = {
    "PSNR dB": (partial(distance, name="psnr"), ".2f"),
    "SSIM": (partial(distance, name="ssim"), ".3f"),
    "word F1, Tesseract": (partial(word_f1, engine=TESSERACT), ".3f"),
    "NED": (partial(ned, engine=TESSERACT), ".3f"),
    "kept-NED": (partial(kept_ned, engine=TESSERACT), ".3f"),
    "word F1, RapidOCR": (partial(word_f1, engine=RAPIDOCR), ".3f"),
}
HEADS = ["loss", "seeds", *COLUMNS]
PAIR_HEADS = ["what it tells", "rows", *COLUMNS]
STUDY_HEADS = ["row", "trials", "the best one", "PSNR dB", "SSIM", "word F1", "NED"]
PAIRS = {  # what the difference of two rows tells
    "squares instead of absolute error, everywhere": ("mse", "l1"),
    "squares beside absolute error, everywhere": ("l1_mse", "l1"),
    "word boxes, absolute error": ("box_l1", "l1"),
    "word boxes, squares": ("tpl_l1", "l1_mse"),
    "TPL against squares everywhere": ("tpl_l1", "mse"),
    "TPL judged as saved against squares everywhere": ("tpl_clipped", "mse"),
    "TPL's plain part squared": ("tpl_mse", "tpl_l1"),
    "pictures judged as they are saved, with TPL": ("tpl_clipped", "tpl_l1"),
    "pictures judged as they are saved, without words": ("mse_clipped", "mse"),
    "TPL, both judged as they are saved": ("tpl_clipped", "mse_clipped"),
    "a recogniser's features against squares in boxes": ("ocr_features", "tpl_l1"),
}


def cells(group: str) -> Iterator[list[str]]:
    """A line a row, in the order of the study; bold where it separates from every other row."""
    rows = {name: runs for name in ROWS if (runs := rows_of(group).get(name))}
    if rows:
        yield originals(next(iter(rows.values()))[0])
    scores = {column: scored(rows, measure) for column, (measure, _) in COLUMNS.items()}
    leaders = {column: leader(found) if len(found) > 1 else None for column, found in scores.items()}
    for name, runs in rows.items():
        line = [f"`{name}` {said(name)}", str(len(runs))]
        for column, (_, spec) in COLUMNS.items():
            found = scores[column].get(name)
            number = f"{mean(found).value:{spec}} ± {mean(found).margin:{spec}}" if found else ""
            line.append(f"**{number}**" if leaders[column] == name else number)
        yield line


def originals(run: Run) -> list[str]:
    """What the engines read in the figures themselves."""
    line = ["*the originals*", ""]
    for measure, spec in COLUMNS.values():
        of_original = "engine" in measure.keywords and measure.func is not kept_ned
        found = scored({"": [run]}, partial(measure, of="original")) if of_original else {}
        line.append(f"*{mean(found['']).value:{spec}}*" if found else "")
    return line


def scored(rows: dict[str, list[Run]], measure: Measure) -> dict[str, list[Scores]]:
    """Of each row that has the number: an engine may not have been asked."""
    found = {name: [score for run in runs if (score := asked(measure, run)) is not None] for name, runs in rows.items()}
    return {name: scores for name, scores in found.items() if scores}


def asked(measure: Measure, run: Run) -> Scores | None:
    try:
        return measure(run)
    except KeyError:
        return None


def said(row: str) -> str:
    """The first line of a row's file, without its command."""
    return description(Path(__file__).parent / f"{row}.yaml").rpartition(": python")[0]


def pairs(group: str) -> Iterator[list[str]]:
    """a - b in every column, paired by figure and by seed; bold where it separates from zero."""
    rows = rows_of(group)
    for told, (a, b) in PAIRS.items():
        if rows.keys() >= {a, b}:
            found = [gap(scored({a: rows[a], b: rows[b]}, measure), spec) for measure, spec in COLUMNS.values()]
            yield [told, f"`{a}` - `{b}`", *found]


def gap(scores: dict[str, list[Scores]], spec: str) -> str:
    """The first row's less the second's; nothing where one of them has none."""
    if len(scores) < 2:
        return ""
    found = difference(*scores.values())
    number = f"{found.value:+{spec}} ± {found.margin:{spec}}"
    return f"**{number}**" if found.separates else number


def study() -> Iterator[list[str]]:
    """The best trial of each row, between the ends of its ranges."""
    for row, ranges in ROWS.items():
        if trials := finished(row):
            best = max(trials, key=lambda trial: trial.value or 0.0)
            chosen = [
                f"{limits.key.rpartition('.')[2]} {best.params[limits.key]:.3g} of {limits.low:g} to {limits.high:g}"
                for limits in ranges
            ]
            yield [f"`{row}`", str(len(trials)), ", ".join(chosen), *(f"{best.user_attrs[key]:.3f}" for key in SEEN)]
