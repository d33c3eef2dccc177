"""A text term beside the plain loss: what is added, from which step on, and what the stages may ask."""

import pytest
import torch
from torch import Tensor, nn

from figgen.losses.combined import Combined, Term
from figgen.losses.parts import Posterior
from figgen.losses.plain import PlainLoss
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.ocr.recogniser import freeze
from figgen.runs.errors import DataError

WORDS = BoxBatch.collate([[TextBox.from_ltwh(1, 1, 4, 3, "loss")], []])
POSTERIOR = Posterior(torch.randn(2, 4, 2, 2), torch.randn(2, 4, 2, 2))


class Worst(Term):
    """The largest difference; asked, it tells on itself."""

    name, needs_words = "worst", True

    def __init__(self) -> None:
        super().__init__()
        self.net = freeze(nn.Sequential(nn.BatchNorm2d(3)))

    def forward(self, recon: Tensor, target: Tensor, boxes: BoxBatch, step: int) -> Tensor:
        return (recon - target).abs().max()

    def examine(self, pixels: Tensor, boxes: BoxBatch) -> dict[str, float]:
        return {"pictures": len(pixels)}


def pictures() -> tuple[Tensor, Tensor]:
    noise = torch.rand(2, 2, 3, 8, 12, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return noise[0].requires_grad_(), noise[1]


def test_term_is_added_under_its_own_name_and_the_parts_sum_to_the_total() -> None:
    recon, target = pictures()
    plain = PlainLoss()(recon, target, POSTERIOR, WORDS, 0)
    worst = (recon - target).abs().max().item()
    for weight, plain_weight in ((0.8, 1.0), (0.25, 0.75)):
        loss = Combined(PlainLoss(), Worst(), weight=weight, plain_weight=plain_weight)
        total, parts = loss(recon, target, POSTERIOR, WORDS, 0)
        assert list(parts) == ["l1", "kl", "worst"]
        assert parts["l1"].item() == pytest.approx(plain_weight * plain.parts["l1"].item())
        assert parts["worst"].item() == pytest.approx(weight * worst)
        assert total.item() == pytest.approx(plain_weight * plain.total.item() + weight * worst)
        torch.testing.assert_close(sum(parts.values()), total)


@pytest.mark.parametrize(("settings", "step"), [({"weight": 0.0}, 10), ({"plain_weight": 0.5, "start": 11}, 10)])
def test_no_weight_and_warm_up_equal_the_plain_loss_bit_for_bit(settings: dict, step: int) -> None:
    recon, target = pictures()
    plain = PlainLoss()(recon, target, POSTERIOR, WORDS, step)
    (expected,) = torch.autograd.grad(plain.total, recon)
    total, parts = Combined(PlainLoss(), Worst(), **settings)(recon, target, POSTERIOR, WORDS, step)
    (gradient,) = torch.autograd.grad(total, recon)
    assert torch.equal(total, plain.total) and torch.equal(gradient, expected)
    assert list(parts) == ["l1", "kl", "worst"] and parts["worst"] == 0


def test_a_term_that_needs_words_is_not_examined_without_any() -> None:
    loss = Combined(PlainLoss(), Worst())
    assert loss.examine(pictures()[1], WORDS) == {"pictures": 2}
    with pytest.raises(DataError, match="not one of 2 training pictures has a word box"):
        loss.examine(pictures()[1], BoxBatch.collate([[], []]))


def test_frozen_networks_keep_still_while_the_loss_trains() -> None:
    loss = Combined(PlainLoss(), Worst()).train()
    assert loss.training and loss.term.training
    assert not loss.term.net.training and not loss.term.net[0].training
