"""Signals stop a run at once, or, inside a training step, when the step is saved."""

from __future__ import annotations

import os
import signal

import pytest

from figgen.training.interrupts import Interrupted, Interrupts


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_outside_a_step_stops_at_once(number: signal.Signals) -> None:
    interrupts = Interrupts()
    with pytest.raises(Interrupted) as caught, interrupts.listening():
        os.kill(os.getpid(), number)
    assert caught.value.code == 128 + number
    assert str(caught.value) == f"stopped by {number.name}"


def test_signal_in_a_step_waits_for_the_check() -> None:
    interrupts, done = Interrupts(), []
    with interrupts.listening(), interrupts.postponed():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("saved")
        assert interrupts.pending == signal.SIGTERM
        with pytest.raises(Interrupted):
            interrupts.check()
    assert done == ["saved"]
    interrupts.check()  # raised once, not twice


def test_second_signal_does_not_wait() -> None:
    interrupts = Interrupts()
    with interrupts.listening(), interrupts.postponed():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGINT)


def test_handlers_from_before_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with Interrupts().listening():
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) != before
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_nothing_that_catches_exceptions_swallows_it() -> None:
    assert not issubclass(Interrupted, Exception)
    Interrupts().check()
