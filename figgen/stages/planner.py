"""The stage that learns to plan: captions and boxes of the training figures, their pictures aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from figgen.layout.judging import box_distance, overlapping
from figgen.layout.planner import Planner
from figgen.layout.repair import repaired, warn_of
from figgen.metrics.bootstrap import interval
from figgen.metrics.readability import readability
from figgen.metrics.suite import words_of
from figgen.ocr.batch import BoxBatch
from figgen.runs.tracking import Mirror
from figgen.stages import assess, build
from figgen.stages.context import Context, Results, keep_results
from figgen.training.weights import EXPORT, load_weights, save_weights


def make(context: Context, mirror: Mirror) -> Results:
    """From captions and layouts to a planner in the stage's folder, judged by what it plans for unseen captions."""
    cfg, folder = context.cfg, context.folder("planner")
    module = build.layout_module(cfg)
    with one_thread():
        context.fit("planner", module, context.layouts("train"), cfg.layout.planner.batch_size, mirror)
    save_weights(module.planner, folder.path / EXPORT)
    steps = int(cfg.layout.planner.steps)
    results: Results = {"steps": steps, "parameters": sum(p.numel() for p in module.planner.parameters())}
    results |= judged(context, module.planner)
    keep_results(folder, results)
    return results


@contextmanager
def one_thread() -> Iterator[None]:
    """A planner's sums are smaller than what a second thread costs."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def load(context: Context) -> Planner:
    """The finished planner of this run."""
    planner = build.layout_module(context.cfg).planner.eval()
    load_weights(planner, context.folder("planner").path / EXPORT)
    return planner


def judged(context: Context, planner: Planner) -> Results:
    """Plans for the captions that are judged, as they come, against the layouts of their figures."""
    cfg = context.cfg
    batch = assess.unseen(context, cfg.evaluation.num_generated)
    plans = planner.plan(batch.captions, picture_seeds(context, range(len(batch))), cfg.layout.temperature)
    said = readability(words_of(plans), words_of(batch.words))
    return {
        "planned_word_recall": said["recall"].measured().to_dict(),
        "planned_word_precision": said["precision"].measured().to_dict(),
        "overlapping_boxes": interval(overlapping(plans)).to_dict(),
        **{f"distance_of_{name}": value for name, value in box_distance(plans, batch.words, planner.size).items()},
    }


def planned(context: Context, captions: tuple[str, ...], places: Sequence[int]) -> BoxBatch:
    """Layouts for the captions of these pictures of the run that can be drawn; what is left out is said."""
    plans = load(context).plan(captions, picture_seeds(context, places), context.cfg.layout.temperature)
    layouts = [repaired(plan, tuple(context.cfg.dataset.size)) for plan in plans]
    warn_of(layouts)
    return BoxBatch.collate([layout.boxes for layout in layouts])


def picture_seeds(context: Context, places: Sequence[int]) -> list[int]:
    """Of these pictures of a run."""
    return [context.cfg.evaluation.seed + i for i in places]
