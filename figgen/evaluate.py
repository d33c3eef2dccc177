"""Numbers for pictures that anybody made: python -m figgen.evaluate images=DIR reference=DIR."""

from __future__ import annotations

import math
from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import launch
from figgen.cli.verb import Outcome, Verb
from figgen.data.manifest import digest
from figgen.metrics.judging import LEGACY, Result, distributions, pixelwise, reading
from figgen.metrics.pairs import Pair, read_pairs, some
from figgen.metrics.readers import rapidocr, tesseract
from figgen.metrics.scores import by_picture
from figgen.runs.console import say
from figgen.runs.files import write_json, write_text
from figgen.runs.identity import plain
from figgen.stages.options import EVALUATE_RULES

HEADS = ("metric", "mean", "sd", "median", "95 % interval", "n")


def evaluate(cfg: DictConfig) -> Outcome:
    """Print the table; keep it as metrics.json, and the values of each picture as images.csv."""
    pairs, left_out = read_pairs(Path(cfg.images), Path(cfg.reference))
    results = judged(cfg, pairs)
    say("\n".join([table(results), *notes(results), *([left_out] if left_out else [])]))
    asked = {key: value for key, value in plain(cfg).items() if key not in ("paths", "traceback")}
    asked |= {key: str(Path(cfg[key]).resolve()) for key in ("images", "reference")}
    folder = Path(cfg.paths.outputs) / "evaluate" / f"{Path(asked['images']).name}-{digest(asked)[:8]}"
    metrics = {each.name: each.to_dict() for each in results}
    write_json(folder / "metrics.json", {"asked": asked, "pairs": len(pairs), "left_out": left_out, "metrics": metrics})
    single = {each.name: each.values for each in results if each.values is not None}
    write_text(folder / "images.csv", by_picture([pair.name for pair in pairs], single))
    say(f"{folder / 'metrics.json'}\n{folder / 'images.csv'}")
    return Outcome("finished", folder)


def judged(cfg: DictConfig, pairs: list[Pair]) -> list[Result]:
    """Every number that cfg.metrics asks for."""
    results = pixelwise(pairs, cfg.metrics, cfg.vgg_weights, cfg.seed)
    results += distributions(pairs, cfg.metrics, cfg.inception_weights, cfg.seed)
    if "readability" in cfg.metrics:
        engine = tesseract(cfg.ocr_scale, cfg.ocr_psm) if cfg.engine == "tesseract" else rapidocr()
        captions = Path(cfg.captions) if cfg.captions else None
        results += reading(pairs, engine, captions, cfg.legacy_skip, cfg.seed)
    return results


def table(results: list[Result]) -> str:
    """Three decimals, columns aligned."""
    rows = [HEADS, *(cells(each) for each in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        [f"{row[0]:<{widths[0]}}", *(f"{c:>{w}}" for c, w in zip(row[1:], widths[1:], strict=True))] for row in rows
    )
    return "\n".join("  ".join(line) for line in lines)


def cells(result: Result) -> tuple[str, ...]:
    number = result.measured
    spread = f"{three(number.low)} to {three(number.high)}"
    return (result.name, three(number.value), three(result.sd), three(result.median), spread, str(number.n))


def three(number: float) -> str:
    return "-" if math.isnan(number) else f"{number:.3f}"


def notes(results: list[Result]) -> list[str]:
    """Who judged, by which truth, and what the names ask for."""
    told: dict[tuple[str, str], list[str]] = {}
    for each in results:
        for said in each.by.items():
            told.setdefault(said, []).append(each.name)
    lines = [f"{key} of {some(names)}: {value}" for (key, value), names in told.items()]
    if any(each.name.endswith(LEGACY) for each in results):
        lines.append(f"{LEGACY[1:]}: pictures in which nothing was read are dropped, as in numbers published before")
    return lines


EVALUATE = Verb(
    work=evaluate,
    rules=EVALUATE_RULES,
    name="evaluate",
    config="evaluate",
    purpose="numbers with n and interval for pictures made by anybody, beside those they should be like.",
    examples="""\
  python -m figgen.evaluate images=DIR reference=DIR              pictures of one name are a pair
  python -m figgen.evaluate images=DIR reference=DIR 'metrics=[rmse,dtw_ti]'
  python -m figgen.evaluate images=DIR reference=DIR 'metrics=[readability]' captions=words.jsonl
  python -m figgen.evaluate images=DIR reference=DIR 'metrics=[fid_ocr]'      letters as PP-OCR sees them; no FID
  python -m figgen.evaluate images=DIR reference=DIR 'metrics=[fid,kid]' inception_weights=inception-2015-12-05.pt""",
)


def main() -> None:
    launch(EVALUATE)


if __name__ == "__main__":
    main()
