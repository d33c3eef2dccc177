"""What every key of the config may hold. One table; a key without a rule is an unknown key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import isfinite
from pathlib import Path
from typing import Any

Check = Callable[[Any], str | None]  # a value => what is allowed instead, or None where it is fine


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`; `open_high` excludes the end."""

    low: float
    high: float = float("inf")
    open_high: bool = False
    whole: bool = False
    optional: bool = False

    def __call__(self, value: Any) -> str | None:
        if value is None and self.optional:
            return None
        kinds = (int,) if self.whole else (int, float)
        is_fine = isinstance(value, kinds) and not isinstance(value, bool) and isfinite(value)
        is_fine = is_fine and self.low <= value <= self.high
        return None if is_fine and not (self.open_high and value == self.high) else str(self)

    def __str__(self) -> str:
        noun = "a whole number" if self.whole else "a number"
        end = "" if self.high == float("inf") else f" and {'below' if self.open_high else 'at most'} {self.high:.10g}"
        return f"{noun} of at least {self.low:.10g}{end}" + (", or null" if self.optional else "")


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[Any, ...]

    def __call__(self, value: Any) -> str | None:
        return None if value in self.options and not isinstance(value, bool) else str(self)

    def __str__(self) -> str:
        return "one of " + ", ".join("null" if o is None else str(o) for o in self.options)


@dataclass(frozen=True)
class Flag:
    def __call__(self, value: Any) -> str | None:
        return None if isinstance(value, bool) else str(self)

    def __str__(self) -> str:
        return "true or false"


@dataclass(frozen=True)
class Text:
    """Some text, or null where `optional`."""

    optional: bool = False

    def __call__(self, value: Any) -> str | None:
        return None if (isinstance(value, str) and value) or (value is None and self.optional) else str(self)

    def __str__(self) -> str:
        return "some text" + (", or null" if self.optional else "")


@dataclass(frozen=True)
class ExistingFile:
    """A file that is there, or null."""

    def __call__(self, value: Any) -> str | None:
        return None if value is None or (isinstance(value, str) and Path(value).is_file()) else str(self)

    def __str__(self) -> str:
        return "a file that exists, or null"


@dataclass(frozen=True)
class ListOf:
    """A list whose items all pass `item`; of `length` items where that is given, never empty unless it may be."""

    item: Check
    length: int | None = None
    may_be_empty: bool = False

    def __call__(self, value: Any) -> str | None:
        is_fine = isinstance(value, list) and (value or self.may_be_empty) and self.length in (None, len(value))
        return None if is_fine and all(self.item(v) is None for v in value) else str(self)

    def __str__(self) -> str:
        return f"a list of {self.length or 'one or more'} items, each {self.item}"


@dataclass(frozen=True)
class Target:
    """A class to build, from the packages that figgen trusts."""

    packages: tuple[str, ...] = ("figgen.", "diffusers.")

    def __call__(self, value: Any) -> str | None:
        return None if isinstance(value, str) and value.startswith(self.packages) else str(self)

    def __str__(self) -> str:
        return "a class of " + ", ".join(p.rstrip(".") for p in self.packages)


COUNT, NATURAL = Number(1, whole=True), Number(0, whole=True)
FRACTION, POSITIVE = Number(0, 1), Number(0)
STAGE_NAMES = ("autoencoder", "diffusion", "evaluation")
MARIO_EVAL = (
    "LAIONEval4000",
    "TMDBEval500",
    "OpenLibraryEval500",
    "ChineseDrawText",
    "DrawBenchText",
    "DrawTextCreative",
)

