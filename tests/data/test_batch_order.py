"""The order of training pictures: every item once an epoch, resumable, shared out among ranks."""

from collections import Counter
from itertools import chain, islice

import pytest

from figgen.data.loading.order import EndlessBatches


def first(number: int, **options: int) -> list[list[int]]:
    return list(islice(EndlessBatches(**{"num_items": 10, "batch_size": 3, "seed": 0} | options), number))


@pytest.mark.parametrize(("items", "size"), [(10, 3), (10, 10), (3, 8), (1, 4), (64, 16)])
def test_every_item_comes_once_an_epoch_even_where_batches_do_not_divide_it(items: int, size: int) -> None:
    stream = list(chain.from_iterable(first(items, num_items=items, batch_size=size)))  # `size` epochs
    for epoch in range(size):
        assert sorted(stream[epoch * items : (epoch + 1) * items]) == list(range(items))


@pytest.mark.parametrize("step", [0, 1, 3, 4, 17])
def test_starting_at_a_step_continues_the_same_sequence(step: int) -> None:
    assert first(10, start_step=step) == first(step + 10)[step:]


def test_epochs_and_seeds_are_shuffled_differently() -> None:
    one, two = (first(2, batch_size=10, seed=seed) for seed in (0, 1))
    assert one[0] != one[1] and one[0] != two[0]
    assert first(2, batch_size=10, seed=0) == one


@pytest.mark.parametrize("world", [2, 4])
def test_ranks_share_the_global_batch_that_one_rank_would_see(world: int) -> None:
    whole = first(12, batch_size=3 * world)
    ranks = [first(12, rank=rank, world_size=world) for rank in range(world)]
    assert [list(chain.from_iterable(parts)) for parts in zip(*ranks, strict=True)] == whole
    assert set(Counter(chain.from_iterable(whole[:10])).values()) == {3 * world}


def test_a_resumed_rank_goes_on_where_it_stopped() -> None:
    assert first(5, start_step=7, rank=1, world_size=2) == first(12, rank=1, world_size=2)[7:]


@pytest.mark.parametrize("options", [{"num_items": 0}, {"batch_size": 0}, {"rank": 2, "world_size": 2}])
def test_an_impossible_order_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no order"):
        first(1, **options)
