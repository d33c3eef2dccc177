"""A tiny TrOCR, saved to disk as transformers saves it, is loaded, taught with, and read."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from figgen.ocr import trocr
from figgen.ocr.trocr import TrOCR
from figgen.runs.errors import OCRUnavailable

torch.set_num_threads(1)
ALPHABET = "abcdefgh"
SIDE = 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights, one token a letter."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import (
        PreTrainedTokenizerFast,
        TrOCRConfig,
        TrOCRForCausalLM,
        VisionEncoderDecoderModel,
        ViTConfig,
        ViTImageProcessor,
        ViTModel,
    )

    path = tmp_path_factory.mktemp("trocr")
    tokens = {token: i for i, token in enumerate(["<s>", "<pad>", "</s>", "<unk>", *ALPHABET])}
    letters = Tokenizer(models.WordLevel(tokens, unk_token="<unk>"))
    letters.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    letters.decoder = decoders.Fuse()
    specials = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=letters, **specials).save_pretrained(path)
    ViTImageProcessor(size={"height": SIDE, "width": SIDE}, image_mean=[0.5] * 3, image_std=[0.25] * 3).save_pretrained(
        path
    )
    torch.manual_seed(0)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    encoder = ViTModel(ViTConfig(image_size=SIDE, patch_size=8, **shape), add_pooling_layer=False)
    decoder = TrOCRForCausalLM(
        TrOCRConfig(
            vocab_size=len(tokens),
            d_model=16,
            decoder_layers=1,
            decoder_attention_heads=2,
            decoder_ffn_dim=16,
            max_position_embeddings=12,
            decoder_start_token_id=2,
            bos_token_id=0,
            pad_token_id=1,
            eos_token_id=2,
            cross_attention_hidden_size=16,
            is_decoder=True,
            add_cross_attention=True,
        )
    )
    model = VisionEncoderDecoderModel(encoder=encoder, decoder=decoder)
    model.config.decoder_start_token_id, model.config.pad_token_id = 2, 1
    model.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def reader(folder: Path) -> TrOCR:
    return trocr.load(str(folder))


def crops() -> tuple[Tensor, Tensor]:
    pixels = torch.rand(2, 3, 64, 128, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return pixels, torch.tensor([128, 64])


def test_misreading_is_the_cross_entropy_of_each_word_alone(reader: TrOCR, folder: Path):
    from transformers import VisionEncoderDecoderModel

    model = VisionEncoderDecoderModel.from_pretrained(folder).eval()
    pixels, widths = crops()
    targets = [reader.encode("abc"), reader.encode("fedcba")]
    ours = reader.misreading(pixels, widths, targets)
    for crop, width, target, loss in zip(pixels, widths.tolist(), targets, ours, strict=True):
        picture = F.interpolate(crop[None, :, :, :width], (SIDE, SIDE), mode="bilinear", align_corners=False)
        labels = torch.tensor([[*target, 2]])
        expected = model(pixel_values=((picture + 1) / 2 - 0.5) / 0.25, labels=labels).loss
        torch.testing.assert_close(loss, expected, atol=2e-3, rtol=1e-3)


def test_texts_are_encoded_where_every_letter_is_known_and_there_is_room(reader: TrOCR):
    assert reader.encode("hgab") == [11, 10, 4, 5]
    assert reader.encode("") is None
    assert reader.encode("xyz") is None
    assert reader.encode("abcdefghab") is not None
    assert reader.encode("abcdefghabc") is None  # 11 letters, start and end: 12 places


def test_gradient_reaches_the_content_and_no_padding(reader: TrOCR):
    pixels, widths = crops()
    pixels.requires_grad_()
    reader.misreading(pixels, widths, [[4, 5], [6]]).sum().backward()
    assert pixels.grad.isfinite().all()
    assert pixels.grad[0].abs().sum() > 0 and pixels.grad[1, :, :, :64].abs().sum() > 0
    assert pixels.grad[1, :, :, 66:].abs().sum() == 0


def test_features_are_the_encoders_states(reader: TrOCR):
    values, lengths = reader.features(*crops())
    assert values.shape == (17, 2, 16)  # 4 x 4 patches and one more
    assert lengths.tolist() == [17, 17]


def test_words_are_read_as_transformers_generates_them(reader: TrOCR, folder: Path):
    from transformers import AutoTokenizer, VisionEncoderDecoderModel

    pixels, _ = crops()
    squares = F.interpolate(pixels, (SIDE, SIDE), mode="bilinear", align_corners=False)
    model = VisionEncoderDecoderModel.from_pretrained(folder).eval()
    tokens = model.generate(((squares + 1) / 2 - 0.5) / 0.25, max_new_tokens=10, do_sample=False)
    expected = AutoTokenizer.from_pretrained(folder).batch_decode(tokens, skip_special_tokens=True)
    assert reader.read(pixels, torch.tensor([128, 128])) == expected


def test_frozen_weights_are_neither_trained_nor_saved(reader: TrOCR):
    assert not list(reader.parameters()) and not reader.state_dict() and not reader.training


def test_nothing_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OCRUnavailable, match=r"teacher\.model\.source=.*teacher=ppocr"):
        trocr.load(str(tmp_path / "none"))
