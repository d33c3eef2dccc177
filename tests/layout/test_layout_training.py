"""Training a planner: from a fitted split's table alone, and exactly resumable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import torch

from figgen.data.loading.fitted import SCHEMA, FittedSplit
from figgen.data.loading.order import EndlessBatches
from figgen.data.shards import word_columns, write_table
from figgen.layout.module import LayoutModule, Layouts
from figgen.layout.planner import Planner
from figgen.ocr.boxes import TextBox
from figgen.runs.tracking import Mirror
from figgen.training.fitting import fit
from figgen.training.options import OptimSettings, TrainerSettings
from figgen.training.seeding import seeded

torch.set_num_threads(1)
CPU = TrainerSettings(
    accelerator="cpu", devices=1, strategy="auto", precision="32-true", threads=1, checkpoint_every=1e9, log_every=1
)
WORDS = ("owl", "ink", "jam", "key", "lab", "oak")


@pytest.fixture
def layouts(tmp_path: Path) -> Layouts:
    """Six captions and their boxes; there is no file of pictures."""
    rows = [
        {
            "key": f"book/{word}",
            "caption": f"A tree of {word}",
            **word_columns([TextBox.from_ltwh(10 * i, 20, 18, 9, word)]),
        }
        for i, word in enumerate(WORDS)
    ]
    write_table(tmp_path / "train.arrow", pa.Table.from_pylist(rows, SCHEMA))
    return Layouts(FittedSplit(tmp_path, "train"))


def test_batches_hold_keys_captions_and_boxes_in_the_order_asked_for(layouts: Layouts) -> None:
    assert len(layouts) == 6
    batch = layouts.batch([4, 1])
    assert batch.keys == ("book/lab", "book/ink")
    assert batch.captions == ("A tree of lab", "A tree of ink")
    assert [box.text for (box,) in batch.boxes] == ["lab", "ink"]
    assert [box.bounds for (box,) in batch.boxes] == [(40, 20, 58, 29), (10, 20, 28, 29)]


def trained(layouts: Layouts, folder: Path, steps: int) -> dict[str, Any]:
    """The weights after so many steps, going on from what lies in `folder`."""
    with seeded(0, "test"):
        planner = Planner((128, 160), width=16, depth=1, heads=2, dropout=0.2)
    optim = OptimSettings(
        steps=steps,
        learning_rate=1e-2,
        betas=(0.9, 0.98),
        weight_decay=0.01,
        schedule="constant",
        warmup_steps=0,
        grad_clip=1.0,
    )
    module = LayoutModule(planner, optim, seed=0)

    def order(step: int) -> Iterator[list[int]]:
        return iter(EndlessBatches(len(layouts), 4, seed=1, start_step=step))

    fit(module, layouts, order, batch_size=4, folder=folder, label="planner", settings=CPU, mirror=Mirror(None))
    return module.state_dict()


def test_resumed_training_equals_uninterrupted_training(layouts: Layouts, tmp_path: Path) -> None:
    whole = trained(layouts, tmp_path / "whole", 6)
    trained(layouts, tmp_path / "cut", 3)
    resumed = trained(layouts, tmp_path / "cut", 6)
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
