"""What a person reads while a run works: one plain line at a time, on the terminal and in the attempt's log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from rich.console import Console

log = logging.getLogger("figgen")
_has_bars = True


@cache
def console() -> Console:
    """The terminal; markup stays off so that captions and paths print as they are."""
    return Console(markup=False, highlight=False, soft_wrap=True)


class _ConsoleHandler(logging.Handler):
    """Prints through rich, so that lines do not tear live progress bars."""

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        console().print(text if record.levelno < logging.WARNING else f"{record.levelname.lower()}: {text}")


@cache
def _attach_terminal() -> None:
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(_ConsoleHandler())


def say(message: str) -> None:
    """One line for the user."""
    _attach_terminal()
    log.info(message)


def warn(message: str) -> None:
    """One line that should not be overlooked."""
    _attach_terminal()
    log.warning(message)


@contextmanager
def only_warnings(bars: bool) -> Iterator[None]:
    """Inside the block the terminal gets warnings, and live bars where they are wanted; logs get everything."""
    global _has_bars
    _attach_terminal()
    terminal = [h for h in log.handlers if isinstance(h, _ConsoleHandler)]
    before, _has_bars = _has_bars, bars
    for handler in terminal:
        handler.setLevel(logging.WARNING)
    try:
        yield
    finally:
        _has_bars = before
        for handler in terminal:
            handler.setLevel(logging.NOTSET)


def has_bars() -> bool:
    """Is there a terminal, and its cursor ours?"""
    return _has_bars and console().is_terminal


def is_quiet() -> bool:
    """Do lines stay off the terminal?"""
    return any(isinstance(h, _ConsoleHandler) and h.level > logging.INFO for h in log.handlers)


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Everything said inside the block, and the traceback that ends it, also goes into the file `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _attach_terminal()
    log.addHandler(handler)
    terminal = [h for h in log.handlers if isinstance(h, _ConsoleHandler)]
    try:
        yield
    except BaseException:
        for h in terminal:
            log.removeHandler(h)  # the traceback is for the file; the edge decides what the terminal shows
        log.error("stopped", exc_info=sys.exc_info())
        for h in terminal:
            log.addHandler(h)
        raise
    finally:
        log.removeHandler(handler)
        handler.close()
