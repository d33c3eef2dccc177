"""Pictures are drawn from captions of the split that is judged, where the trainer says that networks work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from omegaconf import DictConfig
from torch import nn

from figgen.data.loading.fitted import FittedSplit
from figgen.diffusion import caches
from figgen.ocr.boxes import normalise
from figgen.stages import autoencoder, build
from figgen.stages.road import data_source
from figgen.train import train

Tiny = Callable[..., DictConfig]


def drawn_captions(outputs: Path) -> list[str]:
    return [path.read_text().strip() for path in sorted(outputs.glob("*/*/samples/generated/*.txt"))]


@pytest.mark.parametrize("split", ["test", "val"])
def test_captions_that_are_drawn_and_scored_are_those_of_the_split_asked_for(
    tiny: Tiny, tmp_path: Path, split: str
) -> None:
    cfg = tiny(f"evaluation.split={split}", "evaluation.num_generated=1")
    train(cfg)
    captions = drawn_captions(tmp_path)
    assert len(captions) == 1 and captions[0] in data_source(cfg).split(split).captions
    (run,) = tmp_path.glob("*/*/run.json")
    assert json.loads(run.read_text())["stages"]["evaluation"]["results"]["split"] == split


def test_all_figures_keep_their_order_and_fewer_are_drawn_from_all(tiny: Tiny, tmp_path: Path) -> None:
    keep = ("stages=[autoencoder]", "limit=null", "dataset.miniature.num_test=40", "evaluation.num_reconstructions=5")
    seen: list[list[int]] = []
    for seed in range(8):
        cfg = tiny(*keep, f"evaluation.seed={seed}")
        captions = data_source(cfg).split("test").captions
        context = type("Context", (), {"cfg": cfg, "source": data_source(cfg)})
        seen.append([captions.index(c) for c in autoencoder.assess.unseen(context, 5).captions])  # type: ignore[arg-type]
        assert autoencoder.assess.unseen(context, 99).captions == tuple(captions)  # type: ignore[arg-type]
    assert all(chosen == sorted(set(chosen)) and len(chosen) == 5 for chosen in seen)
    assert len({tuple(chosen) for chosen in seen}) == 8 and max(map(max, seen)) > 30


def test_figures_with_a_word_that_training_shows_are_not_judged_where_new_words_are_asked_for(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    cfg = tiny("stages=[autoencoder]", "evaluation.new_words=true")
    source = data_source(cfg)
    test = source.split("test")
    figures = test.batch(range(len(test)))
    shown = [{normalise(box.text) for box in boxes} for boxes in figures.words]
    trained = {next(iter(shown[0])), next(iter(shown[3]))}
    monkeypatch.setattr(FittedSplit, "vocabulary", trained)
    judged = autoencoder.assess.unseen(type("Context", (), {"cfg": cfg, "source": source}), 99)  # type: ignore[arg-type]
    kept = [key for key, words in zip(figures.keys, shown, strict=True) if not words & trained]
    assert list(judged.keys) == kept and 0 < len(kept) <= len(test) - 2


def test_linear_start_is_solved_on_drawn_pictures(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[torch.Tensor] = []
    monkeypatch.setattr(autoencoder, "SAMPLE", 5)
    monkeypatch.setattr("figgen.autoencoder.patch.PatchAutoencoder.solve", lambda self, pixels: solved.append(pixels))
    for seed in (0, 1):
        train(tiny("stages=[autoencoder]", f"seed={seed}", "autoencoder.steps=1"))
    assert [len(pixels) for pixels in solved] == [5, 5] and not torch.equal(*solved)


def test_networks_encode_judge_and_draw_on_the_accelerator(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one here: modules note where they were sent last, and stay; so do tensors."""
    gpu = ["trainer.accelerator=gpu", "loss=ocr", "loss.text.min_accuracy=0"]
    train(tiny(*gpu[1:], "stages=[autoencoder,diffusion]"))  # the accelerator is no part of what a run is
    assert build.device(tiny(*gpu)) == torch.device("cuda")
    at_work: set[tuple[str, str]] = set()

    def to(module: nn.Module, device: Any) -> nn.Module:
        for part in module.modules():
            vars(part)["placed"] = str(device)
        return module

    def keep(tensor: torch.Tensor, *where: Any, **more: Any) -> torch.Tensor:
        return tensor if "cuda" in map(str, where) else plain_to(tensor, *where, **more)

    def call(module: nn.Module, *args: Any, **more: Any) -> Any:
        at_work.add((type(module).__name__, vars(module).get("placed")))
        return plain_call(module, *args, **more)

    def encode(net: nn.Module, *args: Any) -> Any:
        at_work.add(("encoding", vars(net).get("placed")))
        return plain_encode(net, *args)

    plain_call, plain_encode, plain_to = nn.Module.__call__, caches.encode_split, torch.Tensor.to
    monkeypatch.setattr("figgen.stages.sizing.refuse_what_does_not_fit", lambda *args: None)  # there is no card to ask
    monkeypatch.setattr(torch.Tensor, "to", keep)
    monkeypatch.setattr(nn.Module, "to", to)
    monkeypatch.setattr(nn.Module, "cpu", lambda module: to(module, "cpu"))
    monkeypatch.setattr(nn.Module, "__call__", call)
    monkeypatch.setattr(caches, "encode_split", encode)
    monkeypatch.setattr(autoencoder, "fitted", lambda *args: {"steps": 0})
    train(tiny(*gpu, "evaluation.num_reconstructions=1"))  # judges and draws
    train(tiny(*gpu, "stages=[autoencoder]", "seed=1"))  # encodes
    assert {("encoding", "cuda"), ("Folded", "cuda"), ("UNetDenoiser", "cuda"), ("ByteEncoder", "cuda")} <= at_work
    assert {("Conv2d", "cuda")} == {work for work in at_work if work[0] == "Conv2d"}
