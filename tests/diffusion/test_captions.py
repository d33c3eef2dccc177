"""Bytes in, features out; caption i is encoded by itself, whatever else is in the batch."""

from __future__ import annotations

import torch

from figgen.diffusion.captions import ByteEncoder

torch.set_num_threads(1)


def encoder() -> ByteEncoder:
    torch.manual_seed(0)
    return ByteEncoder(width=8, depth=1, heads=2, max_bytes=6)


def test_tokens_are_start_bytes_pad() -> None:
    assert encoder().tokens(["", "ab", "é"]).tolist() == [
        [257, 256, 256, 256, 256, 256, 256],
        [257, 97, 98, 256, 256, 256, 256],
        [257, 0xC3, 0xA9, 256, 256, 256, 256],
    ]


def test_long_captions_are_cut_at_max_bytes() -> None:
    assert encoder().tokens(["abcdefghij"]).tolist() == [[257, *b"abcdef"]]


def test_features_beyond_the_caption_are_zero() -> None:
    features, mask = encoder()(["ab", ""])
    assert features.shape == (2, 7, 8)
    assert mask.sum(1).tolist() == [3, 1]
    assert not features[~mask].any()
    assert features[mask].any(1).all()


def test_caption_is_encoded_alike_alone_and_in_a_batch() -> None:
    net = encoder()
    batch, _ = net(["one", "a longer one", "", "two"])
    alone, _ = net(["two"])
    torch.testing.assert_close(batch[3:], alone, rtol=0, atol=1e-5)


def test_order_of_bytes_matters() -> None:
    features, _ = encoder()(["ab", "ba"])
    assert (features[0] - features[1]).abs().max() > 1e-3
