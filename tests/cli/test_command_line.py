"""Bad commands get one clear sentence each before anything heavy is imported; good ones get none."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import huggingface_hub
import pytest
from conftest import HEAVY, NAMING_IMPORTS
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, OmegaConf

from figgen.cli import preflight
from figgen.cli.choices import CONF, description, groups_of
from figgen.cli.help import help_text
from figgen.cli.preflight import problems
from figgen.cli.verb import Verb
from figgen.evaluate import EVALUATE
from figgen.prepare import PREPARE
from figgen.report import REPORT
from figgen.runs.hub import why_absent
from figgen.runs.provenance import ROOT
from figgen.train import TRAIN
from figgen.training import options as training_options

pytestmark = pytest.mark.usefixtures("machine")


VGG = "hub/checkpoints/vgg16-397923af.pth"


@cache
def composed_once(config: str, overrides: tuple[str, ...], **more: Any) -> DictConfig:
    cfg = compose(config, list(overrides), **more)
    OmegaConf.set_readonly(cfg, True)
    return cfg


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Hydra has composed for one command, 0.1 s each, is there for the next."""
    monkeypatch.setattr(
        preflight, "compose", lambda config, overrides, **more: composed_once(config, tuple(overrides), **more)
    )


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of devices and programs of a machine with a GPU and VGG16, without SLURM and without network."""
    folder = tmp_path_factory.mktemp("machine")
    monkeypatch.setenv("FIGGEN_ROOT", str(ROOT))
    monkeypatch.setenv("HF_HUB_CACHE", str(folder))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    (folder / "nvidia0").touch()
    (folder / VGG).parent.mkdir(parents=True)
    (folder / VGG).touch()
    monkeypatch.setattr(training_options, "DEVICES", folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("TORCH_HOME", str(folder))
    monkeypatch.setattr(huggingface_hub, "HfApi", Mock(side_effect=OSError("no network")))
    monkeypatch.setattr(socket, "create_connection", Mock(side_effect=OSError("no network")))
    why_absent.cache_clear()
    return folder


GOOD = [
    "",
    "dataset=mlfigs loss=tpl",
    "loss=ocr teacher=ppocr autoencoder.steps=2000 seed=1",
    "loss=ocr loss.text.lam=0.5 loss.text.warmup_steps=0",
    "autoencoder={steps:500} ++seed=3",
    "sampler=scheduled sampler.policy.start=[0,0] sampler.policy.end=[0.6,0.4]",
    "solver.guidance=1 denoiser.caption_dropout=0",
    "dataset.has_text=false dataset.horizontal_flip=true",
    "trainer=gpu trainer.strategy=ddp",
    "stages=[autoencoder] trainer.threads=null paths.outputs=/tmp/elsewhere/and/deeper",
    "loss.adversary={_target_:figgen.losses.adversary.PatchAdversary,channels:3,weight:0.5,start:50001}",
    "+experiments=mlfigs/tpl dry_run=true",
    "-m +sweeps=loss_ablation",
    "+sweeps=sampler_ablation seed=5",
    "sweeps=sampler_ablation experiments=mlfigs/tpl",
    "group=grüße",
    "-m loss=plain,tpl hydra/launcher=submitit_local",
    "-m loss=plain,tpl seed=range(0,3) hydra/launcher=joblib hydra.launcher.n_jobs=2",
    "--cfg job --resolve",
    "debug=fast",
]


@pytest.mark.parametrize("command", GOOD)
def test_a_good_command_has_no_problems(command: str) -> None:
    assert problems(command.split(), TRAIN) == []


BAD = {
    # wrong choices
    "loss=tpll": "loss=tpll: no such choice, did you mean tpl. Choices of loss: ocr, ocr_perceptual, plain, tpl",
    "loss=3": "loss=3: no such choice. Choices of loss: ocr, ocr_perceptual, plain, tpl",
    "loss=null": "loss=null: no such choice. Choices of loss: ocr, ocr_perceptual, plain, tpl",
    "loss=[plain,tpl]": "loss=[plain,tpl]: no such choice",
    "~loss": "~loss: loss cannot be left out. Choices of loss: ocr, ocr_perceptual, plain, tpl",
    "+loss=tpl": "leave out the +",
    "-m seed=0,1 hydra/launcher=submitit_slurm": "hydra/launcher=submitit_slurm: there is no SLURM here (sbatch)",
    "+experiments=mlfigs/tlp": "experiments=mlfigs/tlp: no such choice, did you mean mlfigs/tpl",
    "hydra/launcher=joblb": "Available options in 'hydra/launcher': basic joblib",
    "--config-name nosuch": "Cannot find primary config 'nosuch'",
    # unknown keys
    "los=tpl": "los: no such key, did you mean loss",
    "autoencoder.stepz=5": "autoencoder.stepz: no such key, did you mean autoencoder.steps",
    "+autoencoder.stepz=5": "autoencoder.stepz: no such key, did you mean autoencoder.steps",
    "autoencoder={stepz:5}": "autoencoder.stepz: no such key",
    "+seed=3": "+seed=3: seed is there already, leave out the +",
    "~seed": "~seed: no key can be left out",
    "loss=plain loss.text.lam=0.5": "loss.text.lam: no such key with the choices made here; it belongs to loss=ocr",
    "autoencoder=kl autoencoder.net.encoder_blocks=1": "it belongs to autoencoder=patch",
    # wrong types and ranges
    "seed=abc": "seed=abc: must be a whole number of at least 0 and at most 2147483647",
    "seed=1.5": "seed=1.5: must be a whole number",
    "seed=true": "seed=true: must be a whole number",
    "seed=": "seed=: must be a whole number",
    "force=1": "force=1: must be true or false",
    "stages=autoencoder": "stages=autoencoder: must be a list of one or more items",
    "stages=[autoencode]": "each one of autoencoder, lettering, planner, diffusion, evaluation",
    "autoencoder.net=3": "autoencoder.net is a group of keys",
    "autoencoder.steps=0": "autoencoder.steps=0: must be a whole number of at least 1",
    "autoencoder.learning_rate=7": "autoencoder.learning_rate=7: must be a number above 0 and at most 1",
    "autoencoder.learning_rate=0": "autoencoder.learning_rate=0: must be a number above 0 and at most 1",
    "group=../../x": "group=../../x: must be a name for a folder: without a /, with no dot in front",
    "group=..": "group=..: must be a name for a folder",
    "group=.sweep": "group=.sweep: must be a name for a folder",
    "group=a/b": "group=a/b: must be a name for a folder",
    "group=stages": "group=stages: must be a name for a folder: without a /, with no dot in front, and none of stages,",
    "limit=0": "limit=0: must be a whole number of at least 1, or null",
    "loss.recon.kl_weight=inf": "loss.recon.kl_weight=inf: must be a number",
    "solver.guidance=nan": "solver.guidance=nan: must be a number of at least 1",
    "denoiser.ema_decay=1.0": "denoiser.ema_decay=1.0: must be a number of at least 0 and below 1",
    "denoiser.betas=[0.9]": "denoiser.betas=[0.9]: must be a list of 2 items",
    "dataset.source=prepard": "dataset.source=prepard: must be one of auto, prepared, miniature",
    "dataset.reader.text=type": "dataset.reader.text=type: must be one of caption, caption_and_type",
    "dataset=celeba dataset.reader.captions=label": "must be one of auto, labels, attributes",
    "dataset=scicap dataset.reader.experiment=All": "must be one of Single-Sentence-Caption, First-Sentence",
    "dataset=scicap dataset.reader.form=normal": "must be one of original, lowercase_and_token, basic_num, advanced_eq",
    "dataset=scicap_challenge dataset.reader.caption=both": "must be one of caption, caption_no_index",
    "teacher.model.weights=/no/such.file": "teacher.model.weights=/no/such.file: must be a file that exists, or null",
    "seed=${x}": "seed: Interpolation key 'x' not found",
    # unreadable
    "seed=[1": "'seed=[1': not readable",
    "loss": "'loss': not readable; write KEY=VALUE or GROUP=CHOICE",
    # combinations
    "denoiser.caption_dropout=0": "set denoiser.caption_dropout=0.1, or solver.guidance=1",
    "dataset.horizontal_flip=true": "would train mirrored letters on mlfigs",
    "dataset=celeba loss=tpl": "loss=tpl looks at words, and the pictures of dataset=celeba show none",
    "dataset=coco loss=ocr": "loss=ocr looks at words, and the pictures of dataset=coco show none",
    "trainer.precision=bf16-mixed": "set trainer.precision=32-true",
    "dataset.size=[100,96]": "dataset.size=[100,96] does not divide by autoencoder.net.downsample=8; [104,96] does",
    "sampler=scheduled sampler.policy.start=[0,0] sampler.policy.end=[0.6,0.5]": "must sum to at most 1",
    "sampler=scheduled sampler.policy.end=[0.4,0.5]": "one entry per m each, got 1 and 2",
    "stages=[diffusion,autoencoder]": "stages=[diffusion,autoencoder]: each at most once, in the order",
    "stages=[diffusion,diffusion]": "each at most once",
    "autoencoder.steps=50": "autoencoder.warmup_steps=50 must be below autoencoder.steps=50",
    "text_encoder.net.heads=3": "text_encoder.net.width=128 must divide by text_encoder.net.heads=3",
    "logger.tracking_uri=null": "logger=mlflow needs an address",
    "solver.steps=1001": "solver.steps=1001: the schedule has only denoiser.noise.num_steps=1000 steps to take",
    # what this machine lacks
    "paths.outputs=/proc/nowhere": "paths.outputs=/proc/nowhere: nothing can be written there (",
    "paths.data=/dev/null/data": "paths.data=/dev/null/data: nothing can be written there (Not a directory)",
    "autoencoder=sd_vae": "autoencoder.net.source=stabilityai/sd-vae-ft-mse: there is no such folder, and the hub does "
    "not give it (no network); give a folder that has it, or choose autoencoder=kl",
    "detector=craft": "give craft_mlt_25k.pth as detector.model.weights, or choose detector=rapidocr",
    "loss=ocr teacher=trocr loss.text.target=features": "trocr-small-printed: there is no such folder",
    # sweeps: every value is looked at
    "loss=plain,tpl": "several values are a sweep, which wants -m",
    "-m loss=plain,tpll": "loss=tpll: no such choice, did you mean tpl",
    "-m seed=0,1,x": "seed=x: must be a whole number",
    "-m autoencoder.learning_rate=1e-3,2": "autoencoder.learning_rate=2: must be a number above 0",
    "-m trainer.precision=32-true,bf16-mixed": "trainer.precision=bf16-mixed is very slow on a CPU",
    "-m dataset.size=[96,96],[96,100]": "dataset.size=[96,100] does not divide",
    "-m loss=ocr,plain loss.text.lam=0.5": "loss.text.lam: no such key with the choices made here",
    "trainer.devices=2 trainer.strategy=ddp": "trainer.devices=2: a run takes one device so far: set trainer.devices=1",
    "-m loss=plain,tpl trainer.devices=2": "set trainer.devices=1",
    "+sweeps=loss_ablation trainer.devices=2": "set trainer.devices=1",
    # classes from elsewhere
    "loss.recon._target_=os.system": "loss.recon._target_=os.system: must be a class of figgen, diffusers",
    "loss.adversary={_target_:subprocess.Popen}": "loss.adversary._target_=subprocess.Popen: must be a class of",
    "solver.scheduler._target_=figgenx.Evil": "solver.scheduler._target_=figgenx.Evil: must be a class of",
}


@pytest.mark.parametrize("command", BAD)
def test_a_bad_command_gets_exactly_one_sentence(command: str) -> None:
    found = problems(command.split(), TRAIN)
    assert len(found) == 1
    assert BAD[command] in found[0]
    assert "\n" not in found[0]


@pytest.mark.parametrize("words", ["trainer=gpu", "trainer=gpu dry_run=true", "-m +experiments=mlfigs/tpl seed=0,1"])
def test_a_gpu_that_is_not_there_is_missed_at_the_door(
    words: str, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = ["trainer=gpu: this machine shows no NVIDIA GPU, say trainer=cpu"]
    assert problems(words.split(), TRAIN) == []
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert problems(words.split(), TRAIN) == missing
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    (machine / "nvidia0").unlink()
    assert problems(words.split(), TRAIN) == missing


def test_a_published_recipe_wants_vgg_s_weights_and_its_dry_run_does_without(machine: Path) -> None:
    command = ["experiments=mlfigs/tpl"]
    assert problems(command, TRAIN) == []
    (machine / VGG).unlink()
    (said,) = problems(command, TRAIN)
    assert said.startswith("loss.recon.perceptual needs VGG16's weights") and "no network" in said
    assert problems([*command, "dry_run=true"], TRAIN) == []


def test_what_runs_elsewhere_is_not_asked_for_this_machine_s_gpu(machine: Path) -> None:
    (machine / "nvidia0").unlink()
    (machine / "sbatch").touch(mode=0o755)
    assert problems(["-m", "seed=0,1", "trainer=gpu", "hydra/launcher=submitit_slurm"], TRAIN) == []


def test_a_choice_that_changes_nothing_is_said() -> None:
    def said(*words: str) -> list[str]:
        with initialize_config_dir(str(CONF), version_base="1.3"):
            return TRAIN.rules.without_effect(compose(TRAIN.config, list(words)), words)

    assert said("teacher=ppocr", "seed=1") == [
        "teacher=ppocr changes nothing here: loss=plain has no teacher, loss=ocr has one"
    ]
    assert said("teacher=ppocr", "loss=ocr") == said("seed=1") == []


def test_all_problems_of_a_command_are_shown_together() -> None:
    found = problems(["loss=tpll", "datset=x", "seed=a", "autoencoder.steps=0", "foo", "+loss=tpl"], TRAIN)
    assert sorted(problem.split(":")[0] for problem in found) == [
        "'foo'",
        "+loss=tpl",
        "autoencoder.steps=0",
        "datset",
        "loss=tpll",
        "seed=a",
    ]


def test_combinations_that_make_no_sense_are_shown_together() -> None:
    found = problems(
        ["denoiser.caption_dropout=0", "dataset.horizontal_flip=true", "trainer.precision=bf16-mixed"], TRAIN
    )
    assert len(found) == 3


def test_a_file_that_exists_is_accepted(tmp_path: Path) -> None:
    weights = tmp_path / "teacher.safetensors"
    weights.touch()
    assert problems([f"teacher.model.weights={weights}"], TRAIN) == []


def test_of_a_long_sweep_no_more_than_a_dozen_configs_are_composed(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = Mock(wraps=preflight.compose)
    monkeypatch.setattr(preflight, "compose", compose)
    assert problems(["-m", "seed=range(0,500)", "loss=plain,tpl,ocr"], TRAIN) == []
    assert compose.call_count == 1 + 12  # the one that keys are looked up in, then the sweep's


@pytest.mark.parametrize("verb", [TRAIN, PREPARE, REPORT, EVALUATE], ids=lambda verb: verb.name)
def test_help_lists_every_choice_with_its_description(verb: Verb) -> None:
    text = " ".join(help_text(verb).split())
    assert f"python -m figgen.{verb.name}" in text
    for group, choices in groups_of(verb.config).items():
        assert f"{group}=" in text
        for choice, path in choices.items():
            assert description(path)
            assert re.search(rf"{re.escape(choice)} (\* )?{re.escape(description(path))}", text)


def train(*args: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *args], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_a_config_error_exits_with_2_and_no_traceback(tmp_path: Path) -> None:
    done = train("-m", "figgen.train", "loss=tpll", "seed=x", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2
    assert all(line.startswith("error: ") for line in lines)
    assert list(tmp_path.iterdir()) == []


def test_help_is_printed() -> None:
    done = train("-m", "figgen.train", "--help")
    assert done.returncode == 0
    assert done.stdout == help_text(TRAIN) + "\n"


def test_help_names_the_words_that_a_key_takes() -> None:
    assert "loss.text.weighting=box|area" in help_text(TRAIN)
    assert "dataset.source=auto|prepared|miniature" in help_text(PREPARE)


@pytest.mark.parametrize("verb", ["train", "prepare", "report", "evaluate"])
@pytest.mark.parametrize(("argument", "code"), [("--help", 0), ("traceback=3", 2)])
def test_neither_help_nor_an_error_imports_torch(verb: str, argument: str, code: int) -> None:
    done = train("-c", NAMING_IMPORTS, f"figgen.{verb}", argument)
    assert done.returncode == code
    imported = done.stdout.splitlines()[-1].split()
    assert "figgen.cli.door" in imported
    assert not HEAVY & set(imported)


def test_the_overview_names_every_verb_and_where_to_start_without_torch() -> None:
    done = train("-c", NAMING_IMPORTS, "figgen")
    *said, imported = done.stdout.splitlines()
    assert done.returncode == 0 and not HEAVY & set(imported.split())
    for verb in (TRAIN, PREPARE, REPORT, EVALUATE):
        assert any(line.split(maxsplit=1) == [f"figgen.{verb.name}", verb.purpose] for line in said)
    commands = [line.split("  ")[1].split()[2:] for line in said if line.startswith("  python -m figgen.")]
    assert len(commands) == 3
    assert not any(problems(rest, {"train": TRAIN, "report": REPORT}[name[7:]]) for name, *rest in commands)


def test_the_config_can_be_printed_from_any_folder(tmp_path: Path) -> None:
    done = train("-m", "figgen.train", "--cfg", "job", "--resolve", "loss=tpl", cwd=tmp_path)
    assert done.returncode == 0
    assert "weight: 0.8" in done.stdout
    assert f"outputs: {ROOT}/outputs" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_experiments_are_found_from_any_folder(tmp_path: Path) -> None:
    done = train("-m", "figgen.train", "+experiments=mlfigs/tpl", "--cfg", "job", cwd=tmp_path)
    assert done.returncode == 0
    assert "scale: paper" in done.stdout


def test_the_shell_completes_choices(tmp_path: Path) -> None:
    script, line = Path(sys.executable).parent / "figgen-train", "figgen-train loss="
    if not script.exists():
        pytest.skip("figgen is not installed as a package: no figgen-train")
    env = {**os.environ, "COMP_LINE": line, "COMP_POINT": str(len(line))}
    done = subprocess.run(
        [str(script), "-sc", "query=bash"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60
    )
    assert set(done.stdout.split()) == {"loss=ocr", "loss=ocr_perceptual", "loss=plain", "loss=tpl"}
