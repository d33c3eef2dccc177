"""The loader: far faster than decoding, and no larger for a larger set."""

import subprocess
import sys

import pytest

PEAK = """
import sys, tempfile
from pathlib import Path
from benchmarks.loader import epoch_over, figure, peak, shards_of
from figgen.data.loading.fitted import FittedSplit, fit_split
from figgen.data.loading.sheet import Sheet
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    fit_split(shards_of(folder, [figure(0, 1)], int(sys.argv[1])), "train", folder / "fitted", Sheet(96, 128))
    print(epoch_over(FittedSplit(folder / "fitted", "train"), 0))
print(peak())
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_set() -> None:
    size, peak = zip(*(peak_of(number) for number in (500, 4_500)), strict=True)
    assert size[1] - size[0] == 4_000 * 3 * 96 * 128 > 140 * 2**20
    assert peak[1] - peak[0] < 90 * 2**20


def peak_of(number: int) -> tuple[int, int]:
    """Bytes of pictures that an epoch over `number` records sees, and the most bytes that the process ever held."""
    run = subprocess.run([sys.executable, "-c", PEAK, str(number)], capture_output=True, text=True, check=True)
    size, peak = map(int, run.stdout.split())
    return size, peak
