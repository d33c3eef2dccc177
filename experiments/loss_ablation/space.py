"""What the rows of the loss ablation are tuned over, all alike."""

from __future__ import annotations

from typing import NamedTuple

TRIALS = 4  # per row: the middle of its ranges, one at random, then where a Gaussian process hopes for most
AT_RANDOM = 1
COMMON = (  # of every trial; its figures, words and seed are not those of the table
    "group=loss_study",
    "stages=[autoencoder]",
    "seed=10",
    "autoencoder.steps=300",
    "autoencoder.warmup_steps=30",
    "dataset.miniature.num_test=320",
    "evaluation.split=val",
    "evaluation.num_reconstructions=32",
    "evaluation.second_reader=none",
    "logger=none",
    "trainer.grad_norms_every=0",
)


class Range(NamedTuple):
    """Lowest and highest value of a key, even in its logarithm or in itself."""

    key: str
    low: float
    high: float
    log: bool = True

    @property
    def middle(self) -> float:
        return (self.low * self.high) ** 0.5 if self.log else (self.low + self.high) / 2


WEIGHT, SHARE = "loss.text.weight", "loss.text.lam"
RATE = Range("autoencoder.learning_rate", 2e-3, 0.2)
ROWS: dict[str, tuple[Range, ...]] = {
    "l1": (RATE,),
    "mse": (RATE,),
    "mse_clipped": (RATE,),
    "l1_mse": (RATE, Range(WEIGHT, 0.1, 100)),
    "box_l1": (RATE, Range(WEIGHT, 0.1, 30)),
    "tpl_l1": (RATE, Range(WEIGHT, 0.1, 30)),
    "tpl_mse": (RATE, Range(WEIGHT, 0.03, 10)),
    "tpl_clipped": (RATE, Range(WEIGHT, 0.1, 30)),
    "ocr_features": (RATE, Range(SHARE, 0.2, 0.98, log=False)),
    "ocr_ctc": (
        RATE,
        Range(SHARE, 0.5, 0.99, log=False),
        Range("loss.text.warmup_steps", 0, 150, log=False),
        Range("autoencoder.grad_clip", 0.1, 3),
    ),
    "ocr_perceptual": (RATE, Range(WEIGHT, 0.003, 3)),
}
