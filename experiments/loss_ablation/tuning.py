"""Tune the rows of the loss ablation, all alike: python -m experiments.loss_ablation.tuning [ROW ...] [KEY=VALUE ...].

A trial is a run as any other, its config composed by Hydra; what came of it is kept in study/journal.log, and the
same command again goes on from there.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from optuna import Study, Trial, create_study
from optuna.samplers import GPSampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from figgen.cli.choices import CONF
from figgen.runs.files import read_json
from figgen.runs.provenance import ROOT
from figgen.stages.options import RUN_RULES
from figgen.train import train

HERE = Path(__file__).parent / "study"
SPACE = OmegaConf.load(HERE / "space.yaml")
AT_RANDOM = 1
Range = tuple[float, float, str]


def main() -> None:
    os.environ["FIGGEN_ROOT"] = str(ROOT)
    overrides = [word for word in sys.argv[1:] if "=" in word]
    for row in [word for word in sys.argv[1:] if "=" not in word] or SPACE.rows:
        tune(row, overrides)


def tune(row: str, overrides: list[str]) -> None:
    """As many finished trials of a row as every row gets."""
    study, ranges = study_of(row), ranges_of(row)
    if not study.trials:
        study.enqueue_trial({key: middle(*limits) for key, limits in ranges.items()})
    while len(finished(row)) < SPACE.trials:
        study.optimize(partial(objective, row, overrides), n_trials=1)


def study_of(row: str) -> Study:
    storage = JournalStorage(JournalFileBackend(str(HERE / "journal.log")))
    sampler = GPSampler(seed=0, n_startup_trials=1 + AT_RANDOM, deterministic_objective=True)
    return create_study(study_name=row, storage=storage, sampler=sampler, direction="maximize", load_if_exists=True)


def finished(row: str) -> list[FrozenTrial]:
    return study_of(row).get_trials(states=(TrialState.COMPLETE,))


def best_of(row: str) -> FrozenTrial:
    """Of those that every row has: the first so many."""
    return max(finished(row)[: SPACE.trials], key=lambda trial: trial.value or 0.0)


def ranges_of(row: str) -> dict[str, Range]:
    return {"autoencoder.learning_rate": tuple(SPACE.learning_rate)} | {k: tuple(v) for k, v in SPACE.rows[row].items()}


def middle(low: float, high: float, scale: str) -> float:
    return (low * high) ** 0.5 if scale == "log" else (low + high) / 2


def objective(row: str, overrides: list[str], trial: Trial) -> float:
    """NED + SSIM of validation figures: a hundredth of the letters is worth a hundredth of the picture."""
    values = {key: suggested(trial, key, *limits) for key, limits in ranges_of(row).items()}
    tried = [f"{key}={value}" for key, value in values.items()]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("config", [f"experiments=loss_ablation/{row}", *SPACE.common, *tried, *overrides])
    RUN_RULES.validate(cfg)
    results = read_json(train(cfg).place / "run.json")["stages"]["autoencoder"]["results"]
    seen = {key: results[key]["value"] for key in ("psnr", "ssim", "reconstruction_word_f1", "reconstruction_ned")}
    for key, value in seen.items():
        trial.set_user_attr(key, value)
    return float(seen["reconstruction_ned"] + seen["ssim"])


def suggested(trial: Trial, key: str, low: float, high: float, scale: str) -> float:
    """A number to three digits, whole where its range is."""
    if key.endswith("_steps"):
        return trial.suggest_int(key, int(low), int(high))
    return float(f"{trial.suggest_float(key, low, high, log=scale == 'log'):.3g}")


if __name__ == "__main__":
    main()
