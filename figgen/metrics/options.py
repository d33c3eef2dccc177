"""What can be said of what a finished run is judged by."""

from __future__ import annotations

from typing import Annotated, Literal

from figgen.cli.kinds import Count, Natural, Range, WeightsFile
from figgen.ocr.options import Enlarged, Segmentation

OPTIONS: dict[str, object] = {
    "evaluation.split": Literal["test", "val"],
    "evaluation.num_reconstructions": Count,
    "evaluation.num_generated": Count,
    "evaluation.seed": Natural,
    "evaluation.batch_size": Count,
    "evaluation.grid_rows": Count,
    "evaluation.gif_frames": Annotated[int, Range(2)],
    "evaluation.ocr_scale": Enlarged,
    "evaluation.ocr_psm": Segmentation,
    "evaluation.second_reader": Literal["auto", "rapidocr", "none"],
    "evaluation.vgg_weights": WeightsFile,
}
