"""The main road, walked at tiny size: every combination, golden losses, reuse, force, dry run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from omegaconf import DictConfig

from figgen.runs import memory
from figgen.runs.errors import ConfigError
from figgen.train import train

GOLDEN = Path(__file__).parent / "golden" / "losses.json"
COMBINATIONS = [(loss, sampler) for loss in ("plain", "tpl", "ocr") for sampler in ("baseline", "scheduled")]

Tiny = Callable[..., DictConfig]


def run_of(cfg: DictConfig) -> Path:
    (folder,) = [p.parent for p in Path(cfg.paths.outputs).glob("*/*/run.json")]
    return folder


def losses_of(cfg: DictConfig) -> dict[str, list[float]]:
    rows = [json.loads(line) for line in (run_of(cfg) / "metrics.jsonl").read_text().splitlines()]
    return {
        stage: [row["loss"] for row in rows if row["stage"] == stage and "loss" in row]
        for stage in ("autoencoder", "diffusion")
    }


@pytest.mark.slow
@pytest.mark.parametrize(("loss", "sampler"), COMBINATIONS)
def test_every_combination_walks_the_road_with_the_golden_losses(tiny: Tiny, loss: str, sampler: str) -> None:
    ocr = ["loss.text.warmup_steps=5", "loss.text.min_accuracy=0"] if loss == "ocr" else []
    cfg = tiny("autoencoder.steps=20", "denoiser.steps=20", f"loss={loss}", f"sampler={sampler}", *ocr)
    train(cfg)
    run = run_of(cfg)
    assert (run / "samples" / "grid.png").stat().st_size > 1000
    assert (run / "samples" / "denoising.gif").read_bytes()[:3] == b"GIF"
    assert (run / "samples" / "reconstructions.png").stat().st_size > 1000
    state = json.loads((run / "run.json").read_text())
    assert state["status"] == "FINISHED"
    assert state["stages"]["autoencoder"]["results"]["psnr"]["n"] == 2
    assert state["stages"]["autoencoder"]["results"]["latent_variance"] == pytest.approx(1, abs=1e-3)
    measured, name = losses_of(cfg), f"{loss}-{sampler}"
    assert [len(values) for values in measured.values()] == [20, 20]
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    if os.environ.get("FIGGEN_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps({**golden, name: measured}, indent=1) + "\n")
    else:
        for stage, values in measured.items():
            assert values == pytest.approx(golden[name][stage], rel=2e-3), stage


def test_a_run_that_differs_in_its_sampler_reuses_the_autoencoder(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    real = torch.optim.AdamW.step
    monkeypatch.setattr(torch.optim.AdamW, "step", lambda self, *a, **k: (steps.append(1), real(self, *a, **k))[1])
    train(tiny("sampler=baseline", "stages=[autoencoder,diffusion]"))
    assert len(steps) == 2 + 2
    train(tiny("sampler=scheduled", "stages=[autoencoder,diffusion]"))
    assert len(steps) == 2 + 2 + 2


def test_a_finished_run_trains_nothing_and_force_trains_anew(tiny: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    cfg = tiny("stages=[autoencoder]")
    train(cfg)
    run = run_of(cfg)
    train(cfg)
    assert len(json.loads((run / "run.json").read_text())["attempts"]) == 1
    train(tiny("stages=[autoencoder]", "force=true"))
    assert len(json.loads((run / "run.json").read_text())["attempts"]) == 2
    assert "MINIATURE" in capsys.readouterr().out


@pytest.mark.parametrize(("stage", "missing"), [("diffusion", "autoencoder"), ("evaluation", "autoencoder")])
def test_a_stage_needs_the_ones_before_and_nothing_is_drawn_without(
    tiny: Tiny, tmp_path: Path, stage: str, missing: str
) -> None:
    with pytest.raises(
        ConfigError, match=rf"stages: {stage} needs a finished {missing}.* stages=\[{missing},{stage}\]"
    ):
        train(tiny(f"stages=[{stage}]", f"paths.data={tmp_path / 'data'}"))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_will_not_fit_is_refused_before_it_starts(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free", lambda: 2**20)
    with pytest.raises(ConfigError, match=r"autoencoder: .* want about \d+ MiB, and 1 MiB are free here"):
        train(tiny("stages=[autoencoder]"))
    assert list(tmp_path.iterdir()) == []


def test_dry_run_writes_nothing(tiny: Tiny, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(tiny("dry_run=true", "sampler=scheduled"))
    assert list(tmp_path.iterdir()) == []
    said = capsys.readouterr().out
    assert "pixels (2, 3, 128, 160)" in said and "latents      (2, 16, 16, 20)" in said and "MiB" in said


def test_an_adversary_joins_at_its_start(tiny: Tiny) -> None:
    adversary = "loss.adversary={_target_: figgen.losses.adversary.PatchAdversary, channels: 3, start: 1, width: 8}"
    cfg = tiny(adversary, "autoencoder.steps=3", "stages=[autoencoder]")
    train(cfg)
    rows = [json.loads(line) for line in (run_of(cfg) / "metrics.jsonl").read_text().splitlines()]
    assert "adversary" not in rows[0] and "adversary" in rows[1]
