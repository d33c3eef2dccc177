"""From a caption to the words that its picture shows and their boxes: a small transformer that points and places.

p(layout | caption) = Π_i p(n_i | caption) · Π_k p(box_k | box_1 … box_(k-1), words, caption), where n_i is how often
the caption's word i is shown, and p(box) = p(height) · p(width | height) · p(y | height, width) · p(x | the others).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.layout.grid import Grid
from figgen.layout.nets import BoxReader, BoxWriter, WordReader, transformer
from figgen.layout.words import Word, pointed_at, words_of
from figgen.ocr.boxes import TextBox

PARTS = ("height", "width", "y", "x")


class Steps(NamedTuple):
    """The boxes of B layouts, K steps at most: which word each shows, and where."""

    word: Tensor  # (B, K) int64: place in the caption
    letters: Tensor  # (B, K) float: of that word
    bins: Tensor  # (B, K, 4) int64
    real: Tensor  # (B, K) bool: False where a layout has fewer steps


class Planner(nn.Module):
    """Layouts for pictures of `size` (height, width) pixels."""

    def __init__(
        self,
        size: tuple[int, int],
        *,
        width: int = 96,
        depth: int = 2,
        heads: int = 4,
        dropout: float = 0.1,
        jitter: float = 0.02,
        most_words: int = 64,
        most_copies: int = 2,
        longest_caption: int = 256,
        places: int = 80,
        shapes: int = 64,
    ) -> None:
        super().__init__()
        self.size, self.longest_caption = size, longest_caption
        self.most_words, self.most_copies = most_words, most_copies
        self.grid, self.jitter = Grid(places, shapes), jitter
        self.read = WordReader(width, longest_caption)
        self.caption = transformer(width, depth, heads, dropout)
        self.count = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, most_copies + 1))
        self.next_word = nn.Linear(width, width)
        self.look_at = BoxReader(width)
        self.start = nn.Parameter(torch.randn(width) * 0.02)
        self.layout = transformer(width, depth, heads, dropout)
        self.place = BoxWriter(width, self.grid.sizes)

    @property
    def aspect(self) -> float:
        return self.size[1] / self.size[0]

    def losses(self, captions: Sequence[str], boxes: Sequence[Sequence[TextBox]]) -> tuple[Tensor, dict[str, Tensor]]:
        """-log p of the layouts, per word of the captions (`shown`) and per box (the others)."""
        words, shown = self.read_layouts(captions, boxes)
        states, real = self.encode(words)
        counts = torch.tensor([len(found) for of_caption in shown for found in of_caption], device=real.device)
        parts = {"shown": F.cross_entropy(self.count(states[real]), counts)}
        steps = self.steps_of(words, shown)
        known, bins = self.walk(states, steps)[steps.real], steps.bins[steps.real]
        marks = self.marks(steps)[steps.real]
        for part, name in enumerate(PARTS):
            surprise = F.cross_entropy(self.place.logits(part, known, bins, marks), bins[:, part], reduction="sum")
            parts[name] = surprise / max(1, len(bins))
        return torch.stack(list(parts.values())).sum(), parts

    def words(self, caption: str) -> tuple[Word, ...]:
        """What is read of a caption: one empty word where there is none."""
        return words_of(caption)[: self.longest_caption] or (Word(""),)

    def read_layouts(
        self, captions: Sequence[str], boxes: Sequence[Sequence[TextBox]]
    ) -> tuple[list[tuple[Word, ...]], list[list[list[TextBox]]]]:
        """The words of each caption, and the boxes that show each of them."""
        words = [self.words(caption) for caption in captions]
        return words, [pointed_at(*pair, self.most_copies) for pair in zip(words, boxes, strict=True)]

    def encode(self, words: Sequence[Sequence[Word]]) -> tuple[Tensor, Tensor]:
        """The words of B captions => what each means there (B, N, width), and where there are any (B, N) bool."""
        vectors, real = self.read(words)
        return self.caption(vectors, src_key_padding_mask=~real), real

    def steps_of(self, words: Sequence[Sequence[Word]], shown: Sequence[Sequence[Sequence[TextBox]]]) -> Steps:
        """The boxes that show each word of each caption, as steps in the caption's order."""
        device = self.start.device
        flat = [[(i, box) for i, of_word in enumerate(found) for box in of_word] for found in shown]
        flat = [of_layout[: self.most_words] for of_layout in flat]
        shape = len(flat), max(1, *map(len, flat))
        real = torch.arange(shape[1]) < torch.tensor([[len(steps)] for steps in flat])
        word, letters, boxes = torch.zeros(shape, dtype=torch.long), torch.ones(shape), torch.ones(*shape, 4)
        word[real] = torch.tensor([i for of_layout in flat for i, _ in of_layout], dtype=torch.long)
        letters[real] = torch.tensor([float(len(words[b][i].text)) for b, of in enumerate(flat) for i, _ in of])
        boxes[real] = torch.tensor([self.shares(box) for of_layout in flat for _, box in of_layout]).reshape(-1, 4)
        if self.training:
            boxes[..., :2] += (2 * torch.rand(shape[0], 1, 2) - 1) * self.jitter
        steps = Steps(word, letters, self.grid.bins(boxes, letters, self.aspect), real)
        return Steps(*(x.to(device) for x in steps))

    def shares(self, box: TextBox) -> tuple[float, float, float, float]:
        """Left, top, width, height in shares of the sheet."""
        (left, top, right, bottom), (high, wide) = box.bounds, self.size
        return left / wide, top / high, (right - left) / wide, (bottom - top) / high

    def walk(self, states: Tensor, steps: Steps) -> Tensor:
        """What is known before each box (B, K, width): the words, and the boxes of the steps before."""
        of_word = states.gather(1, steps.word[..., None].expand(-1, -1, states.shape[2]))
        placed = of_word + self.look_at(self.grid.boxes(steps.bins, steps.letters, self.aspect))
        before = torch.cat([self.start.expand(len(states), 1, -1), placed[:, :-1]], 1)
        causal = nn.Transformer.generate_square_subsequent_mask(before.shape[1], device=before.device)
        return self.layout(before + self.next_word(of_word), mask=causal, is_causal=True)

    def marks(self, steps: Steps) -> Tensor:
        """Bins in which a box would be in line with the one before (B, K, 1 of y + 4 of x).

        Of y: at the same height; of x: middle below middle, flush left, flush right, and beginning where that ends.
        """
        boxes = self.grid.boxes(steps.bins, steps.letters, self.aspect)
        sheet = boxes.new_tensor([0, 0, 1, 1]).expand(len(boxes), 1, 4)
        before = torch.cat([sheet, boxes[:, :-1]], 1)
        left, top, wide, high = before.unbind(-1)
        half, right = boxes[..., 2] / 2, left + wide
        marks = torch.stack([top + high / 2, left + wide / 2, left + half, right - half, right + half], -1)
        return (marks * self.grid.places).floor().long()

    @torch.no_grad()
    def plan(self, captions: Sequence[str], seeds: Sequence[int], temperature: float = 0.8) -> list[list[TextBox]]:
        """A layout per caption, in pixels. Layout i is a function of captions[i] and seeds[i] alone."""
        training = self.training
        self.eval()
        layouts = [self._plan(caption, seed, temperature) for caption, seed in zip(captions, seeds, strict=True)]
        self.train(training)
        return layouts

    def _plan(self, caption: str, seed: int, temperature: float) -> list[TextBox]:
        """One layout. Captions are not put together: sums of another order could tip a choice."""
        words = self.words(caption)
        choose = Chooser(torch.Generator().manual_seed(seed), temperature)
        states, _ = self.encode([words])
        counts = [choose(logits) for logits in self.count(states[0])]
        order = [i for i, count in enumerate(counts) for _ in range(count) if words[i].text][: self.most_words]
        letters = torch.tensor([[float(len(words[i].text)) for i in order]])
        bins = torch.zeros(1, len(order), 4, dtype=torch.long)
        steps = Steps(
            torch.tensor([order], dtype=torch.long), letters, bins, torch.ones_like(letters, dtype=torch.bool)
        )
        steps = Steps(*(x.to(states.device) for x in steps))
        for k in range(len(order)):
            upto = Steps(*(x[:, : k + 1] for x in steps))
            state = self.walk(states, upto)[0, k]
            for part in range(len(PARTS)):
                marks = self.marks(upto)[0, k]
                steps.bins[0, k, part] = choose(self.place.logits(part, state, steps.bins[0, k], marks))
        boxes = self.grid.boxes(steps.bins, steps.letters, self.aspect)[0].tolist()
        return [self.box(words[i].text, *shares) for i, shares in zip(order, boxes, strict=True)]

    def box(self, text: str, left: float, top: float, width: float, height: float) -> TextBox:
        """The inverse of `shares`."""
        high, wide = self.size
        return TextBox.from_ltwh(left * wide, top * high, width * wide, height * high, text)


class Chooser:
    """Draws a class from logits (C,); temperature 0 takes the likeliest."""

    def __init__(self, generator: torch.Generator, temperature: float) -> None:
        self.generator, self.temperature = generator, temperature

    def __call__(self, logits: Tensor) -> int:
        if self.temperature == 0:
            return int(logits.argmax())
        p = (logits.cpu().double() / self.temperature).softmax(-1)
        return int(torch.multinomial(p, 1, generator=self.generator))
