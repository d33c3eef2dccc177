"""The loader: far faster than decoding, and no larger for a larger set."""

import subprocess
import sys

import pytest

from benchmarks.loader import BATCH, SHEET, epoch_over, figure, shards_of
from benchmarks.paired import ratio
from figgen.data.decoding import decode
from figgen.data.loading.fitted import FittedSplit, fit_split

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
def test_a_mapped_epoch_is_at_least_twenty_times_faster_than_decoding(tmp_path) -> None:
    pictures = [figure(k) for k in range(32)]
    fit_split(shards_of(tmp_path, pictures, 32), "train", tmp_path / "fitted", SHEET)
    split = FittedSplit(tmp_path / "fitted", "train")
    epoch_over(split, 0)

    def decoded() -> None:
        for data in pictures:
            SHEET.fit_pixels(decode(data))

    assert len(split) % BATCH == 0
    assert ratio(decoded, lambda: epoch_over(split, 1), pairs=5, repeats=1).median > 20


@pytest.mark.slow
def test_memory_does_not_grow_with_the_set() -> None:
    size, peak = zip(*(peak_of(number) for number in (2_000, 16_000)), strict=True)
    assert size[1] - size[0] == 14_000 * 3 * 96 * 128 > 490 * 2**20
    assert peak[1] - peak[0] < 100 * 2**20


def peak_of(number: int) -> tuple[int, int]:
    """Bytes of pictures that an epoch over `number` records sees, and the most bytes that the process ever held."""
    run = subprocess.run([sys.executable, "-c", PEAK, str(number)], capture_output=True, text=True, check=True)
    size, peak = map(int, run.stdout.split())
    return size, peak
