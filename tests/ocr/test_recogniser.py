"""Decoding, encoding and freezing: what every recogniser shares."""

import pytest
import torch
from torch import Tensor, nn

from figgen.ocr.recogniser import Recogniser, frames_needed, freeze, trim


class Toy(Recogniser):
    """Reads a, b or nothing from the brightness of every second column."""

    height, max_width, blank, alphabet = 4, 8, 0, ("", "a", "b")

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3)
        self.head = nn.Linear(3, 3)

    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        return self.norm(crops).mean(2)[..., ::2].permute(2, 0, 1)

    def classify(self, seen: Tensor) -> Tensor:
        return self.head(seen)

    def frames(self, widths: Tensor) -> Tensor:
        return widths // 2


def spelled(*rows: list[int]) -> Tensor:
    """Best classes by crop and frame => log-probabilities (T, M, 3)."""
    return torch.nn.functional.one_hot(torch.tensor(rows), 3).float().transpose(0, 1)


def test_greedy_merges_repeats_drops_blanks_and_stops_at_the_length():
    log_probs = spelled([1, 1, 0, 1, 2], [0, 2, 2, 0, 1], [0, 0, 0, 0, 0])
    assert Toy().greedy(log_probs, torch.tensor([5, 4, 5])) == ["aab", "b", ""]


def test_encode_refuses_unknown_empty_and_too_long_strings():
    toy = Toy()  # 8 columns are 4 frames
    assert toy.encode("abab") == [1, 2, 1, 2]
    assert toy.encode("abc") is None
    assert toy.encode("") is None
    assert toy.encode("ababa") is None
    assert toy.encode("aab") == [1, 1, 2]
    assert toy.encode("aabb") is None  # two blanks more than letters


@pytest.mark.parametrize(("text", "frames"), [("a", 1), ("ab", 2), ("aa", 3), ("aabb", 6), ("", 0)])
def test_equal_neighbours_need_a_blank_between_them(text: str, frames: int):
    assert frames_needed(text) == frames


def test_ctc_equals_the_sum_over_all_paths():
    toy = freeze(Toy())
    crops, widths = torch.rand(1, 3, 4, 6), torch.tensor([6])
    frames = toy(crops, widths).log_probs.exp()[:, 0]  # 3 frames
    paths = [(i, j, k) for i in range(3) for j in range(3) for k in range(3)]
    chance = sum(frames[0, i] * frames[1, j] * frames[2, k] for i, j, k in paths if toy._collapse([i, j, k]) == "ab")
    torch.testing.assert_close(toy.misreading(crops, widths, [[1, 2]])[0], -chance.log() / 2)


def test_frozen_recogniser_has_nothing_to_train_or_save_and_still_passes_gradients():
    toy = Toy()
    before = toy.eval()(torch.ones(1, 3, 4, 8), torch.tensor([8])).log_probs
    freeze(toy)
    assert not list(toy.parameters()) and not toy.state_dict() and not toy.training
    crops = torch.ones(1, 3, 4, 8, requires_grad=True)
    after = toy(crops, torch.tensor([8])).log_probs
    torch.testing.assert_close(after, before)
    after[..., 1].sum().backward()
    assert crops.grad.abs().sum() > 0


def test_trim_keeps_whole_strides_of_the_widest_word():
    crops = torch.zeros(2, 3, 4, 32)
    assert trim(crops, torch.tensor([3, 9]), 4).shape == (2, 3, 4, 12)
    assert trim(crops, torch.tensor([32, 9]), 4).shape == (2, 3, 4, 32)
    assert trim(crops[:0], torch.tensor([], dtype=torch.int64), 4).shape == (0, 3, 4, 32)
