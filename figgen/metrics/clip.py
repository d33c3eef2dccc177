"""What CLIP sees: is a picture near to its caption, to its reference; and, for CMMD, all pictures to all references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import AutoTokenizer, CLIPImageProcessor, CLIPModel, PreTrainedTokenizerBase

from figgen.ocr.pool import Progress
from figgen.runs.errors import CheckpointError
from figgen.runs.identity import contents


@dataclass(frozen=True)
class Clip:
    """A model with what turns pictures and texts into its inputs."""

    model: CLIPModel
    look: CLIPImageProcessor
    read: PreTrainedTokenizerBase


def network(source: str) -> Clip:
    """Any CLIPModel, from a folder or by its name on the hub."""
    with torch.device(
        "cpu"
    ):  # torch lists its constructors in the first such block: not while transformers has its own
        torch.empty(0)
    try:
        model = CLIPModel.from_pretrained(source).eval()
        return Clip(model, CLIPImageProcessor.from_pretrained(source), AutoTokenizer.from_pretrained(source))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"clip={source}: there is no CLIPModel ({str(error).splitlines()[0]})") from error


def backbone(source: str) -> str:
    """The folder with a digest of its files, or the name on the hub."""
    return f"{source}, SHA-256 {contents(Path(source))[:12]}" if Path(source).is_dir() else source


@torch.no_grad()
def features(pictures: Sequence[np.ndarray], net: Clip, progress: Progress) -> np.ndarray:
    """Pictures (H, W, 3) uint8 => (N, d) of length 1, each by itself, as the model's own processor fits them."""
    seen = []
    for picture in pictures:
        pixels = net.look(picture, input_data_format="channels_last", return_tensors="pt")["pixel_values"]
        seen.append(_unit(net.model.visual_projection(net.model.vision_model(pixel_values=pixels).pooler_output)))
        progress(len(seen))
    return np.concatenate(seen)


@torch.no_grad()
def text_features(texts: Sequence[str], net: Clip) -> np.ndarray:
    """Texts => (N, d) of length 1, cut at as many tokens as the model reads."""
    most, read = net.model.text_model.config.max_position_embeddings, []
    for text in texts:
        tokens = net.read(text, truncation=True, max_length=most, return_tensors="pt")
        found = net.model.text_model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        read.append(_unit(net.model.text_projection(found.pooler_output)))
    return np.concatenate(read)


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Unit features (N, d) twice => the cosine of each pair (N,), from -1 to 1."""
    return np.asarray((a * b).sum(1))


def _unit(features: Tensor) -> np.ndarray:
    vectors = features.double()
    return (vectors / vectors.norm(dim=1, keepdim=True)).numpy()
