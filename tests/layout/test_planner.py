"""A planner points at words of the caption, places them, and learns to."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from figgen.layout.nets import BoxWriter
from figgen.layout.planner import Planner
from figgen.ocr.boxes import TextBox
from figgen.training.seeding import seeded

torch.set_num_threads(1)
SIZE = (128, 160)
CAPTIONS = ["Figure 1.2: A tree of Gamma with leaves Ink and Owl.", "A pie", "", "Loss, Loss and (Ångström) 😀 " * 3]


def planner(most_words: int = 64, most_copies: int = 2) -> Planner:
    with seeded(3, "test"):
        return Planner(
            SIZE, width=16, depth=1, heads=2, dropout=0.0, jitter=0.0, most_words=most_words, most_copies=most_copies
        )


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


def test_in_training_a_layout_is_moved_as_a_whole_and_never_when_judged() -> None:
    net = planner()
    net.jitter = 0.1
    words, shown = net.read_layouts(
        ["Ink and Owl"], [[TextBox.from_ltwh(60, 50, 18, 8, "Ink"), TextBox.from_ltwh(100, 70, 22, 9, "Owl")]]
    )
    still = net.eval().steps_of(words, shown).bins[0]
    assert torch.equal(net.steps_of(words, shown).bins[0], still)
    with seeded(0, "moved"):
        moved = torch.stack([net.train().steps_of(words, shown).bins[0] for _ in range(50)])
    shift = moved - still
    assert (shift[..., :2] == 0).all()  # sizes
    assert (shift[:, 0] - shift[:, 1]).abs().max() <= 1  # both boxes go the same way, up to a bin's edge
    assert shift[..., 2:].abs().max() in (7, 8)  # a tenth of 80 bins
    assert shift[:, 0, 2].min() < 0 < shift[:, 0, 2].max()


def test_marks_say_where_a_box_would_be_in_line_with_the_one_before() -> None:
    net = planner().eval()
    words, shown = net.read_layouts(
        ["Ink and Owl"], [[TextBox.from_ltwh(20, 50, 20, 8, "Ink"), TextBox.from_ltwh(100, 70, 40, 9, "Owl")]]
    )
    first, second = net.marks(net.steps_of(words, shown))[0].tolist()
    # Pixels of the middle, two to a bin across and 1.6 down. Of the first, the sheet itself is the one before.
    assert first == pytest.approx([40, 40, 10 / 2, 150 / 2, 79 + 5], abs=1)
    assert second == pytest.approx([54 / 1.6, 30 / 2, 40 / 2, 20 / 2, 60 / 2], abs=1)


def test_logits_are_those_of_the_sheet_and_of_each_distance_from_a_mark() -> None:
    near, classes = 2, 10
    with seeded(1, "test"):
        writer = BoxWriter(8, (5, 5, classes, classes), near=near)
        state = torch.randn(8)
    bins, marks = torch.tensor([1, 2, 3, 0]), torch.tensor([0, 4, 9, -1, 30])
    raw = writer.heads[3](state + sum(seen(bins[i]) for i, seen in enumerate(list(writer.seen)[:3])))
    expected = raw[:classes].tolist()
    for m, mark in enumerate([4, 9, -1, 30]):
        for k in range(2 * near + 1):
            if 0 <= mark + k - near < classes:
                expected[mark + k - near] += raw[classes + m * (2 * near + 1) + k].item()
    assert writer.logits(3, state, bins, marks).tolist() == pytest.approx(expected, abs=1e-5)


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
