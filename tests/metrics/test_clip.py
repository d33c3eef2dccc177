"""CLIP: the cosines of a model that anybody may name, the conventions of CLIPScore, CMMD as published."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, CLIPTokenizer

from figgen.metrics.clip import backbone, cosines, features, network, text_features
from figgen.metrics.cmmd import cmmd
from figgen.metrics.judging import distributions, nearness
from figgen.metrics.pairs import Pair
from figgen.runs.errors import CheckpointError, DataError

RNG = np.random.default_rng(0)
SILENT = lambda done: None  # noqa: E731
PAIRS = [Pair(f"p{i}", *RNG.integers(0, 256, (2, 24, 40, 3), dtype=np.uint8)) for i in range(3)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A CLIPModel with random weights, saved as the hub has them."""
    folder = tmp_path_factory.mktemp("clip")
    letters = [chr(code) for code in range(97, 123)]
    vocabulary = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(vocabulary)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    CLIPTokenizer.from_pretrained(folder).save_pretrained(folder)
    end = len(vocabulary) - 1
    tower = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = {
        **tower,
        "vocab_size": len(vocabulary),
        "max_position_embeddings": 12,
        "eos_token_id": end,
        "bos_token_id": end - 1,
    }
    torch.manual_seed(0)
    config = CLIPConfig(text_config=text, vision_config={**tower, "image_size": 16, "patch_size": 8}, projection_dim=8)
    CLIPModel(config).save_pretrained(folder)
    CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16}).save_pretrained(folder)
    return str(folder)


def test_features_are_those_of_the_library_at_length_one(tiny: str) -> None:
    net, pictures = network(tiny), [pair.image for pair in PAIRS]
    processor, model = CLIPProcessor.from_pretrained(tiny), CLIPModel.from_pretrained(tiny).eval()
    texts = ["a figure", "x"]
    inputs = processor(text=texts, images=pictures, return_tensors="pt", padding=True)
    with torch.no_grad():
        expected = model(**inputs)
    ours = features(pictures, net, SILENT), text_features(texts, net)
    assert np.allclose(ours[0], expected.image_embeds.numpy(), atol=1e-5)
    assert np.allclose(ours[1], expected.text_embeds.numpy(), atol=1e-5)
    assert np.linalg.norm(ours[0], axis=1) == pytest.approx(1)
    assert text_features(["many words " * 20], net).shape == (1, 8)  # as many tokens as it reads


def test_a_caption_has_a_raw_cosine_and_both_conventions_and_an_empty_one_has_none(tiny: str, tmp_path: Path) -> None:
    captions = tmp_path / "captions.jsonl"
    texts = ["a plot", "", "b"]
    captions.write_text("".join(f"{json.dumps({'file': f'p{i}.png', 'caption': t})}\n" for i, t in enumerate(texts)))
    found = {r.name: r for r in nearness(PAIRS, ["clip_text", "clip_image"], tiny, "see ", captions, seed=0)}
    net = network(tiny)
    raw = (features([p.image for p in PAIRS], net, SILENT) * text_features([f"see {t}" for t in texts], net)).sum(1)
    cosine = found["clip_text"]
    assert cosine.values == pytest.approx([raw[0], np.nan, raw[2]], nan_ok=True)
    assert cosine.measured.n == 2 and cosine.measured.value == pytest.approx((raw[0] + raw[2]) / 2)
    for name, weight in (("clip_text_w1", 1), ("clip_text_w2.5", 2.5)):
        assert found[name].values == pytest.approx([weight * max(v, 0) for v in cosine.values], nan_ok=True)
    assert cosine.by == {"backbone": backbone(tiny), "prefix": "'see '"} and tiny in cosine.by["backbone"]
    assert found["clip_image"].measured.n == 3 and "prefix" not in found["clip_image"].by
    captions.write_text('{"file": "p0.png", "words": ["a"]}\n')
    with pytest.raises(DataError, match=r"line 1: say .*caption"):
        nearness(PAIRS, ["clip_text"], tiny, "", captions, seed=0)


def test_a_picture_is_nearest_to_itself(tiny: str) -> None:
    same = [Pair(pair.name, pair.image, pair.image) for pair in PAIRS]
    (result,) = nearness(same, ["rmse", "clip_image"], tiny, "", None, seed=0)
    assert result.values == pytest.approx([1, 1, 1]) and nearness(same, ["rmse"], tiny, "", None, seed=0) == []
    assert cosines(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])) == pytest.approx([0])


def test_cmmd_is_the_published_formula_and_0_for_equal_sets(tiny: str) -> None:
    a, b = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3))

    def kernel(x: np.ndarray, y: np.ndarray) -> float:
        return float(np.mean([np.exp(-((p - q) @ (p - q)) / (2 * 10**2)) for p in x for q in y]))

    assert cmmd(a, b) == pytest.approx(1000 * (kernel(a, a) + kernel(b, b) - 2 * kernel(a, b)))
    assert cmmd(a, a) == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="finite"):
        cmmd(a, np.full((2, 3), np.nan))
    (result,) = distributions(PAIRS, ["cmmd"], None, tiny, seed=0)
    assert result.measured.n == 3 and result.by == {"backbone": backbone(tiny)} and result.definition == "cmmd/1"


def test_what_is_no_clip_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"clip=.*: there is no CLIPModel"):
        network(str(tmp_path))
