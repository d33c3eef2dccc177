"""What a step of autoencoder and adversary costs beside the published one, which runs the autoencoder twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.paired import ratio
from figgen.autoencoder.base import Autoencoder, sample
from figgen.autoencoder.kl import KLAutoencoder
from figgen.autoencoder.module import AutoencoderModule
from figgen.data.loading.batch import Batch
from figgen.data.loading.images import to_pixels
from figgen.losses.adversary import PatchAdversary
from figgen.losses.parts import Posterior
from figgen.losses.plain import PlainLoss
from figgen.ocr.batch import BoxBatch
from figgen.training.options import OptimSettings
from figgen.training.seeding import generator_for
from figgen.training.stepping import adamw

Step = Callable[[], None]
OPTIM = OptimSettings(
    steps=1000,
    learning_rate=1e-4,
    betas=(0.5, 0.9),
    weight_decay=0.0,
    schedule="constant",
    warmup_steps=0,
    grad_clip=1e9,
)


class OneForward(AutoencoderModule):
    """The project's own module, stepped without a trainer."""

    def __init__(self, autoencoder: Autoencoder, adversary: PatchAdversary) -> None:
        super().__init__(autoencoder, PlainLoss(), OPTIM, seed=0, adversary=adversary)
        self._both = self.configure_optimizers()

    def optimizers(self, use_pl_optimizer: bool = True) -> Any:
        return self._both

    def manual_backward(self, loss: Tensor, *args: Any, **kwargs: Any) -> None:
        loss.backward(*args, **kwargs)


class TwoForwards:
    """The step of taming-transformers and latent-diffusion: a forward pass for each of two optimizers.

    As Lightning toggles them there: while one optimizer's turn lasts, the other net's weights ask for no gradient.
    """

    def __init__(self, autoencoder: Autoencoder, adversary: PatchAdversary) -> None:
        self.autoencoder, self.adversary, self.loss = autoencoder, adversary, PlainLoss()
        self.generator, self.discriminator = (adamw(OPTIM, list(net.parameters())) for net in (autoencoder, adversary))

    def training_step(self, batch: Batch, index: int) -> None:
        self._turn(self.generator, batch, self._generator_loss)
        self._turn(self.discriminator, batch, self._discriminator_loss)

    def _turn(self, optimizer: torch.optim.Optimizer, batch: Batch, loss: Callable[..., Tensor]) -> None:
        self.autoencoder.requires_grad_(optimizer is self.generator)
        self.adversary.requires_grad_(optimizer is self.discriminator)
        target = to_pixels(batch.pixels)
        posterior = self.autoencoder.encode_pixels(target)
        recon = self.autoencoder.decode_raw(sample(posterior, generator_for(0, "posterior", 0, 0)))
        value = loss(recon, target, posterior, batch)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()

    def _generator_loss(self, recon: Tensor, target: Tensor, posterior: Posterior, batch: Batch) -> Tensor:
        other = self.loss(recon, target, posterior, batch.boxes, 0).total
        fooling = -self.adversary.net(recon).mean()
        last = self.autoencoder.last_layer()
        theirs, ours = (torch.autograd.grad(part, last, retain_graph=True)[0].norm() for part in (other, fooling))
        numbers = recon[0].numel()  # the published loss is summed over a picture: numbers * other
        return (
            other
            + self.adversary.weight * (numbers * theirs / (ours + 1e-4)).clamp(0, 1e4).detach() / numbers * fooling
        )

    def _discriminator_loss(self, recon: Tensor, target: Tensor, posterior: Posterior, batch: Batch) -> Tensor:
        real, fake = self.adversary.net(target.detach()), self.adversary.net(recon.detach())
        return 0.5 * (F.relu(1 - real).mean() + F.relu(1 + fake).mean())


def some_batch(pictures: int, side: int) -> Batch:
    pixels = torch.randint(256, (pictures, 3, side, side), generator=torch.Generator().manual_seed(0))
    keys = tuple(f"{i}" for i in range(pictures))
    return Batch(keys, keys, pixels.to(torch.uint8), BoxBatch.collate([[]] * pictures))


def steps(width: int, layers_per_block: int, batch: Batch) -> tuple[Step, Step]:
    """The published step and ours, on nets of the same weights."""
    torch.manual_seed(0)
    net, adversary = KLAutoencoder(3, 8, 4, width, layers_per_block), PatchAdversary(3, start=0)
    theirs, ours = TwoForwards(*deepcopy((net, adversary))), OneForward(net, adversary)
    return (lambda: theirs.training_step(batch, 0)), (lambda: ours.training_step(batch, 0))


def lines() -> Iterator[str]:
    """The ratio at the demo's width and at the published one."""
    for width, layers_per_block, pictures, side, pairs in ((32, 1, 4, 128, 15), (128, 2, 1, 128, 5)):
        theirs, ours = steps(width, layers_per_block, some_batch(pictures, side))
        speed = ratio(theirs, ours, pairs, repeats=1)
        yield f"KL-f8 {width} wide with adversary, {pictures} x {side} px, two forward passes / one: {speed}"
