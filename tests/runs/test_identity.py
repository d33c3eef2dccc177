"""A run's signature follows what its results depend on, stage by stage, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from conftest import HEAVY, composed

from figgen.cli.choices import CONF
from figgen.ocr import options, rapidocr, tesseract
from figgen.runs.identity import flatten
from figgen.runs.provenance import ROOT
from figgen.stages.road import CODE, run_name, signature

STAGES = ("autoencoder", "diffusion", "evaluation")


@pytest.fixture(autouse=True)
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIGGEN_ROOT", str(ROOT))


def signatures(*overrides: str, data: str = "data") -> list[str]:
    """One per stage."""
    cfg = composed(*overrides)
    return [signature(cfg, data, stage) for stage in STAGES]


VOLATILE = [
    "group=another",
    "stages=[autoencoder]",
    "force=true",
    "dry_run=true",
    "traceback=true",
    "paths.outputs=/elsewhere",
    "paths.data=/elsewhere/data",
    "logger=none",
    "trainer.threads=3",
    "trainer.devices=2",
    "trainer.log_every=7",
    "trainer.checkpoint_every=7",
    "dataset.source=miniature",
    "teacher=ppocr",  # loss=plain has no teacher
]


@pytest.mark.parametrize("override", VOLATILE)
def test_volatile_keys_find_the_same_run_again(override: str) -> None:
    assert signatures(override) == signatures()


SCIENCE = [
    ("seed=1", "autoencoder"),
    ("dataset.size=[64,64]", "autoencoder"),
    ("dataset.miniature.num_train=8", "autoencoder"),
    ("autoencoder.steps=5", "autoencoder"),
    ("autoencoder=kl", "autoencoder"),
    ("loss=tpl", "autoencoder"),
    ("loss.recon.kl_weight=0.1", "autoencoder"),
    ("detector=tesseract", "autoencoder"),
    ("trainer.precision=bf16-mixed", "autoencoder"),
    ("sampler=scheduled", "diffusion"),
    ("denoiser.ema_decay=0.5", "diffusion"),
    ("denoiser.noise.beta_end=0.02", "diffusion"),
    ("text_encoder.net.depth=1", "diffusion"),
    ("solver=ddpm", "evaluation"),
    ("solver.guidance=1", "evaluation"),
    ("evaluation.num_generated=4", "evaluation"),
]


@pytest.mark.parametrize(("override", "stage"), SCIENCE)
def test_science_keys_change_their_stage_and_those_after_it(override: str, stage: str) -> None:
    changed = [a != b for a, b in zip(signatures(override), signatures(), strict=True)]
    first = STAGES.index(stage)
    assert changed == [i >= first for i in range(3)]


def test_teacher_matters_where_the_loss_has_one() -> None:
    pairs = zip(signatures("loss=ocr", "teacher=ppocr"), signatures("loss=ocr"), strict=True)
    assert all(a != b for a, b in pairs)


def changed_by(*overrides: str, patch: Callable[[], None]) -> list[bool]:
    """Which stages' signatures change."""
    before = signatures(*overrides)
    patch()
    return [a != b for a, b in zip(before, signatures(*overrides), strict=True)]


