"""Train one combination of dataset, loss and sampler: python -m figgen.train dataset=mlfigs loss=tpl."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig

from figgen.cli.door import heavy, launch
from figgen.cli.verb import Outcome, Verb
from figgen.reporting.summary import summary
from figgen.runs.console import logged_to, say
from figgen.runs.places import said_again
from figgen.stages.options import RUN_RULES
from figgen.stages.road import data_source, run_folder, unfinished
from figgen.training.interrupts import INTERRUPTS


def train(cfg: DictConfig) -> Outcome:
    """Walk the road as far as cfg.stages; a finished run only shows its summary."""
    source = data_source(cfg)
    say(source_line(cfg, source.resolved))
    run, word, ahead = run_folder(cfg, source.fingerprint), "finished", unfinished(cfg, source.fingerprint)
    if cfg.dry_run:
        heavy("figgen.stages.dry_run:dry_run")(cfg, source)
        return Outcome(word, run.path)
    if ahead:
        heavy("figgen.stages.sizing:refuse_what_does_not_fit")(cfg, ahead)
    with INTERRUPTS.listening(), run.locked():
        if not cfg.force and is_finished(run.state, cfg.stages):
            word = "reused"
        else:
            with run.attempt() as number, logged_to(run.path / "attempts" / f"{number:03d}.log"):
                heavy("figgen.stages.walk:walk")(cfg, source, run)
    say(summary(run))
    report = f"python -m figgen.report group={cfg.group}{said_again(Path(cfg.paths.outputs))}"
    return Outcome(word, run.path, f"side by side: {report}")


def source_line(cfg: DictConfig, resolved: str) -> str:
    """The first line of every run: what it is about to be trained on."""
    if resolved == "miniature":
        what = "the built-in MINIATURE (drawn here; nothing real)"
    else:
        what = f"prepared data in {cfg.paths.data}"
    choices = " ".join(f"{group}={cfg[group].name}" for group in ("dataset", "loss", "autoencoder", "sampler"))
    return f"figgen: {choices} on {what}"


def is_finished(state: dict, stages: list[str]) -> bool:
    """True where every stage asked for has its results."""
    return state.get("status") == "FINISHED" and all(stage in state.get("stages", {}) for stage in stages)


TRAIN = Verb(
    work=train,
    rules=RUN_RULES,
    name="train",
    config="config",
    purpose="train an autoencoder and a denoiser, draw pictures, measure what can be read in them.",
    examples="""\
  python -m figgen.train dataset=mlfigs loss=tpl                  one combination; again: resume, or its summary
  python -m figgen.train loss=ocr teacher=ppocr autoencoder.steps=2000 seed=1
  python -m figgen.train -m +sweeps=loss_ablation                 a grid; every job resumable
  python -m figgen.train scale=paper dry_run=true                 would it fit? shapes, sizes, cost; writes nothing
  python -m figgen.train debug=fast                               two steps of every stage""",
)


def main() -> None:
    launch(TRAIN)


if __name__ == "__main__":
    main()
