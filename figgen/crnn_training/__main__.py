"""python -m figgen.crnn_training: train the small recogniser on crops of drawn figures, and prove that it reads."""

from __future__ import annotations

import argparse
from pathlib import Path

from figgen.crnn_training.train import run
from figgen.ocr.options import CRNN
from figgen.runs.errors import FiggenError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m figgen.crnn_training", description=__doc__.partition(": ")[2])
    parser.add_argument("--out", type=Path, default=CRNN, help="where the weights go")
    parser.add_argument("--minutes", type=float, default=14.0, help="CPU minutes of work, drawing included")
    parser.add_argument("--seed", type=int, default=0, help="of the figures, the weights at birth and all noise")
    args = parser.parse_args()
    try:
        run(args.out, args.minutes, args.seed)
    except FiggenError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