EVERY, NONE = [True] * 3, [False] * 3


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["loss=ocr"], EVERY),
        (["loss=ocr", "teacher=ppocr"], NONE),
        (["loss=plain"], NONE),
        (["loss=tpl"], NONE),
    ],
)
def test_shipped_recogniser_matters_to_those_it_teaches(
    overrides: list[str], expected: list[bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "crnn.safetensors").write_bytes(b"trained again")
    patch = partial(monkeypatch.setattr, options, "CRNN", tmp_path / "crnn.safetensors")
    assert changed_by(*overrides, patch=patch) == expected


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["loss=ocr", "teacher=ppocr"], EVERY),
        (["loss=ocr_perceptual"], EVERY),
        (["loss=tpl", "loss.text.space=feature"], EVERY),
        (["loss=plain", "evaluation.second_reader=rapidocr"], [False, False, True]),
        (["loss=plain"], NONE),
        (["loss=tpl"], NONE),
        (["loss=ocr"], NONE),
    ],
)
def test_models_of_the_wheel_matter_to_those_they_teach_or_judge(
    overrides: list[str], expected: list[bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def patch() -> None:
        for module in (options, rapidocr):
            monkeypatch.setattr(module, "model_file", lambda name, instead: tmp_path / name)

    for name in (rapidocr.DETECTOR, rapidocr.RECOGNISER):
        (tmp_path / name).write_bytes(b"another release")
    assert changed_by(*overrides, patch=patch) == expected


def test_engine_that_judges_matters_to_what_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    release = partial(monkeypatch.setattr, tesseract, "engine_version", lambda: "tesseract 9.0")
    assert changed_by("dataset.has_text=false", patch=release) == NONE
    monkeypatch.undo()
    monkeypatch.setenv("FIGGEN_ROOT", str(ROOT))
    assert changed_by(patch=release) == [False, False, True]


@pytest.mark.parametrize(("name", "first"), [("autoencoder", 0), ("diffusion", 1), ("evaluation", 2), ("judging", 2)])
def test_raised_version_of_the_code_makes_its_stage_and_those_after_it_anew(
    name: str, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = partial(monkeypatch.setitem, CODE, name, CODE[name] + 1)
    assert changed_by(patch=raised) == [stage >= first for stage in range(3)]


SIGNED = """
import sys
from hydra import compose, initialize_config_dir
from figgen.stages.road import signature

with initialize_config_dir(sys.argv[1], version_base="1.3"):
    signature(compose("config", ["loss=ocr", "evaluation.second_reader=rapidocr"]), "data")
print(*sys.modules)
"""


def test_signatures_wait_for_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", SIGNED, str(CONF)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stdout.split())


def test_other_data_is_another_run() -> None:
    assert all(a != b for a, b in zip(signatures(data="one"), signatures(data="two"), strict=True))


def names(*overrides: str) -> list[str]:
    """One per stage, without the signatures, which must be each stage's own."""
    cfg = composed(*overrides)
    whole = [run_name(cfg, "data", stage) for stage in STAGES]
    marks = [signature(cfg, "data", stage) for stage in STAGES]
    assert [name.rpartition("-")[2] for name in whole] == marks and len(set(marks)) == 3
    return [name.rpartition("-")[0] for name in whole]


def test_stages_of_one_run_have_names_of_their_own() -> None:
    assert names("loss=tpl", "sampler=scheduled", "seed=3") == [
        "mlfigs-tpl-s3",
        "mlfigs-tpl-scheduled-s3",
        "mlfigs-tpl-scheduled-s3",
    ]


NAMED = {
    "loss=tpl loss.text.weight=3.2 autoencoder=kl": "mlfigs-tpl-w3.2-kl-baseline-s0",
    "loss=tpl loss.text.weight=0.8": "mlfigs-tpl-baseline-s0",  # as its file has it
    "loss=tpl loss.recon.pixel=mse": "mlfigs-tpl-mse-baseline-s0",
    "loss=ocr teacher=ppocr loss.text.lam=0.5": "mlfigs-ocr-lam0.5-ppocr-baseline-s0",
    "teacher=ppocr": "mlfigs-plain-baseline-s0",  # which has no teacher
    "autoencoder=identity": "mlfigs-plain-identity-baseline-s0",
    "autoencoder.net.latent_channels=8 detector=tesseract": "mlfigs-plain-tesseract-c8-baseline-s0",
    "solver=ddim solver.guidance=1": "mlfigs-plain-baseline-ddim-g1-s0",
    "loss=tpl experiments=loss_ablation/ocr_features": "mlfigs-ocr_features-baseline-s0",
    "loss.name=../a/b": "mlfigs-.._a_b-baseline-s0",
}


@pytest.mark.parametrize("overrides", NAMED)
def test_a_name_tells_what_is_not_as_usual_and_is_one_folder(overrides: str) -> None:
    assert names(*overrides.split())[-1] == NAMED[overrides]


def test_flatten_joins_keys_with_dots_and_keeps_lists() -> None:
    assert flatten({"a": {"b": 1, "c": [2, 3]}, "d": None}) == {"a.b": 1, "a.c": [2, 3], "d": None}
