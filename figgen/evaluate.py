"""Numbers for pictures that anybody made: python -m figgen.evaluate images=DIR reference=DIR."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from figgen.cli.door import heavy, launch
from figgen.cli.verb import Outcome, Verb
from figgen.data.manifest import digest
from figgen.metrics.judging import LEGACY, Result, distributions, nearness, pixelwise, reading
from figgen.metrics.pairs import Pair, read_pairs, some
from figgen.metrics.readers import rapidocr, tesseract
from figgen.metrics.scores import by_picture
from figgen.runs.console import say
from figgen.runs.errors import CheckpointError
from figgen.runs.files import write_json, write_text
from figgen.runs.identity import plain
from figgen.stages.options import EVALUATE_RULES

OF_FOLDERS = ("rmse", "psnr", "ssim", "dtw", "dtw_ti")  # metrics where none are asked for
OF_RUNS = ("readability", "fid_ocr")
HEADS = ("metric", "mean", "sd", "median", "95 % interval", "n")


def evaluate(cfg: DictConfig) -> Outcome:
    """Print the table; keep it as metrics.json, and the values of each picture as images.csv. A run draws first."""
    if cfg.run is None:
        return judge(with_metrics(cfg, OF_FOLDERS), Path(cfg.images).name)
    drawn = heavy("figgen.stages.gallery:gallery")(str(cfg.run), cfg.n, cfg.batch_size, Path(cfg.paths.outputs))
    pictures = {key: str(getattr(drawn, key)) for key in ("images", "reference", "captions")}
    cfg = OmegaConf.merge(with_metrics(cfg, OF_RUNS), pictures)  # type: ignore[assignment]
    outcome = judge(cfg, drawn.images.parent.name, drawn.names, drawn.data)
    if drawn.missing:
        raise CheckpointError(f"{drawn.missing}; the table is of the {len(drawn.names)} that were drawn before")
    return outcome


def with_metrics(cfg: DictConfig, usual: Sequence[str]) -> DictConfig:
    """Those that are asked for, else the usual ones."""
    return cfg if cfg.metrics else OmegaConf.merge(cfg, {"metrics": list(usual)})  # type: ignore[return-value]


def judge(cfg: DictConfig, name: str, wanted: Sequence[str] | None = None, data: str | None = None) -> Outcome:
    """Of two folders, the pictures whose names are wanted; None: all. data: what is known of where they come from."""
    pairs, left_out = read_pairs(Path(cfg.images), Path(cfg.reference), wanted)
    results = judged(cfg, pairs)
    say("\n".join([table(results), *notes(results), *([left_out] if left_out else [])]))
    asked = {key: value for key, value in plain(cfg).items() if key not in ("paths", "traceback", "batch_size")}
    asked |= {key: str(Path(cfg[key]).resolve()) for key in ("images", "reference")}
    folder = Path(cfg.paths.outputs) / "evaluate" / f"{name}-{digest(asked)[:8]}"
    metrics = {each.name: each.to_dict() for each in results}
    record = {"asked": asked, "data": data, "pairs": len(pairs), "left_out": left_out, "metrics": metrics}
    write_json(folder / "metrics.json", record)
    single = {each.name: each.values for each in results if each.values is not None}
    write_text(folder / "images.csv", by_picture([pair.name for pair in pairs], single))
    say(f"{folder / 'metrics.json'}\n{folder / 'images.csv'}")
    return Outcome("finished", folder)


def judged(cfg: DictConfig, pairs: list[Pair]) -> list[Result]:
    """Every number that cfg.metrics asks for."""
    results = pixelwise(pairs, cfg.metrics, cfg.vgg_weights, cfg.seed)
    results += distributions(pairs, cfg.metrics, cfg.inception_weights, cfg.clip, cfg.seed)
    captions = Path(cfg.captions) if cfg.captions else None
    results += nearness(pairs, cfg.metrics, cfg.clip, cfg.clip_prefix or "", captions, cfg.seed)
    if "readability" in cfg.metrics:
        engine = tesseract(cfg.ocr_scale, cfg.ocr_psm) if cfg.engine == "tesseract" else rapidocr()
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
    purpose="numbers with n and interval: of a run's pictures for a whole test split, or of anybody's pictures.",
    examples="""\
  python -m figgen.evaluate run=a80c553c                          draw all of a run's test captions; again: resume
  python -m figgen.evaluate run=outputs/main/NAME n=302 'metrics=[readability,clip_text,cmmd]' clip=PATH
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
