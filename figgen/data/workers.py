"""Processes that take items in order, and threads that give results as they are done.

A process imports what its function needs, and nothing of the parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait
from multiprocessing import get_all_start_methods, get_context, get_start_method, set_start_method
from multiprocessing.context import BaseContext
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]  # done, total
LabelledProgress = Callable[[str, int, int], None]  # what is done, done, total

CHUNK = 16  # items that travel to a worker at once
FEW = 64  # items below which starting processes costs more than it brings


def in_order(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int, on_progress: Progress | None = None
) -> Iterator[Result]:
    """function(item) for every item, in order; on_progress after each chunk. One worker, or few items: this process."""
    report = on_progress or (lambda done, total: None)
    if workers <= 1 or len(items) < FEW:
        results: Iterator[Result] = map(function, items)
        yield from _counted(results, len(items), report)
        return
    pool = ProcessPoolExecutor(workers, mp_context=fresh_processes())
    try:
        yield from _counted(pool.map(function, items, chunksize=CHUNK), len(items), report)
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupted run does not wait for what it no longer wants


def fresh_processes() -> BaseContext:
    """Processes that inherit nothing.

    They are told how this process starts others by default; in a job of joblib's launcher that is `loky`, which no
    fresh process knows.
    """
    if get_start_method(allow_none=True) not in (None, *get_all_start_methods()):
        set_start_method("spawn", force=True)
    return get_context("spawn")


def _counted(results: Iterator[Result], total: int, report: Progress) -> Iterator[Result]:
    for done, result in enumerate(results, 1):
        yield result
        if done % CHUNK == 0 or done == total:
            report(done, total)


def as_done(function: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Iterator[Result]:
    """function(item) for every item, in the order in which they are done; an item is taken when a thread is free."""
    with ThreadPoolExecutor(threads) as pool:
        running: set[Future[Result]] = set()
        for item in items:
            running.add(pool.submit(function, item))
            if len(running) == threads:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        yield from (future.result() for future in as_completed(running))
