"""Training the small recogniser, for as long as it takes to read.

The work is a fixed number of steps for each CPU minute asked for, so that (seed, minutes) decide the weights; a
machine slower than the one the rate was taken on takes longer. Weights that read less than FLOOR of the words of
unseen test figures are not written.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

from figgen.crnn_training.disturb import disturbed, jittered
from figgen.crnn_training.examine import Figures, examine
from figgen.crnn_training.figures import figures
from figgen.ocr.crnn import CRNN
from figgen.ocr.crops import content_widths, rectify
from figgen.ocr.recogniser import Recogniser
from figgen.runs.console import say
from figgen.runs.errors import FiggenError
from figgen.runs.files import whole_file
from figgen.runs.progress import progress
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


def run(out: Path, minutes: float, seed: int) -> None:
    """Draw, train, examine; half-precision safetensors with the recipe in their header => `out`."""
    torch.set_num_threads(WORKERS)
    number, steps = round(minutes * FIGURES_PER_MINUTE), round(minutes * STEPS_PER_MINUTE)
    data = Figures.of(figures("train", number, seed, WORKERS))
    with seeded(seed, "crnn"):
        model = CRNN()
    train(model, data, steps, seed)
    shares = examine(model.eval(), Figures.of(figures("test", TEST_FIGURES, seed, WORKERS)), TEST_WORDS, seed)
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
    half = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
    with whole_file(out) as file:
        file.write(save(half, metadata={"recipe": json.dumps(recipe)}))
    say(f"weights written to {out} after {cpu_minutes():.1f} CPU minutes")


def train(model: CRNN, data: Figures, steps: int, seed: int) -> None:
    """One-cycle AdamW on the CTC loss, `steps` batches."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps, pct_start=0.2)
    model.train()
    stream = batches(model, data, seed)
    with progress("training", steps, "steps") as meter:
        for step in range(1, steps + 1):
            crops, widths, texts = next(stream)
            loss = model.misreading(crops.expand(-1, 3, -1, -1), widths, texts).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            meter.update(step, f"ctc {loss.item():.3f}")


def batches(model: Recogniser, data: Figures, seed: int) -> Iterator[tuple[Tensor, Tensor, list[list[int]]]]:
    """Grey crops (M, 1, h, w), widths (M,) and encoded texts, for ever; all noise from (seed, group).

    The words of a group of figures come in batches whose crops are about equally wide, the batches in any order.
    """
    number = 0
    while True:
        order = torch.randperm(len(data.boxes), generator=generator_for(seed, "order", number))
        for rows in order.split(FIGURES_PER_GROUP):
            number += 1
            noise = generator_for(seed, "group", number)
            pixels, boxes = data.group(rows)
            pixels, boxes = disturbed(pixels, noise), jittered(boxes, noise)
            columns = content_widths(boxes.quads, model.height, model.max_width)
            parts = columns.argsort(stable=True).split(CROPS_PER_STEP)
            for i in torch.randperm(len(parts), generator=noise).tolist():
                words, widest = boxes.select(parts[i]), int(columns[parts[i]].max())
                crops, widths = rectify(pixels, words, model.height, widest, margin=0.0)
                texts = [model.encode(text) for text in words.texts]
                known = torch.tensor([i for i, text in enumerate(texts) if text])
                yield crops[known], widths[known], [text for text in texts if text]


def cpu_minutes() -> float:
    """Of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used) / 60
