"""Pictures read side by side, their order kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from figgen.ocr.boxes import TextBox
from figgen.runs.cores import cores

Progress = Callable[[int], None]


def read_all(
    read: Callable[[np.ndarray], list[TextBox]],
    images: Sequence[np.ndarray],
    workers: int | None,
    progress: Progress | None,
) -> list[list[TextBox]]:
    """`read` every picture with so many threads (None: one per core); progress(done) is called after each picture.

    Threads serve processes as well: each then waits for a program of its own.
    """
    words: list[list[TextBox]] = []
    with ThreadPoolExecutor(workers or cores()) as pool:
        for found in pool.map(read, images):
            words.append(found)
            if progress is not None:
                progress(len(words))
    return words


def as_rgb(image: np.ndarray) -> np.ndarray:
    """A picture (H, W) or (H, W, 3) => (H, W, 3)."""
    return np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image
