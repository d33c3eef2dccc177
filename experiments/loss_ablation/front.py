"""What is read against what is seen: python -m experiments.loss_ablation.front draws front.png from the kept runs.

A loss without a weight is a point; one with a weight is a curve over it, its own runs of the table among them.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from experiments.loss_ablation.numbers import TESSERACT, Run, distance, mean, rows_of, word_f1

WEIGHTS = ("weight", "lam")
GOAL = (0.88, 0.75)  # SSIM and word F1 that were asked for
Point = tuple[float, float, float]  # weight, SSIM, word F1


def main() -> None:
    figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    for name, runs in curves().items():
        draw(axes, name, points(runs))
    axes.axhline(mean([word_f1(next(iter(curves().values()))[0], TESSERACT, "original")]).value, color="grey", ls=":")
    axes.annotate("originals", (0.02, 0.945), xycoords=("axes fraction", "data"), color="grey", fontsize=8)
    axes.plot(*GOAL, marker="*", markersize=14, color="gold", markeredgecolor="black", label="asked for", ls="none")
    axes.set(xlabel="SSIM: the picture as a whole", ylabel="word F1: what Tesseract reads", ylim=(0, 1))
    axes.legend(fontsize=8, loc="lower left")
    figure.savefig(Path(__file__).parent / "front.png", dpi=120)


def curves() -> dict[str, list[Run]]:
    """The runs of the table and, for their curves, those at other weights."""
    found = defaultdict[str, list[Run]](list)
    for group in ("loss_ablation", "loss_front"):
        for name, runs in rows_of(group).items():
            found[name] += runs
    return dict(found)


def points(runs: list[Run]) -> list[Point]:
    """Means over seeds, by weight."""
    by_weight = defaultdict[float, list[Run]](list)
    for run in runs:
        text = run["science"]["loss"]["text"] or {}
        by_weight[next((text[key] for key in WEIGHTS if key in text), 0.0)].append(run)
    return [
        (weight, mean([distance(r, "ssim") for r in some]).value, mean([word_f1(r, TESSERACT) for r in some]).value)
        for weight, some in sorted(by_weight.items())
    ]


def draw(axes: Axes, name: str, found: list[Point]) -> None:
    """A curve with its weights beside its points."""
    _, across, up = zip(*found, strict=True)
    axes.plot(across, up, marker="o", label=name)
    for point in found if len(found) > 1 else ():
        axes.annotate(f"{point[0]:g}", point[1:], textcoords="offset points", xytext=(5, 4), fontsize=7)


if __name__ == "__main__":
    main()
