"""Train one combination of dataset, loss and sampler: python -m figgen.train dataset=mlfigs loss=tpl."""

from __future__ import annotations

from omegaconf import DictConfig

from figgen.cli.door import heavy, launch
from figgen.cli.verb import Verb
from figgen.reporting.summary import summary
from figgen.runs.console import logged_to, say
from figgen.stages.options import RUN_RULES
from figgen.stages.road import data_source, run_folder, unfinished
from figgen.training.interrupts import INTERRUPTS


def train(cfg: DictConfig) -> None:
    """Walk the road as far as cfg.stages; a finished run only shows its summary."""
    source = data_source(cfg)
    say(source_line(cfg, source.resolved))
    ahead = unfinished(cfg, source.fingerprint)
    if cfg.dry_run:
        return heavy("figgen.stages.dry_run:dry_run")(cfg, source)
    if ahead:
        heavy("figgen.stages.sizing:refuse_what_does_not_fit")(cfg, ahead)
    run = run_folder(cfg, source.fingerprint)
    with INTERRUPTS.listening(), run.locked():
        if cfg.force or not is_finished(run.state, cfg.stages):
            with run.attempt() as number, logged_to(run.path / "attempts" / f"{number:03d}.log"):
                heavy("figgen.stages.walk:walk")(cfg, source, run)
    say(summary(run))
    return None


def source_line(cfg: DictConfig, resolved: str) -> str:
    """The first line of every run: what it is about to be trained on."""
    if resolved == "miniature":
        what = "the built-in MINIATURE (drawn here; nothing real)"
    else:
        what = f"prepared data in {cfg.paths.data}"
    return f"figgen: dataset={cfg.dataset.name} loss={cfg.loss.name} sampler={cfg.sampler.name} on {what}"


def is_finished(state: dict, stages: list[str]) -> bool:
    """True where every stage asked for has its results."""
    return state.get("status") == "FINISHED" and all(stage in state.get("stages", {}) for stage in stages)


TRAIN = Verb(
    work=train,
    rules=RUN_RULES,
    name="train",
    config="config",
    purpose="train an autoencoder and a denoiser, draw pictures, measure whether their text can be read.",
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