RULES: dict[str, Check] = {
    "*._target_": Target(),
    "group": Text(),
    "seed": Number(0, 2**31 - 1, whole=True),
    "stages": ListOf(Choice(STAGE_NAMES)),
    "force": Flag(),
    "dry_run": Flag(),
    "traceback": Flag(),
    "from": Text(optional=True),
    "action": Choice(("convert", "inspect")),
    "shard": NATURAL,
    "num_shards": COUNT,
    "pictures": COUNT,
    "scale": Choice(("demo", "paper")),
    "debug": Choice(("none", "fast", "overfit", "profile")),
    "profiler": Choice((None, "simple")),
    "*.name": Text(),
    "paths.*": Text(),
    "dataset.about.*": Text(),
    "dataset.hub": Choice((None,)),
    "dataset.hub.repo": Text(),
    "dataset.hub.files": ListOf(Text()),
    "dataset.unpack": ListOf(Text(), may_be_empty=True),
    "dataset.fit": Choice(("pad", "crop")),
    "dataset.reader.text": Choice(("caption", "caption_and_type")),
    "dataset.reader.column": Text(),
    "dataset.reader.test_items": Number(1, whole=True, optional=True),
    "dataset.reader.experiment": Choice(
        ("Single-Sentence-Caption", "First-Sentence", "Caption-No-More-Than-100-Tokens")
    ),
    "dataset.reader.subfigures": Flag(),
    "dataset.reader.form": Choice(("original", "lowercase_and_token", "basic_num", "advanced_equation_bracket")),
    "dataset.reader.caption": Choice(("caption", "caption_no_index")),
    "dataset.reader.files.*": ListOf(Text()),
    "dataset.miniature.num_train": COUNT,
    "dataset.miniature.num_test": COUNT,
    "dataset.miniature.num_val": COUNT,
    "dataset.reader.captions": Choice(("auto", "labels", "attributes")),
    "dataset.reader.picture": Choice(("whole", "text_only")),
    "dataset.reader.subsets": ListOf(Choice(MARIO_EVAL)),
    "dataset.source": Choice(("auto", "prepared", "miniature")),
    "dataset.sizes.*": ListOf(COUNT, 2),
    "dataset.size": ListOf(Number(16, 4096, whole=True), 2),
    "dataset.channels": Choice((1, 3)),
    "dataset.has_text": Flag(),
    "dataset.horizontal_flip": Flag(),
    "dataset.max_bad_fraction": FRACTION,
    "detector.model": Choice((None,)),
    "detector.model.scale": Number(1, 8, whole=True),
    "detector.model.psm": Number(0, 13, whole=True),
    "detector.model.min_confidence": Number(0, 100),
    "detector.model.text": Choice(("as_read", "published")),
    "detector.model.least_side": Number(32, 4096, whole=True),
    "detector.model.weights": ExistingFile(),
    "detector.model.long_side": Number(32, 4096, whole=True),
    "detector.model.text_threshold": FRACTION,
    "detector.model.link_threshold": FRACTION,
    "detector.model.low_text": FRACTION,
    "autoencoder.net.channels": Choice((1, 3)),
    "autoencoder.net.downsample": Choice((2, 4, 8, 16)),
    "autoencoder.net.latent_channels": Number(1, 256, whole=True),
    "autoencoder.net.width": Number(8, whole=True),
    "autoencoder.sizes.*.width": Number(8, whole=True),
    "autoencoder.*.layers_per_block": COUNT,
    "autoencoder.net.encoder_blocks": NATURAL,
    "autoencoder.net.decoder_blocks": NATURAL,
    "autoencoder.net.subfolder": Text(optional=True),
    "autoencoder.net.revision": Text(),
    "loss.recon.pixel": Choice(("l1", "mse")),
    "loss.recon.kl_weight": POSITIVE,
    "loss.recon.perceptual": Choice((None,)),
    "loss.recon.perceptual.weight": POSITIVE,
    "loss.recon.perceptual.weights": ExistingFile(),
    "loss.adversary": Choice((None,)),
    "loss.adversary.channels": Choice((1, 3)),
    "loss.adversary.weight": POSITIVE,
    "loss.adversary.start": NATURAL,
    "loss.adversary.learning_rate": Number(0, 1),
    "loss.adversary.width": Number(1, whole=True),
    "loss.text": Choice((None,)),
    "loss.text.weight": POSITIVE,
    "loss.text.weighting": Choice(("box", "area")),
    "loss.text.shape": Choice(("upright", "quad")),
    "loss.text.space": Choice(("pixel", "feature")),
    "loss.text.craft": ExistingFile(),
    "loss.text.lam": FRACTION,
    "loss.text.target": Choice(("ctc", "features")),
    "loss.text.warmup_steps": NATURAL,
    "loss.text.max_crops": COUNT,
    "loss.text.min_accuracy": FRACTION,
    "loss.text.trunk.craft": ExistingFile(),
    "loss.text.recogniser.weights": ExistingFile(),
    "teacher.model.weights": ExistingFile(),
    "*.source": Text(),
    "sampler.policy.start": ListOf(FRACTION),
    "sampler.policy.end": ListOf(FRACTION),
    "denoiser.net.widths": ListOf(Number(8, whole=True)),
    "denoiser.net.layers_per_block": COUNT,
    "denoiser.net.heads": COUNT,
    "denoiser.net.attention_from": COUNT,
    "denoiser.net.text_width": COUNT,
    "*.noise.num_steps": Number(2, whole=True),
    "*.noise.beta_start": FRACTION,
    "*.noise.beta_end": FRACTION,
    "*.noise.beta_schedule": Choice(("linear", "scaled_linear")),
    "denoiser.ema_decay": Number(0, 1, open_high=True),
    "denoiser.caption_dropout": FRACTION,
    "text_encoder.net.width": COUNT,
    "text_encoder.net.depth": COUNT,
    "text_encoder.net.heads": COUNT,
    "text_encoder.net.max_bytes": COUNT,
    "*.steps": COUNT,
    "*.batch_size": COUNT,
    "*.learning_rate": Number(0, 1),
    "*.betas": ListOf(Number(0, 1, open_high=True), 2),
    "*.weight_decay": POSITIVE,
    "*.schedule": Choice(("onecycle", "cosine", "constant")),
    "*.warmup_steps": NATURAL,
    "*.grad_clip": POSITIVE,
    "solver.scheduler.clip_sample": Flag(),
    "solver.scheduler.algorithm_type": Choice(("dpmsolver++", "sde-dpmsolver++")),
    "solver.guidance": Number(1),
    "evaluation.split": Choice(("test", "val")),
    "evaluation.second_reader": Choice(("auto", "rapidocr", "none")),
    "evaluation.vgg_weights": ExistingFile(),
    "evaluation.num_reconstructions": COUNT,
    "evaluation.num_generated": COUNT,
    "evaluation.seed": NATURAL,
    "evaluation.grid_rows": COUNT,
    "evaluation.gif_frames": Number(2, whole=True),
    "evaluation.ocr_scale": Number(1, 8, whole=True),
    "evaluation.ocr_psm": Number(0, 13, whole=True),
    "trainer.accelerator": Choice(("cpu", "gpu")),
    "trainer.devices": COUNT,
    "trainer.strategy": Choice(("auto", "ddp")),
    "trainer.precision": Choice(("32-true", "bf16-mixed")),
    "trainer.threads": Number(1, whole=True, optional=True),
    "trainer.checkpoint_every": POSITIVE,
    "trainer.log_every": COUNT,
    "trainer.grad_norms_every": NATURAL,
    "logger.name": Choice(("mlflow", "none")),
    "logger.tracking_uri": Text(optional=True),
}


def rule_for(key: str) -> Check | None:
    """The rule of a dotted key: its own, else the first pattern that fits."""
    return RULES.get(key) or next((rule for pattern, rule in RULES.items() if fnmatchcase(key, pattern)), None)
