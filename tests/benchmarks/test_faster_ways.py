"""What benchmarks compare does the same work: equal weights, equal readings of words, equal distances."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from benchmarks.adversary_step import OneForward, TwoForwards, some_batch
from benchmarks.distances import by_cells, by_root
from benchmarks.ocr_crops import at_once, figures, one_by_one, one_by_one_padded
from figgen.autoencoder.patch import PatchAutoencoder
from figgen.losses.adversary import PatchAdversary
from figgen.metrics.dtw import dtw_ti
from figgen.metrics.frechet import frechet
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


def test_singular_values_give_the_distance_of_the_matrix_root():
    a, b = np.random.default_rng(0).normal(size=(2, 40, 24))
    assert frechet(a, b + 1) == pytest.approx(by_root(a, b + 1), rel=1e-6)


def test_bits_give_the_warped_distance_of_the_loop_over_cells():
    a, b = np.random.default_rng(0).integers(0, 256, (2, 1, 1, 64, 12), dtype=np.uint8)
    assert dtw_ti(a, b) == pytest.approx(by_cells(a[0, 0], b[0, 0]))
