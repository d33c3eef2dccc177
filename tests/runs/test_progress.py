"""Progress: a bar of 80 columns keeps step, rate and time left; what was there before has no rate."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from figgen.runs import progress
from figgen.runs.progress import Meter
from figgen.runs.times import span


def test_what_was_done_before_has_no_rate_and_the_rest_has_its_own() -> None:
    meter = Meter("preparing", 10_100)
    assert meter.speed(10_000, now=0.0) == ""
    assert meter.speed(10_001, now=0.5) == ""
    assert meter.speed(10_010, now=5.0) == "2.0 items/s  45 s left"
    assert meter.speed(10_100, now=30.0) == "3.6 items/s"  # of the last 25 seconds: 90 items


def test_work_that_takes_no_second_has_no_rate() -> None:
    meter = Meter("reading", 512)
    assert [meter.speed(done, now=done / 1e6) for done in (256, 512)] == ["", ""]


def test_a_bar_of_80_columns_shows_step_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    monkeypatch.setattr(progress, "console", lambda: terminal)
    monkeypatch.setattr(progress, "has_bars", lambda: True)
    now = iter((0.0, 0.0, 10.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now, 10.0))
    with Meter("tesseract reads reconstructions", 12_000, "images") as meter:
        meter.update(1_000)
        meter.update(1_100, "loss 0.184  l1 0.0665  kl 2.48e-07  tpl 0.117")
    assert isinstance(terminal.file, io.StringIO)
    assert " 1100/12000 10.0 images/s  18 min left" in terminal.file.getvalue()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0 s"), (99, "99 s"), (100, "2 min"), (5400, "90 min"), (7200, "2.0 h"), (86400 * 3.5, "3.5 days")],
)
def test_times_are_said_in_a_unit_that_fits(seconds: float, said: str) -> None:
    assert span(seconds) == said
