"""What can be said of what a finished run is judged by, and of what pictures are that anybody made."""

from __future__ import annotations

from typing import Annotated, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Natural, Range, WeightsFile
from figgen.ocr.options import Enlarged, Segmentation

Pixelwise = Literal["rmse", "psnr", "ssim", "lpips", "dtw", "dtw_ti"]
Distribution = Literal["fid", "kid", "fid_ocr"]
INCEPTION = "https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/metrics/inception-2015-12-05.pt"

OPTIONS: dict[str, object] = {
    "evaluation.split": Literal["test", "val"],
    "evaluation.new_words": bool,
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
EVALUATING: dict[str, object] = {
    "paths.*": str,
    "images": str | None,
    "reference": str | None,
    "captions": str | None,
    "metrics": list[Literal[Pixelwise, "readability", Distribution]],
    "engine": Literal["tesseract", "rapidocr"],
    "ocr_scale": Enlarged,
    "ocr_psm": Segmentation,
    "legacy_skip": bool,
    "vgg_weights": WeightsFile,
    "inception_weights": WeightsFile,
    "seed": Natural,
    "traceback": bool,
}


def both_folders_are_named(cfg: DictConfig) -> str | None:
    if cfg.images is None or cfg.reference is None:
        return "images, reference: say images=FOLDER reference=FOLDER, two folders of pictures with the same names"
    return None


def inception_is_at_hand(cfg: DictConfig) -> str | None:
    if cfg.inception_weights is None and {"fid", "kid"} & set(cfg.metrics):
        return f"metrics: fid and kid need inception_weights=PATH, the file of {INCEPTION}; fid_ocr needs no download"
    return None


EVALUATING_CHECKS = (both_folders_are_named, inception_is_at_hand)
