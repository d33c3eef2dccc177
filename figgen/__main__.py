"""`python -m figgen`: what there is, and where to start."""

from __future__ import annotations

from figgen.evaluate import EVALUATE
from figgen.prepare import PREPARE
from figgen.report import REPORT
from figgen.train import TRAIN

START = """\
  python -m figgen.train loss=tpl layout=planned      train, draw, measure: minutes, without a GPU or a download
  python -m figgen.train -m +sweeps=loss_ablation     which loss keeps text readable? a grid, every job resumable
  python -m figgen.report group=loss_ablation         its table: mean and spread over seeds"""


def main() -> None:
    print("figgen: train image generators on figures, and measure whether the text in their pictures can be read.\n")
    for verb in (PREPARE, TRAIN, REPORT, EVALUATE):
        print(f"  figgen.{verb.name:<9} {verb.purpose}")
    print(f"\nStart with\n{START}\n\nEvery choice of a verb: python -m figgen.VERB --help")


if __name__ == "__main__":
    main()
