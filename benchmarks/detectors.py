"""Who finds the words? Every text detector on the same drawn test figures, against their exact boxes.

python -m benchmarks.detectors [--pages 64] [--craft craft_mlt_25k.pth] [--to experiments/detectors]

writes detectors.md, the table, and detectors.png, the same pages with each detector's boxes. A detector that cannot
run on this machine, say CRAFT without its weights, stays in both and says so.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from figgen.data.miniatures.figures import draw
from figgen.metrics.bootstrap import interval_of_means
from figgen.ocr.boxes import TextBox, normalise
from figgen.ocr.craft import Craft
from figgen.ocr.rapidocr import RapidOCR
from figgen.ocr.tesseract import Tesseract, engine_version
from figgen.reporting.pictures import as_image, grid, outlined
from figgen.runs.errors import OCRUnavailable
from figgen.runs.provenance import now

HEIGHT, WIDTH = 128, 160  # the demo's size: the largest that a figure is drawn
ROWS = 5  # pages on the sheet
SAME_PLACE = 0.5  # of intersection over union

Words = Sequence[TextBox]
Detector = Callable[[Sequence[np.ndarray]], list[list[TextBox]]]


@dataclass(frozen=True)
class Outcome:
    """What one detector did to all pages, or why it could not."""

    name: str
    found: list[list[TextBox]]
    seconds: float = math.nan  # of all cores together, per picture
    missing: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detectors", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=64, help="test figures to read")
    parser.add_argument("--craft", default=None, help="CRAFT's checkpoint; else where its package keeps it")
    parser.add_argument("--to", type=Path, default=Path("experiments/detectors"), help="folder of the two files")
    args = parser.parse_args()
    pages = figures(args.pages)
    outcomes = compare(pages, args.craft)
    report = table(pages, outcomes)
    args.to.mkdir(parents=True, exist_ok=True)
    (args.to / "detectors.md").write_text(report)
    sheet(pages[:ROWS], outcomes).save(args.to / "detectors.png")
    print(report)


def lines() -> Iterator[str]:
    """For python -m benchmarks: a line per detector, on few pages."""
    pages = figures(16)
    for outcome in compare(pages, None):
        yield f"detector {outcome.name}: {outcome.missing or summary(pages, outcome)}"


def figures(number: int) -> list[tuple[np.ndarray, Words]]:
    """Test figures on white sheets of one size, and their words."""
    drawings = [draw("test", i) for i in range(number)]
    return [(on_sheet(drawing.pixels), drawing.boxes) for drawing in drawings]


def on_sheet(pixels: np.ndarray) -> np.ndarray:
    sheet = np.full((HEIGHT, WIDTH, 3), 255, dtype=np.uint8)
    sheet[: pixels.shape[0], : pixels.shape[1]] = pixels
    return sheet


def compare(pages: Sequence[tuple[np.ndarray, Words]], craft: str | None) -> list[Outcome]:
    """Each detector as conf/detector has it, one picture at a time."""
    detectors: dict[str, Detector] = {
        "tesseract": Tesseract(workers=1),
        "rapidocr": RapidOCR(workers=1),
        "craft": Craft(craft),
    }
    images = [image for image, _ in pages]
    return [outcome_of(name, detector, images) for name, detector in detectors.items()]


def outcome_of(name: str, detector: Detector, images: Sequence[np.ndarray]) -> Outcome:
    """One detector on all pictures, after one to warm up."""
    try:
        detector(images[:1])
        started = cpu_seconds()
        found = detector(images)
    except OCRUnavailable as error:
        return Outcome(name, [], missing=f"not run here: {str(error).partition(' at ')[0].partition(': ')[0]}")
    return Outcome(name, found, (cpu_seconds() - started) / len(images))


def cpu_seconds() -> float:
    """Of this process and of its finished children: a shared machine stretches all other clocks."""
    return sum(os.times()[:4])


def table(pages: Sequence[tuple[np.ndarray, Words]], outcomes: Sequence[Outcome]) -> str:
    """Markdown: what was measured on what, and a line per detector."""
    words = sum(len(truth) for _, truth in pages)
    head = (
        f"# Detectors on drawn figures\n\n{len(pages)} test figures of the ML-Figs miniature ({WIDTH} x {HEIGHT} px), "
        f"{words} words with exact boxes; {now()}, {os.cpu_count()} cores, one picture at a time; {engine_version()}.\n"
        f"A word is found where a box has at least {SAME_PLACE:.0%} of intersection over union with it, each box for "
        "one word; it is read where its letters are right too, case and punctuation aside. Intervals: 95 %, bootstrap "
        "over pages.\n\n"
        "| detector | CPU s / picture | words found (recall) | boxes that are words (precision) "
        "| mean overlap | words read |\n"
        "|---|---|---|---|---|---|\n"
    )
    return head + "".join(row(pages, outcome) for outcome in outcomes)


def row(pages: Sequence[tuple[np.ndarray, Words]], outcome: Outcome) -> str:
    if outcome.missing:
        return f"| {outcome.name} | {outcome.missing} | | | | |\n"
    return f"| {outcome.name} | {outcome.seconds:.2f} | {' | '.join(numbers(pages, outcome))} |\n"


def summary(pages: Sequence[tuple[np.ndarray, Words]], outcome: Outcome) -> str:
    names = ("recall", "precision", "mean overlap", "read")
    return f"{outcome.seconds:.2f} CPU s a picture, " + ", ".join(
        f"{name} {value}" for name, value in zip(names, numbers(pages, outcome), strict=True)
    )


def numbers(pages: Sequence[tuple[np.ndarray, Words]], outcome: Outcome) -> list[str]:
    """Recall, precision, mean overlap of what was found, share of words read; each over all words of all pages."""
    rows = np.array([score(found, truth) for found, (_, truth) in zip(outcome.found, pages, strict=True)])
    hits, overlap, read, boxes, words = rows.T
    pairs = ((hits, words), (hits, boxes), (overlap, hits), (read, words))
    return [share(np.stack(pair, 1)) for pair in pairs]


def share(rows: np.ndarray) -> str:
    """Rows of (part, whole) per page => the share of the sums, with its interval."""
    measured = interval_of_means(rows, lambda means: means[..., 0] / np.maximum(means[..., 1], 1e-9), 0)
    return f"{measured.value:.3f} ({measured.low:.3f}–{measured.high:.3f})"


def score(found: Words, truth: Words) -> tuple[float, float, float, float, float]:
    """Words found, the sum of their overlaps, words read, boxes, words: of one page."""
    pairs = match(found, truth)
    read = sum(normalise(found[i].text) == normalise(truth[j].text) for i, j, _ in pairs)
    return len(pairs), sum(overlap for *_, overlap in pairs), read, len(found), len(truth)


def match(found: Words, truth: Words) -> list[tuple[int, int, float]]:
    """Pairs of a box and a word in the same place, the closest first, each box and word once."""
    by_overlap = sorted(
        ((overlap(f, t), i, j) for i, f in enumerate(found) for j, t in enumerate(truth)), key=lambda pair: -pair[0]
    )
    pairs: list[tuple[int, int, float]] = []
    for value, i, j in by_overlap:
        if value >= SAME_PLACE and all(i != k and j != m for k, m, _ in pairs):
            pairs.append((i, j, value))
    return pairs


def overlap(box: TextBox, other: TextBox) -> float:
    """Intersection over union of the upright rectangles."""
    (l1, t1, r1, b1), (l2, t2, r2, b2) = box.bounds, other.bounds
    shared = max(min(r1, r2) - max(l1, l2), 0) * max(min(b1, b2) - max(t1, t2), 0)
    return shared / ((r1 - l1) * (b1 - t1) + (r2 - l2) * (b2 - t2) - shared)


def sheet(pages: Sequence[tuple[np.ndarray, Words]], outcomes: Sequence[Outcome]) -> Image.Image:
    """The same pages, a column per detector, the exact boxes first; a detector that could not run has no pages."""
    pictures = [image.transpose(2, 0, 1) for image, _ in pages]
    columns = {"exact": boxed(pictures, [words for _, words in pages])}
    for outcome in outcomes:
        columns[f"{outcome.name} {outcome.missing}".strip()] = boxed(pictures, outcome.found)
    return grid(columns)


def boxed(pictures: Sequence[np.ndarray], found: Sequence[Words]) -> list[Image.Image]:
    pairs = zip(pictures, found, strict=False)
    return [outlined(as_image(picture, zoom=1), words, scale=2) for picture, words in pairs]


if __name__ == "__main__":
    main()
