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
for number in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fit_split(shards_of(folder, [figure(0, 1)], int(number)), "train", folder / "fitted", Sheet(96, 128))
        print(epoch_over(FittedSplit(folder / "fitted", "train"), 0))
    print(peak())
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_set() -> None:
    """Of each set: bytes of pictures that an epoch sees, and the most bytes that the process has held by then."""
    run = subprocess.run([sys.executable, "-c", PEAK, "500", "4500"], capture_output=True, text=True, check=True)
    few, first, many, second = map(int, run.stdout.split())
    assert many - few == 4_000 * 3 * 96 * 128 > 140 * 2**20
    assert second - first < 90 * 2**20
