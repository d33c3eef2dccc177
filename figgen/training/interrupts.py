"""SIGTERM and Ctrl-C: a training step is finished and saved first, anything else stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(SystemExit):
    """Somebody asked the run to stop. Not an Exception: nothing may swallow it on its way out."""

    def __init__(self, signum: int) -> None:
        super().__init__(128 + signum)
        self.signum = signum

    def __str__(self) -> str:
        return f"stopped by {signal.Signals(self.signum).name}"


class Interrupts:
    """Turns signals into `Interrupted`, at once or, inside `postponed()`, when `check()` is next called."""

    def __init__(self) -> None:
        self.pending: int | None = None
        self.is_postponed = False

    def handle(self, signum: int, frame: FrameType | None) -> None:
        if self.is_postponed and self.pending is None:
            self.pending = signum
        else:  # nothing to save, or asked twice
            raise Interrupted(signum)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Catch both signals for the block's duration (in the main thread; elsewhere Python cannot)."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        self.listen()
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def listen(self) -> None:
        """Take the signals (back): Lightning installs handlers of its own when a fit starts."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self.handle)

    @contextmanager
    def postponed(self) -> Iterator[None]:
        """Signals inside the block wait for `check()`."""
        self.is_postponed = True
        try:
            yield
        finally:
            self.is_postponed = False

    def check(self) -> None:
        """Raise what was postponed."""
        if self.pending is not None:
            signum, self.pending = self.pending, None
            raise Interrupted(signum)


INTERRUPTS = Interrupts()
