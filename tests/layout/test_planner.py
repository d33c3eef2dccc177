"""A planner points at words of the caption, places them, and learns to."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from figgen.layout.planner import Planner
from figgen.ocr.boxes import TextBox
from figgen.training.seeding import seeded

torch.set_num_threads(1)
SIZE = (128, 160)
CAPTIONS = ["Figure 1.2: A tree of Gamma with leaves Ink and Owl.", "A pie", "", "Loss, Loss and (Ångström) 😀 " * 3]


def planner(most_words: int = 64, most_copies: int = 2) -> Planner:
    with seeded(3, "test"):
        return Planner(SIZE, width=16, depth=1, heads=2, dropout=0.0, most_words=most_words, most_copies=most_copies)


def always_shown(net: Planner) -> Planner:
    """The net, made sure to show every word once."""
    last = net.count[-1]
    assert isinstance(last, nn.Linear)
    with torch.no_grad():
        last.bias[1] += 1000
    return net


def test_a_layout_is_a_function_of_its_caption_and_seed_alone() -> None:
    net = planner()
    together = net.plan(CAPTIONS, [4, 5, 6, 7])
    assert net.plan(CAPTIONS[::-1], [7, 6, 5, 4]) == together[::-1]
    assert [net.plan([caption], [seed])[0] for caption, seed in zip(CAPTIONS, [4, 5, 6, 7], strict=True)] == together


def test_another_seed_is_another_layout_but_at_temperature_zero() -> None:
    net = always_shown(planner())
    one, other = net.plan(CAPTIONS[:1] * 2, [1, 2])
    assert one != other
    one, other = net.plan(CAPTIONS[:1] * 2, [1, 2], temperature=0)
    assert one == other


def test_words_are_spelled_as_in_the_caption_and_come_in_its_order() -> None:
    (boxes,) = always_shown(planner()).plan(["Figure 2: Ångström, OWL and 50%."], [0])
    assert [box.text for box in boxes] == ["Figure", "2", "Ångström", "OWL", "and", "50%"]


def test_a_layout_has_no_more_words_than_allowed() -> None:
    (boxes,) = always_shown(planner(most_words=5)).plan(["word " * 500], [0])
    assert len(boxes) == 5


def test_a_caption_without_words_has_an_empty_layout() -> None:
    assert planner().plan(["", "   "], [0, 1]) == [[], []]


def test_planning_leaves_training_as_it_was() -> None:
    net = planner().train()
    net.plan(["a pie"], [0])
    assert net.training


def test_an_untrained_net_without_preference_costs_the_logarithm_of_the_choices() -> None:
    net = planner()
    for head in (net.count, *net.place.heads):
        nn.init.zeros_(head[-1].weight)
        nn.init.zeros_(head[-1].bias)
    total, parts = net.losses(["A tree of Owl"], [[TextBox.from_ltwh(10, 10, 20, 9, "owl")]])
    expected = {
        "shown": math.log(3),
        "height": math.log(64),
        "width": math.log(64),
        "y": math.log(80),
        "x": math.log(80),
    }
    assert {name: part.item() for name, part in parts.items()} == pytest.approx(expected, rel=1e-5)
    assert total.item() == pytest.approx(sum(expected.values()), rel=1e-5)


def test_the_loss_of_a_layout_does_not_depend_on_its_neighbours() -> None:
    net = planner().eval()
    captions = ["A tree of Owl", "Ink and Owl and much more besides"]
    boxes = [
        [TextBox.from_ltwh(10, 10, 20, 9, "Owl")],
        [TextBox.from_ltwh(5, 50, 18, 8, "Ink"), TextBox.from_ltwh(90, 50, 22, 9, "Owl")],
    ]
    _, both = net.losses(captions, boxes)
    _, one = net.losses(captions[:1], boxes[:1])
    _, other = net.losses(captions[1:], boxes[1:])
    for name in ("height", "width", "y", "x"):
        assert both[name].item() == pytest.approx((one[name].item() + 2 * other[name].item()) / 3, rel=1e-4)


def test_a_box_does_not_know_of_those_after_it() -> None:
    net = planner().eval()
    caption, first = "Ink and Owl", TextBox.from_ltwh(5, 50, 18, 8, "Ink")

    def state_of_first(second: TextBox) -> torch.Tensor:
        words, shown = net.read_layouts([caption], [[first, second]])
        states, _ = net.encode(words)
        return net.walk(states, net.steps_of(words, shown))[0, 0]

    near, far = (state_of_first(TextBox.from_ltwh(left, 50, 18, 8, "Owl")) for left in (30, 120))
    torch.testing.assert_close(near, far)


@pytest.mark.parametrize("boxes", [[], [TextBox.from_ltwh(0, 0, 5, 5, "absent")]])
def test_a_batch_in_which_nothing_is_shown_has_a_finite_loss(boxes: list[TextBox]) -> None:
    total, _ = planner().losses(["A pie", ""], [boxes, []])
    assert math.isfinite(total.item())
    total.backward()


def test_two_captions_are_learned_by_heart() -> None:
    net = planner()
    captions = ["A tree of Owl", "A pie with Ink and Jam"]
    boxes = [
        [TextBox.from_ltwh(60, 20, 24, 9, "Owl")],
        [TextBox.from_ltwh(100, 40, 18, 8, "Ink"), TextBox.from_ltwh(100, 60, 22, 10, "Jam")],
    ]
    adam = torch.optim.AdamW(net.parameters(), lr=1e-2)
    for _ in range(150):
        total, _ = net.losses(captions, boxes)
        total.backward()
        adam.step()
        adam.zero_grad()
    for planned, true in zip(net.plan(captions, [0, 1], temperature=0), boxes, strict=True):
        assert [box.text for box in planned] == [box.text for box in true]
        for box, other in zip(planned, true, strict=True):
            assert box.bounds == pytest.approx(other.bounds, abs=3)  # bins of 2 pixels, and of 7 and 9 % of a size
