"""What another busy process costs a training step that has every core to itself otherwise."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from benchmarks.paired import ratio
from benchmarks.tpl_loss import BATCH, HEIGHT, WIDTH, autoencoder_step, some_boxes
from figgen.losses.plain import PlainLoss
from figgen.runs.cores import cores

STEPS = 10  # a second or so: a process that has just woken is served first


@contextmanager
def neighbour() -> Iterator[subprocess.Popen[bytes]]:
    """A process that computes for ever, stopped at first."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    busy.send_signal(signal.SIGSTOP)
    try:
        yield busy
    finally:
        busy.kill()
        busy.wait()


def lines() -> Iterator[str]:
    """The same steps while the neighbour works, and while it stands still."""
    boxes, loss = some_boxes(5, BATCH, HEIGHT, WIDTH), PlainLoss()
    torch.set_num_threads(cores())

    with neighbour() as busy:

        def alone() -> None:
            for _ in range(STEPS):
                autoencoder_step(loss, boxes)

        def beside() -> None:
            busy.send_signal(signal.SIGCONT)
            alone()
            busy.send_signal(signal.SIGSTOP)

        speed = ratio(beside, alone, pairs=9, repeats=1)
        yield f"{STEPS} autoencoder steps beside a busy process / alone, {cores()} threads: {speed}"
