"""What can be said of what a finished run is judged by, and of what pictures are that anybody made."""

from __future__ import annotations

from typing import Annotated, Literal

from omegaconf import DictConfig

from figgen.cli.kinds import Count, Natural, Range, WeightsFile
from figgen.ocr.options import Enlarged, Segmentation
from figgen.runs.hub import why_absent

Pixelwise = Literal["rmse", "psnr", "ssim", "lpips", "dtw", "dtw_ti"]
Distribution = Literal["fid", "kid", "fid_ocr", "cmmd"]
Nearness = Literal["clip_text", "clip_image"]
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
    "run": str | int | None,  # a signature may be all digits
    "n": Count | None,
    "batch_size": Count,
    "images": str | None,
    "reference": str | None,
    "captions": str | None,
    "metrics": list[Literal[Pixelwise, "readability", Distribution, Nearness]] | None,
    "engine": Literal["tesseract", "rapidocr"],
    "ocr_scale": Enlarged,
    "ocr_psm": Segmentation,
    "legacy_skip": bool,
    "vgg_weights": WeightsFile,
    "inception_weights": WeightsFile,
    "clip": str | None,
    "clip_prefix": str | None,
    "seed": Natural,
    "traceback": bool,
}


def something_is_named(cfg: DictConfig) -> str | None:
    folders = (cfg.images, cfg.reference)
    if cfg.run is not None:
        return "run, images: a run brings its own pictures and captions, leave out one" if any(folders) else None
    if None in folders:
        return (
            "images, reference: say images=FOLDER reference=FOLDER, two folders of pictures with the same names, or "
            "run=NAME, a finished run by its folder or its signature"
        )
    return "n: all pictures of the folders are judged; n is for run=NAME" if cfg.n else None


def inception_is_at_hand(cfg: DictConfig) -> str | None:
    if cfg.inception_weights is None and {"fid", "kid"} & set(cfg.metrics or ()):
        return f"metrics: fid and kid need inception_weights=PATH, the file of {INCEPTION}; fid_ocr needs no download"
    return None


def clip_is_named(cfg: DictConfig) -> str | None:
    asked = [name for name in cfg.metrics or () if name.startswith("clip_") or name == "cmmd"]
    if asked and cfg.clip is None:
        return f"metrics: {', '.join(asked)}: say clip=NAME, a CLIPModel's folder or name on the hub"
    if "clip_text" in asked and cfg.captions is None and cfg.run is None:
        return 'metrics: clip_text needs captions=FILE of lines {"file": "a.png", "caption": "..."}'
    return None


def clip_can_be_had(cfg: DictConfig) -> str | None:
    if cfg.clip is not None and (why := why_absent(cfg.clip, "config.json", "main")):
        return f"clip={cfg.clip}: {why}"
    return None


EVALUATING_CHECKS = (something_is_named, inception_is_at_hand, clip_is_named)
EVALUATING_MACHINE = (clip_can_be_had,)
