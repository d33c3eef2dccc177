"""Pictures in pairs => every number that was asked for, with the values of single pictures where it has any.

What needs torch is fetched only when it is asked for. Each number is defined in docs/metrics.md under its id.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np

from figgen.cli.door import heavy
from figgen.metrics.bootstrap import Measured, interval_of_sets
from figgen.metrics.cmmd import cmmd
from figgen.metrics.dtw import dtw, dtw_ti
from figgen.metrics.frechet import frechet
from figgen.metrics.kid import kid
from figgen.metrics.options import Distribution, Nearness, Pixelwise
from figgen.metrics.pairs import Pair, captions_of, of_one_size, words_of
from figgen.metrics.pixels import psnr, rmse, ssim
from figgen.metrics.readability import cer, mario_eval, ned, wer
from figgen.metrics.readers import Engine
from figgen.metrics.scores import Scores
from figgen.runs.errors import DataError
from figgen.runs.progress import progress

EDITION = 1  # of docs/metrics.md: raise it when the same pictures would get other numbers
LEGACY = "_legacy_skip"
Measure = Callable[[np.ndarray, np.ndarray], np.ndarray]
Distance = Callable[[np.ndarray, np.ndarray], float]
LIGHT: dict[str, Measure] = {"rmse": rmse, "psnr": psnr, "ssim": ssim, "dtw": dtw, "dtw_ti": dtw_ti}
BACKBONES = {"lpips": {"backbone": "VGG16 of torchvision, LPIPS heads of torchmetrics"}}
FEATURES = {  # whose features a distribution is one of
    "fid": "figgen.metrics.inception",
    "kid": "figgen.metrics.inception",
    "fid_ocr": "figgen.metrics.ocr_features",
    "cmmd": "figgen.metrics.clip",
}
CONVENTIONS = {"w1": 1.0, "w2.5": 2.5}  # published CLIPScores are w · max(cosine, 0)


@dataclass(frozen=True)
class Result:
    """A number of the table. values: one a picture, NaN where it has none; None where only the set has a number."""

    name: str
    definition: str  # an id of docs/metrics.md
    measured: Measured
    values: np.ndarray | None
    by: dict[str, str]  # engine, truth, backbone: what else the number hangs on

    @property
    def sd(self) -> float:
        """Over pictures, their mean known: of the population."""
        return self._over_pictures(np.std)

    @property
    def median(self) -> float:
        return self._over_pictures(np.median)

    def _over_pictures(self, what: Callable[[np.ndarray], Any]) -> float:
        kept = np.array([]) if self.values is None else self.values[~np.isnan(self.values)]
        return float(what(kept)) if len(kept) else math.nan

    def to_dict(self) -> dict[str, Any]:
        numbers = {**self.measured.to_dict(), "sd": self.sd, "median": self.median}
        plain = {key: None if math.isnan(number) else number for key, number in numbers.items()}
        return {**plain, "definition": self.definition, **self.by}


def pixelwise(pairs: list[Pair], asked: Sequence[str], vgg_weights: str | None, seed: int) -> list[Result]:
    """Each pair by itself."""
    names = [name for name in asked if name in get_args(Pixelwise)]
    if not names:
        return []
    of_one_size(pairs)
    measures, rows = [_measure(name, vgg_weights) for name in names], []
    with progress(", ".join(names), len(pairs), "pairs") as meter:
        for pair in pairs:
            stacks = [picture.transpose(2, 0, 1)[None] for picture in (pair.image, pair.reference)]
            rows.append([float(measure(*stacks)[0]) for measure in measures])
            meter.update(len(rows))
    scores = [Scores(column) for column in np.array(rows).T[..., None]]
    return [
        Result(name, f"{name}/{EDITION}", score.measured(seed), score.values, BACKBONES.get(name, {}))
        for name, score in zip(names, scores, strict=True)
    ]


def _measure(name: str, vgg_weights: str | None) -> Measure:
    if name == "lpips":
        return partial(heavy("figgen.metrics.lpips:lpips"), net=heavy("figgen.metrics.lpips:network")(vgg_weights))
    return LIGHT[name]


def reading(pairs: list[Pair], engine: Engine, captions: Path | None, legacy_skip: bool, seed: int) -> list[Result]:
    """What the engine reads in the pictures against the true words: those of `captions`, or, without them, what it
    reads in the references.

    legacy_skip: MARIO-Eval's numbers also as its users got them, pictures in which nothing was read dropped.
    """
    known = None if captions is None else words_of(captions, [pair.name for pair in pairs])
    original = engine.read([pair.reference.transpose(2, 0, 1) for pair in pairs], "references")
    read = engine.read([pair.image.transpose(2, 0, 1) for pair in pairs], "pictures")
    truth = original if known is None else known
    mario = mario_eval(read, truth)
    scores = {**mario, "cer": cer(read, truth), "wer": wer(read, truth), "ned_anytext": ned(read, truth, tiny=1e-5)}
    if legacy_skip:
        unread = np.array([not words for words in read])
        scores |= {f"{name}{LEGACY}": score.without(unread) for name, score in mario.items()}
    seen = f"what {engine.version} reads in the references"
    results = [_as_read(engine, name, score, seed, str(captions or seen)) for name, score in scores.items()]
    return [*results, _as_read(engine, "ned_omnidoc", ned(read, original), seed, seen)]


def _as_read(engine: Engine, name: str, score: Scores, seed: int, truth: str) -> Result:
    by = {"engine": engine.release, "preprocessing": repr(engine.find), "truth": truth}
    definition = f"{name.removesuffix(LEGACY)}/{EDITION}"
    return Result(f"{engine.prefix}{name}", definition, score.measured(seed), score.values, by)


def nearness(
    pairs: list[Pair], asked: Sequence[str], clip: str, prefix: str, captions: Path | None, seed: int
) -> list[Result]:
    """Each picture beside its caption and beside its reference, as CLIP sees them: the raw cosine, and of captions the
    two published conventions. A picture whose caption is empty has no number."""
    if not set(asked) & set(get_args(Nearness)):
        return []
    module = "figgen.metrics.clip"
    net, cosines = heavy(f"{module}:network")(clip), heavy(f"{module}:cosines")
    images, references = _features(pairs, module, net)
    by, values = {"backbone": heavy(f"{module}:backbone")(clip)}, {}
    if "clip_text" in asked and captions is not None:
        texts = captions_of(captions, [pair.name for pair in pairs])
        read = heavy(f"{module}:text_features")([prefix + text for text in texts], net)
        values["clip_text"] = np.where([bool(text.strip()) for text in texts], cosines(images, read), np.nan)
        values |= {f"clip_text_{w}": weight * values["clip_text"].clip(0) for w, weight in CONVENTIONS.items()}
    if "clip_image" in asked:
        values["clip_image"] = cosines(images, references)
    said = {name: by | ({"prefix": repr(prefix)} if "text" in name else {}) for name in values}
    scores = {name: Scores(column[:, None]) for name, column in values.items()}
    return [
        Result(name, f"{name}/{EDITION}", score.measured(seed), score.values, said[name])
        for name, score in scores.items()
    ]


def distributions(
    pairs: list[Pair], asked: Sequence[str], inception_weights: str | None, clip: str | None, seed: int
) -> list[Result]:
    """All pictures as one set against all references as another; features are computed once for each network."""
    weights = {"figgen.metrics.inception": (inception_weights,), "figgen.metrics.clip": (clip,)}
    distance: dict[str, Distance] = {"kid": partial(kid, seed=seed), "cmmd": cmmd}
    results, seen = [], {}
    for name in (name for name in asked if name in get_args(Distribution)):
        if len(pairs) < 2:
            raise DataError(f"metrics: {name} compares sets, and there is 1 pair of pictures.")
        module = FEATURES[name]
        given = weights.get(module, ())
        if module not in seen:
            seen[module] = _features(pairs, module, heavy(f"{module}:network")(*given))
        measured = interval_of_sets(distance.get(name, frechet), *seen[module], seed)
        by = {"backbone": heavy(f"{module}:backbone")(*given)}
        results.append(Result(name, f"{name}/{EDITION}", measured, None, by))
    return results


def _features(pairs: list[Pair], module: str, net: Any) -> tuple[np.ndarray, np.ndarray]:
    """(n, d) of the pictures, and of the references."""
    features, sets = heavy(f"{module}:features"), []
    for what, pictures in (("pictures", [p.image for p in pairs]), ("references", [p.reference for p in pairs])):
        with progress(f"{module.rpartition('.')[2]} of {what}", len(pairs), "pictures") as meter:
            sets.append(features(pictures, net, meter.update))
    return sets[0], sets[1]
