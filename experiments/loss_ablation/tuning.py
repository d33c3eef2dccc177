"""Tune the rows of the loss ablation: python -m experiments.loss_ablation.tuning [ROW ...] [KEY=VALUE ...].

A trial is a run as any other, its config composed by Hydra; what came of it is kept in journal.log, and the same
command again goes on from there.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from hydra import compose, initialize_config_dir
from optuna import Trial, create_study, get_all_study_names, load_study
from optuna.samplers import GPSampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from experiments.loss_ablation.space import AT_RANDOM, COMMON, ROWS, TRIALS, Range
from figgen.cli.choices import CONF
from figgen.runs.files import read_json
from figgen.runs.provenance import ROOT
from figgen.stages.options import RUN_RULES
from figgen.train import train

JOURNAL = Path(__file__).parent / "journal.log"
SEEN = ("psnr", "ssim", "reconstruction_word_f1", "reconstruction_ned")


def main() -> None:
    os.environ["FIGGEN_ROOT"] = str(ROOT)
    overrides = [word for word in sys.argv[1:] if "=" in word]
    for row in [word for word in sys.argv[1:] if "=" not in word] or ROWS:
        tune(row, overrides)


def tune(row: str, overrides: list[str]) -> None:
    """As many finished trials of a row as every row gets."""
    sampler = GPSampler(seed=0, n_startup_trials=1 + AT_RANDOM, deterministic_objective=True)
    study = create_study(study_name=row, storage=storage(), sampler=sampler, direction="maximize", load_if_exists=True)
    if not study.trials:
        study.enqueue_trial({limits.key: limits.middle for limits in ROWS[row]})
    while len(finished(row)) < TRIALS:
        study.optimize(partial(objective, row, overrides), n_trials=1)


def storage() -> JournalStorage:
    return JournalStorage(JournalFileBackend(str(JOURNAL)))


def finished(row: str) -> list[FrozenTrial]:
    """At most as many trials as every row has; none where there is no study yet."""
    if not JOURNAL.exists() or row not in get_all_study_names(storage()):
        return []
    return load_study(study_name=row, storage=storage()).get_trials(states=(TrialState.COMPLETE,))[:TRIALS]


def objective(row: str, overrides: list[str], trial: Trial) -> float:
    """NED + SSIM of validation figures: a hundredth of the letters is worth a hundredth of the picture."""
    tried = [f"{limits.key}={suggested(trial, limits)}" for limits in ROWS[row]]
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("config", [f"experiments=loss_ablation/{row}", *COMMON, *tried, *overrides])
    RUN_RULES.validate(cfg)
    results = read_json(train(cfg).place / "run.json")["stages"]["autoencoder"]["results"]
    for key in SEEN:
        trial.set_user_attr(key, results[key]["value"])
    return float(results["reconstruction_ned"]["value"] + results["ssim"]["value"])


def suggested(trial: Trial, limits: Range) -> float:
    """To three digits; steps are whole."""
    if limits.key.endswith("_steps"):
        return trial.suggest_int(limits.key, int(limits.low), int(limits.high))
    return float(f"{trial.suggest_float(limits.key, limits.low, limits.high, log=limits.log):.3g}")


if __name__ == "__main__":
    main()
