"""Drawn figures as parts of papers: where each stands, what its file is called, how it is saved and talked about.

Everything follows from the position of a figure among all figures of its miniature.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

PER_PAPER = 3  # figures that are taken from one paper


class Job(NamedTuple):
    """One figure that is to be drawn."""

    split: str
    place: int  # in its split
    position: int  # among all figures

    @property
    def number(self) -> int:
        """Of the figure in its paper."""
        return 1 + self.position % PER_PAPER + self.position // PER_PAPER % 5


def jobs(counts: Mapping[str, int]) -> list[Job]:
    """So many figures of each split, one split behind the other."""
    pairs = [(split, index) for split, count in counts.items() for index in range(count)]
    return [Job(split, index, position) for position, (split, index) in enumerate(pairs)]


def arxiv_paper(job: Job) -> str:
    """1001.0000v1, ...: the paper's year and month, and its number."""
    paper = job.position // PER_PAPER
    return f"{10 + paper // 12 % 10}{1 + paper % 12:02d}.{paper:04d}v{1 + paper % 2}"


def acl_paper(job: Job) -> str:
    """2015.acl-main.1, ...: the year and the volume, and the paper's number."""
    paper = job.position // PER_PAPER
    return f"{2015 + paper % 8}.acl-{('main', 'long', 'short')[paper // 8 % 3]}.{1 + paper}"


def file_stem(paper: str, job: Job) -> str:
    """What pdffigures2 calls a figure's file."""
    return f"{paper}-Figure{job.number}-1"


def numbered(caption: str, job: Job) -> str:
    """A caption as it stands below the figure."""
    return f"Figure {job.number}: {caption}"


def png_of(pixels: np.ndarray) -> bytes:
    """uint8 pixels (H, W, 3) => a PNG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()
