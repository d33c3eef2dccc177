"""Training a denoiser on cached latents, with its text encoder, caption dropout and averaged weights."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from figgen.autoencoder.base import Autoencoder, sample
from figgen.cli.kinds import Fraction
from figgen.diffusion.caches import LatentBatch
from figgen.diffusion.condition import Condition
from figgen.diffusion.layout import MapReader
from figgen.diffusion.options import Weighting
from figgen.diffusion.samplers.policy import TrainingInput
from figgen.diffusion.schedule import NoiseSchedule
from figgen.layout.character_map import CharacterMap, character_map
from figgen.training.options import Momentum, OptimSettings
from figgen.training.seeding import generator_for
from figgen.training.stepping import SteppedModule


class TextDenoiser(nn.Module):
    """Caption and layout to noise prediction: what reads them and the denoiser, averaged and saved together."""

    def __init__(self, denoiser: nn.Module, text_encoder: nn.Module, map_reader: MapReader | None = None) -> None:
        super().__init__()
        self.denoiser, self.text_encoder, self.map_reader = denoiser, text_encoder, map_reader

    def condition(self, captions: Sequence[str], map: CharacterMap | None = None) -> Condition:
        """B captions, and the map of their words where this net reads maps."""
        features, mask = self.text_encoder(captions)
        hint = self.map_reader(map) if self.map_reader is not None and map is not None else None
        return Condition(features, mask, hint)

    def forward(self, x_t: Tensor, t: Tensor, captions: Sequence[str], map: CharacterMap | None = None) -> Tensor:
        """Noisy latents (B, c, h, w), t (B,), B captions => predicted noise (B, c, h, w)."""
        return self.denoiser(x_t, t, self.condition(captions, map))


class DiffusionModule(SteppedModule[LatentBatch]):
    """MSE between the noise that the sampler asks for and the one predicted."""

    def __init__(
        self,
        model: TextDenoiser,
        autoencoder: Autoencoder,
        schedule: NoiseSchedule,
        sampler: Callable[..., TrainingInput],
        optim: OptimSettings,
        *,
        seed: int,
        ema_decay: Momentum,
        caption_dropout: Fraction,
        weighting: Weighting,
        layout_dropout: Fraction,
        glyphs: bool,
    ) -> None:
        super().__init__(optim, seed)
        self.model, self.schedule, self.sampler = model, schedule, sampler
        self.frozen = [autoencoder]  # in a list, so that its weights are neither trained nor saved again
        self.ema = copy.deepcopy(model).requires_grad_(False)
        self.ema_decay, self.caption_dropout = ema_decay, caption_dropout
        self.weighting = weighting
        self.layout_dropout, self.glyphs = layout_dropout, glyphs

    def losses(self, batch: LatentBatch) -> tuple[Tensor, dict[str, Tensor]]:
        generator = generator_for(self.seed, "diffusion", self.global_rank, self.global_step)
        autoencoder = self.frozen[0].to(self.device)
        x_0 = autoencoder.encode_latents(sample(batch.posterior, generator))
        dropped = torch.rand(len(batch), generator=generator) < self.caption_dropout
        captions = ["" if drop else text for text, drop in zip(batch.captions, dropped.tolist(), strict=True)]
        known = self.model.condition(captions, self.map_of(batch, generator))

        def denoise(x_t: Tensor, t: Tensor) -> Tensor:
            return self.model.denoiser(x_t, t, known)

        shown = self.sampler(x_0, denoise, self.schedule, generator, self.global_step / self.optim.steps)
        errors = (denoise(shown.x_t, shown.t) - shown.target).square().mean((1, 2, 3))
        loss = (self.schedule.weight(shown.t, self.weighting) * errors).mean()
        return loss, {"noise_mse": loss}

    def map_of(self, batch: LatentBatch, generator: torch.Generator) -> CharacterMap | None:
        """The layouts of a batch, some of them dropped; none where the model reads none."""
        if self.model.map_reader is None:
            return None
        downsample = self.frozen[0].downsample
        height, width = (side * downsample for side in batch.posterior.mean.shape[2:])
        dropped = torch.rand(len(batch), generator=generator) < self.layout_dropout
        return character_map(batch.boxes, (height, width), glyphs=self.glyphs).without(dropped).to(self.device)

    def trained(self) -> nn.Module:
        return self.model

    def update(self, total: Tensor, parts: dict[str, Tensor], keys: Sequence[str]) -> None:
        super().update(total, parts, keys)
        self.average()

    @torch.no_grad()
    def average(self) -> None:
        """θ_ema ← d·θ_ema + (1 - d)·θ, with d warmed up so that the average forgets the first weights."""
        decay = min(self.ema_decay, self.global_step / (self.global_step + 10))
        torch._foreach_lerp_(list(self.ema.parameters()), list(self.model.parameters()), 1 - decay)
