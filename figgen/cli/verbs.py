"""The commands that a person types, and what their --help pages say of their own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """One `python -m figgen.NAME`; `config` is its conf/CONFIG.yaml."""

    name: str
    config: str
    purpose: str
    examples: str


TRAIN = Verb(
    "train",
    "config",
    "train an autoencoder and a denoiser, draw pictures, measure whether their text can be read.",
    """\
  python -m figgen.train dataset=mlfigs loss=tpl                  one combination; again: resume, or its summary
  python -m figgen.train loss=ocr teacher=ppocr autoencoder.steps=2000 seed=1
  python -m figgen.train -m +sweeps=loss_ablation                 a grid; every job resumable
  python -m figgen.train +experiments=mlfigs/tpl dry_run=true     would it fit? shapes, sizes, cost; writes nothing
  python -m figgen.train debug=fast                               two steps of every stage""",
)
REPORT = Verb(
    "report",
    "config",
    "one table of a group of finished runs, and a strip of their reconstructions.",
    """\
  python -m figgen.report group=main                              mean and sd over seeds, n, intervals
  python -m figgen.report group=loss_ablation paths.outputs=/scratch/outputs""",
)
PREPARE = Verb(
    "prepare",
    "prepare",
    "bring the original files of a dataset into the form that every run reads, once.",
    """\
  python -m figgen.prepare dataset=mlfigs from=/data/ml-figs      a folder, or the archive that it came in
  python -m figgen.prepare dataset=im2latex from=hub              download it first
  python -m figgen.prepare dataset=scicap from=/data/scicap detector=tesseract     find the words, too
  python -m figgen.prepare -m dataset=mario from=/data/mario shard='range(0,8)' num_shards=8 hydra/launcher=joblib
  python -m figgen.prepare dataset=mlfigs action=inspect          contact sheets with the word boxes drawn""",
)
