"""python -m figgen.crnn_training: train the small recogniser on crops of drawn figures, and prove that it reads.

The work is a fixed number of steps for each CPU minute asked for, so that (seed, minutes) decide the weights; a
machine slower than the one the rate was taken on takes longer. Weights that read less than FLOOR of the words of
unseen test figures are not written.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from figgen.crnn_training.disturb import disturbed, jittered
from figgen.crnn_training.examine import Figures, Share, examine
from figgen.crnn_training.figures import figures
from figgen.crnn_training.sheets import GreyFigure
from figgen.ocr.batch import BoxBatch
from figgen.ocr.crnn import CRNN, SHIPPED
from figgen.ocr.crops import content_widths, rectify
from figgen.ocr.recogniser import Recogniser
from figgen.runs.console import say
from figgen.runs.errors import FiggenError
from figgen.runs.files import whole_file
from figgen.runs.provenance import now
from figgen.training.seeding import generator_for, seeded

FLOOR = 0.9  # share of held-out words read exactly, below which weights are not written
FIGURES_PER_MINUTE = 500
STEPS_PER_MINUTE = 220
TEST_FIGURES = 300
TEST_WORDS = 1000  # of each other condition
FIGURES_PER_GROUP = 48  # augmented together, then read in batches of words of like length
CROPS_PER_STEP = 64
PEAK_RATE = 3e-3
WORKERS = 2  # also the threads: sums in another order would give other weights


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m figgen.crnn_training", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights go")
    parser.add_argument("--minutes", type=float, default=14.0, help="CPU minutes of work, drawing included")
    parser.add_argument("--seed", type=int, default=0, help="of the figures, the weights at birth and all noise")
    args = parser.parse_args()
    try:
        run(args.out, args.minutes, args.seed)
    except FiggenError as error:
        raise SystemExit(f"error: {error}") from error


def run(out: Path, minutes: float, seed: int) -> dict[str, Share]:
    """Draw, train, examine, write; returns the shares of unseen words read."""
    torch.set_num_threads(WORKERS)
    number, steps = round(minutes * FIGURES_PER_MINUTE), round(minutes * STEPS_PER_MINUTE)
    data = draw_all("train", number, seed)
    with seeded(seed, "crnn"):
        model = CRNN()
    train(model, data, steps, seed)
    shares = examine(model.eval(), draw_all("test", TEST_FIGURES, seed), TEST_WORDS, seed)
    for condition, share in shares.items():
        say(f"{condition}: {share} words read exactly")
    exact, words = shares["figures"]
    if exact < FLOOR:
        raise FiggenError(
            f"The recogniser reads {exact:.1%} of the words of unseen figures, below {FLOOR:.0%}: "
            f"{out} is left as it was. Train longer, with a larger --minutes."
        )
    recipe = {
        "command": f"python -m figgen.crnn_training --minutes {minutes:g} --seed {seed}",
        "seed": seed,
        "figures": number,
        "steps": steps,
        "cpu_minutes": round(cpu_minutes(), 1),
        "date": now(),
        "words": words,
        "exact": exact,
        "conditions": {condition: share._asdict() for condition, share in shares.items()},
    }
    save(model, out, recipe)
    say(f"weights written to {out} after {cpu_minutes():.1f} CPU minutes")
    return shares


def draw_all(split: str, number: int, seed: int) -> Figures:
    drawn: list[GreyFigure] = []
    for drawing in figures(split, number, seed, WORKERS):
        drawn.append(drawing)
        if len(drawn) % 1000 == 0 or len(drawn) == number:
            say(f"{split} figures drawn: {len(drawn)}/{number}")
    return Figures.of(drawn)


def train(model: CRNN, data: Figures, steps: int, seed: int) -> None:
    """One-cycle AdamW on the CTC loss, `steps` batches."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps, pct_start=0.2)
    model.train()
    recent: list[float] = []
    for step, (crops, widths, texts) in zip(range(1, steps + 1), batches(model, data, seed), strict=False):
        loss = model.misreading(crops.expand(-1, 3, -1, -1), widths, texts).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        recent.append(loss.item())
        if step % 50 == 0 or step == steps:
            say(f"step {step}/{steps}  ctc {sum(recent) / len(recent):.3f}  {cpu_minutes():.1f} CPU minutes")
            recent.clear()


def batches(model: Recogniser, data: Figures, seed: int) -> Iterator[tuple[Tensor, Tensor, list[list[int]]]]:
    """Grey crops (M, 1, h, w), widths (M,) and encoded texts, for ever; all noise from (seed, group)."""
    number = 0
    while True:
        order = torch.randperm(len(data.boxes), generator=generator_for(seed, "order", number))
        for rows in order.split(FIGURES_PER_GROUP):
            number += 1
            noise = generator_for(seed, "group", number)
            pixels, boxes = data.group(rows)
            pixels, boxes = disturbed(pixels, noise), jittered(boxes, noise)
            for part in of_like_length(model, boxes, noise):
                crops, widths = rectify(pixels, part, model.height, widest(model, part), margin=0.0)
                texts = [model.encode(text) for text in part.texts]
                known = torch.tensor([i for i, text in enumerate(texts) if text])
                yield crops[known], widths[known], [text for text in texts if text]


def of_like_length(model: Recogniser, boxes: BoxBatch, noise: torch.Generator) -> Iterator[BoxBatch]:
    """The words in batches of CROPS_PER_STEP whose crops are about equally wide, the batches in any order."""
    by_width = content_widths(boxes.quads, model.height, model.max_width).argsort(stable=True)
    parts = by_width.split(CROPS_PER_STEP)
    for i in torch.randperm(len(parts), generator=noise).tolist():
        yield boxes.select(parts[i])


def widest(model: Recogniser, boxes: BoxBatch) -> int:
    return int(content_widths(boxes.quads, model.height, model.max_width).max())


def save(model: CRNN, out: Path, recipe: dict[str, object]) -> None:
    """Half-precision safetensors with the recipe in the header."""
    from safetensors.torch import save as to_bytes

    half = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
    with whole_file(out) as file:
        file.write(to_bytes(half, metadata={"recipe": json.dumps(recipe)}))


def cpu_minutes() -> float:
    """Of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used) / 60
