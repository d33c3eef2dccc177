"""What benchmarks compare does the same work: equal weights after a step, equal readings of words."""

from copy import deepcopy

import torch

from benchmarks.adversary_step import OneForward, TwoForwards, some_batch
from benchmarks.ocr_crops import at_once, figures, one_by_one, one_by_one_padded
from figgen.autoencoder.patch import PatchAutoencoder
from figgen.losses.adversary import PatchAdversary
from figgen.ocr.crnn import load


def test_one_forward_pass_moves_the_autoencoder_as_two_do():
    torch.manual_seed(0)
    net = PatchAutoencoder(3, 4, 4, width=8, encoder_blocks=1, decoder_blocks=1)
    nets = net, PatchAdversary(3, start=0, width=8)
    published, ours = TwoForwards(*deepcopy(nets)), OneForward(*deepcopy(nets))
    for step in (published, ours):
        step.training_step(some_batch(2, 32), 0)
    assert not torch.equal(ours.autoencoder.to_patch.weight, net.to_patch.weight)
    for theirs, mine in zip(published.autoencoder.parameters(), ours.autoencoder.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)
    assert not torch.equal(next(ours.adversary.parameters()), next(nets[1].parameters()))


def test_words_read_at_once_are_the_words_read_one_by_one():
    pixels, boxes = figures(8)
    reader = load()
    words = [boxes.select(torch.tensor([i])) for i in range(len(boxes))]
    together = at_once(reader, pixels, boxes)
    for alone in (one_by_one(reader, pixels, words), one_by_one_padded(reader, pixels, words)):
        assert sum(a == b for a, b in zip(alone, together, strict=True)) >= 0.95 * len(boxes)
