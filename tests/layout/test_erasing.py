"""Words come off, and what is under them is what is around them."""

import torch

from figgen.layout.erasing import erased
from figgen.layout.inside import inside
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox

WORD = TextBox.from_ltwh(10, 8, 20, 8, "word")


def with_ink(ground: torch.Tensor) -> torch.Tensor:
    """The ground with black noise inside WORD's box."""
    inked = ground.clone()
    inked[:, :, 8:16, 10:30] = -torch.rand(8, 20, generator=torch.Generator().manual_seed(0))
    return inked


def test_flat_and_shaded_grounds_come_back_as_they_were() -> None:
    y, x = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-1, 1, 48), indexing="ij")
    for ground in (torch.full((1, 3, 32, 48), 0.25), ((x + y) / 2).expand(1, 3, -1, -1)):
        back = erased(with_ink(ground), BoxBatch.collate([[WORD]]))
        torch.testing.assert_close(back, ground, atol=0.08, rtol=0)  # a border is read to the next pixel


def test_nothing_else_is_touched() -> None:
    picture = torch.rand(2, 3, 32, 48) * 2 - 1
    back = erased(picture, BoxBatch.collate([[WORD], []]))
    near = torch.zeros(32, 48, dtype=torch.bool)
    near[6:18, 8:32] = True
    assert torch.equal(back[1], picture[1])
    assert torch.equal(back[0][:, ~near], picture[0][:, ~near]) and not torch.equal(back[0], picture[0])


def test_a_tilted_word_comes_off_without_the_corners_of_its_upright_rectangle() -> None:
    tilted = TextBox(((20.0, 4.0), (36.0, 20.0), (30.0, 26.0), (14.0, 10.0)), "tilted")
    picture = torch.rand(1, 3, 32, 48) * 2 - 1
    changed = (erased(picture, BoxBatch.collate([[tilted]])) != picture).any(1)[0]
    assert changed[15, 25] and not changed[6, 33] and not changed[24, 16]


def test_a_word_over_the_edge_of_the_sheet_takes_the_nearest_pixels() -> None:
    ground = torch.full((1, 3, 32, 48), -0.5)
    back = erased(ground, BoxBatch.collate([[TextBox.from_ltwh(-4, -4, 12, 10, "over")]]))
    assert torch.equal(back, ground)


def test_positions_of_a_quad_are_those_whose_middle_it_covers() -> None:
    quads = torch.tensor([[[2.0, 2.0], [6.0, 2.0], [6.0, 4.0], [2.0, 4.0]]]).double()
    found = inside(quads, (8, 8))
    assert set(zip(found.y.tolist(), found.x.tolist(), strict=True)) == {(y, x) for y in (2, 3) for x in (2, 3, 4, 5)}
    at = [(x, u) for x, u in zip(found.x.tolist(), found.u.tolist(), strict=True)]
    assert all(abs(u - (x + 0.5 - 2) / 4) < 1e-12 for x, u in at)
    coarse = inside(quads, (4, 4), stride=2)
    assert set(zip(coarse.y.tolist(), coarse.x.tolist(), strict=True)) == {(1, 1), (1, 2)}
