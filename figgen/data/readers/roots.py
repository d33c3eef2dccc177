"""Where a dataset starts below the folder that was given: archives are unpacked into folders of their own."""

from __future__ import annotations

from pathlib import Path

from figgen.runs.errors import DataError

LEVELS = ("", "*", "*/*")  # unpacked/<archive>/<its only folder>


def root_of(folder: Path, landmarks: tuple[str, ...], what: str) -> Path:
    """The first folder, `folder` itself or at most two levels below, that holds one of `landmarks`.

    DataError where none does; `what` goes behind it: what the landmarks are.
    """
    for level in LEVELS:
        for landmark in landmarks:
            for found in sorted(folder.glob(f"{level}/{landmark}".lstrip("/"))):
                return found.parents[landmark.count("/")]
    raise DataError(f"There is no {' and no '.join(landmarks)} in {folder}: {what}.")
