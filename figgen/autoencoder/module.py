"""Training an autoencoder: one forward pass serves the loss and, once it has started, the adversary.

The discriminator judges the reconstruction that the loss was computed on; the published loops run the autoencoder
once more for it, after its update.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from figgen.autoencoder.base import Autoencoder, sample
from figgen.data.loading.batch import Batch
from figgen.data.loading.images import to_pixels
from figgen.losses.adversary import PatchAdversary, known
from figgen.losses.clipped import clipped
from figgen.losses.parts import Objective
from figgen.training.options import OptimSettings
from figgen.training.seeding import generator_for
from figgen.training.stepping import SteppedModule, adamw, check_finite


class AutoencoderModule(SteppedModule[Batch]):
    """An autoencoder, its loss, and perhaps an adversary."""

    def __init__(
        self,
        autoencoder: Autoencoder,
        loss: Objective,
        optim: OptimSettings,
        *,
        seed: int,
        adversary: PatchAdversary | None = None,
        flip: bool = False,
        clip: bool = False,
    ) -> None:
        super().__init__(optim, seed)
        self.autoencoder, self.loss, self.adversary = autoencoder, loss, adversary
        self.flip, self.clip = flip, clip
        self.judging: Tensor | None = (
            None  # what the discriminator is to minimise, once the autoencoder's step is sound
        )

    def trained(self) -> nn.Module:
        return self.autoencoder

    def configure_optimizers(self) -> list[torch.optim.Optimizer]:
        if self.adversary is None:
            return super().configure_optimizers()
        judge = replace(self.optim, learning_rate=self.adversary.learning_rate, weight_decay=0.0)
        return [*super().configure_optimizers(), adamw(judge, list(self.adversary.parameters()))]

    def losses(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        generator = generator_for(self.seed, "posterior", self.global_rank, self.global_step)
        target = to_pixels(batch.pixels)
        if self.flip:
            mirrored = torch.rand(len(batch), 1, 1, 1, generator=generator) < 0.5
            target = torch.where(mirrored.to(target.device), target.flip(3), target)
        posterior = self.autoencoder.encode_pixels(target)
        recon = self.autoencoder.decode_raw(sample(posterior, generator))
        recon = clipped(recon, target) if self.clip else recon
        total, parts = self.loss(recon, target, posterior, batch.boxes, self.global_step)
        if self.adversary is not None and self.adversary.has_started(self.global_step):
            verdict = self.adversary.verdict(recon, target)
            weight = self.adversary.balance(total, recon, verdict.pull, self.autoencoder.last_layer())
            fooling = known(recon, verdict.fooling, verdict.pull)
            self.judging = verdict.judging
            parts = {**parts, "adversary": weight * fooling}
            total = total + weight * fooling
        return total, parts

    def update(self, total: Tensor, parts: dict[str, Tensor], keys: Sequence[str]) -> None:
        """Both sides step, or neither does."""
        judging, self.judging = self.judging, None
        if judging is None:
            return super().update(total, parts, keys)
        check_finite({"discriminator": judging}, self.global_step, keys, "loss part")
        super().update(total, parts, keys)
        return self._judge(judging)

    def _judge(self, loss: Tensor) -> None:
        """One step of the discriminator, behind Lightning's step counter."""
        _, optimizer = self.optimizers(use_pl_optimizer=False)  # type: ignore[misc]
        optimizer.zero_grad()
        self.manual_backward(loss)
        optimizer.step()
        optimizer.zero_grad()
