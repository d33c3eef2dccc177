"""The OCR loss against a slow loop over words, and what it promises at its edges."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.losses.ocr import PART, OcrLoss
from figgen.losses.parts import LossParts, Posterior
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.ocr.recogniser import Recogniser, freeze
from figgen.runs.errors import ConfigError, FiggenError

POSTERIOR = Posterior(torch.zeros(2, 4, 1, 1), torch.zeros(2, 4, 1, 1))


class L1(nn.Module):
    """A plain loss in two parts."""

    def forward(self, recon: Tensor, target: Tensor, posterior: Posterior, boxes: BoxBatch, step: int) -> LossParts:
        parts = {"l1": (recon - target).abs().mean(), "tiny": 0.01 * recon.square().mean()}
        return LossParts(parts["l1"] + parts["tiny"], parts)


class Letters(Recogniser):
    """A random small reader of lower-case letters, one frame to 4 columns."""

    height, max_width, blank = 16, 64, 0
    alphabet = ("", *"abcdefghijklmnopqrstuvwxyz")

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(1)
            self.eye = nn.Conv2d(3, len(self.alphabet), (16, 4), stride=(16, 4))

    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        return self.eye(crops).squeeze(2).permute(2, 0, 1)

    def classify(self, seen: Tensor) -> Tensor:
        return seen

    def frames(self, widths: Tensor) -> Tensor:
        return (widths + 3) // 4


class Oracle(Letters):
    """Answers what it is told to, whatever it is shown."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)

    def read(self, crops: Tensor, widths: Tensor) -> list[str]:
        return [self.answers.pop(0) for _ in crops]


def boxes(*words: tuple[int, tuple[float, float, float, float], str]) -> BoxBatch:
    of_image: list[list[TextBox]] = [[], []]
    for image, ltwh, text in words:
        of_image[image].append(TextBox.from_ltwh(*ltwh, text))
    return BoxBatch.collate(of_image)


WORDS = boxes((0, (4, 6, 30, 10), "loss"), (0, (40, 20, 22, 8), "abba"), (1, (10, 30, 40, 12), "epoch"))


def pictures(channels: int = 3) -> tuple[Tensor, Tensor]:
    noise = torch.rand(2, 2, channels, 48, 72, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return noise[0].requires_grad_(), noise[1]


def loss(**settings: object) -> OcrLoss:
    return OcrLoss(L1(), freeze(Letters()), **{"warmup_steps": 0, **settings})


def slow_text_term(pixels: Tensor, words: BoxBatch, reader: Letters, margin: float = 0.1) -> Tensor:
    """One word after the other: its own affine crop, its own CTC."""
    losses = []
    for quad, image, text in zip(words.quads.tolist(), words.image.tolist(), words.texts, strict=True):
        (left, top), _, (right, bottom), _ = quad
        grow = margin * (bottom - top)
        left, top, right, bottom = left - grow, top - grow, right + grow, bottom + grow
        width = min(64, round(16 * (right - left) / (bottom - top)))
        xs = left + (torch.arange(width) + 0.5) / width * (right - left)
        ys = top + (torch.arange(16) + 0.5) / 16 * (bottom - top)
        x, y = torch.meshgrid(xs / pixels.shape[3] * 2 - 1, ys / pixels.shape[2] * 2 - 1, indexing="xy")
        grid = torch.stack((x, y), -1)[None]
        crop = F.grid_sample(pixels[image : image + 1] - 1, grid, align_corners=False) + 1
        padded = F.pad(crop, (0, 64 - width), value=1.0)
        log_probs = reader(padded, torch.tensor([width])).log_probs[: -(-width // 4)]
        target = torch.tensor([[ord(c) - ord("a") + 1 for c in text]])
        nll = F.ctc_loss(log_probs, target, (len(log_probs),), (len(text),), reduction="sum", zero_infinity=True)
        losses.append(nll / len(text))
    return torch.stack(losses).mean()


def test_text_term_equals_a_loop_over_words_in_value_and_gradient():
    recon, target = pictures()
    module = loss(lam=0.8)
    total, parts = module(recon, target, POSTERIOR, WORDS, step=0)
    expected = slow_text_term(recon, WORDS, module.recogniser)
    torch.testing.assert_close(parts[PART], 0.2 * expected)
    (fast,) = torch.autograd.grad(module.text_term(recon, WORDS, 0), recon)
    (slow,) = torch.autograd.grad(expected, recon)
    torch.testing.assert_close(fast, slow, atol=1e-6, rtol=1e-4)
    plain = L1()(recon, target, POSTERIOR, WORDS, 0)
    torch.testing.assert_close(total, 0.8 * plain.total + 0.2 * expected)


def test_parts_are_weighted_and_sum_to_the_total():
    recon, target = pictures()
    for step in (0, 5):
        total, parts = loss(warmup_steps=3)(recon, target, POSTERIOR, WORDS, step)
        assert set(parts) == {"l1", "tiny", PART}
        torch.testing.assert_close(sum(parts.values()), total)


@pytest.mark.parametrize(("settings", "step"), [({"lam": 1.0}, 10), ({"lam": 0.5, "warmup_steps": 11}, 10)])
def test_full_share_and_warm_up_equal_the_plain_loss_bit_for_bit(settings: dict, step: int):
    recon, target = pictures()
    plain = L1()(recon, target, POSTERIOR, WORDS, step)
    (expected,) = torch.autograd.grad(plain.total, recon)
    total, parts = loss(**settings)(recon, target, POSTERIOR, WORDS, step)
    (gradient,) = torch.autograd.grad(total, recon)
    assert torch.equal(total, plain.total) and torch.equal(gradient, expected)
    assert parts[PART] == 0


@pytest.mark.parametrize("words", [boxes(), boxes((0, (4, 4, 30, 10), "Großes"))])
def test_nothing_to_read_is_exactly_zero(words: BoxBatch):
    recon, target = pictures()
    total, parts = loss()(recon, target, POSTERIOR, words, 0)
    assert parts[PART] == 0
    total.backward()
    assert recon.grad.isfinite().all()


def test_words_that_cannot_be_read_are_dropped_and_counted():
    words = boxes(
        (0, (4, 6, 30, 10), "loss"),
        (0, (4, 6, 30, 10), "Loss"),  # no capitals in this alphabet
        (0, (4, 6, 30, 10), "abcdefghijklmnopq"),  # 17 letters, 16 frames at most
        (1, (4, 6, 8, 30), "side"),  # on its side
        (1, (4, 6, 6, 10), "il"),  # narrow, but short enough to stand
    )
    recon, _ = pictures()
    module = loss()
    value = module.text_term(recon, words, 0)
    assert (module.used, module.dropped) == (2, 3)
    module.eval().text_term(recon, words, 0)
    assert (module.used, module.dropped) == (2, 3)  # of training alone
    torch.testing.assert_close(value, slow_text_term(recon, words.select(torch.tensor([0, 4])), module.recogniser))


def test_word_longer_than_its_crop_has_frames_costs_nothing_and_no_nan():
    recon, _ = pictures()
    words = boxes((0, (4, 6, 11, 10), "abcdefgh"))  # 17 columns: 5 frames for 8 letters
    value = loss().text_term(recon, words, 0)
    value.backward()
    assert value == 0 and recon.grad.isfinite().all()


def test_at_most_max_crops_are_read_and_the_step_decides_which():
    recon, _ = pictures()
    module = loss(max_crops=1)
    values = [module.text_term(recon, WORDS, step).item() for step in range(20)]
    assert values == [module.text_term(recon, WORDS, step).item() for step in range(20)]
    singles = [module.text_term(recon, WORDS.select(torch.tensor([i])), 0).item() for i in range(3)]
    assert {round(v, 5) for v in values} == {round(v, 5) for v in singles}
    assert module.used == 43


def test_features_are_compared_without_strings_by_a_mean_over_frames_and_words():
    recon, target = pictures()
    words = boxes((0, (4, 6, 30, 10), ""), (0, (40, 20, 22, 8), "ß"), (1, (10, 30, 40, 0.5), "flat"))
    module = loss(target="features", lam=0.5)
    total, parts = module(recon, target, POSTERIOR, words, 0)
    assert (module.used, module.dropped) == (2, 1)
    each = []
    for (left, top, width, height), image in (((4, 6, 30, 10), 0), ((40, 20, 22, 8), 0)):
        one = boxes((image, (left, top, width, height), "x"))
        (a, widths), (b, _) = (module._crops(x, one) for x in (recon, target))
        frames = -(-int(widths[0]) // 4)
        seen = [module.recogniser.eye(crop)[0, :, 0, :frames] for crop in (a, b)]
        each.append((seen[0] - seen[1]).square().mean())
    torch.testing.assert_close(parts[PART], 0.5 * torch.stack(each).mean())
    plain = L1()(recon, target, POSTERIOR, words, 0)
    torch.testing.assert_close(total, 0.5 * plain.total + parts[PART])
    total.backward()
    assert recon.grad.isfinite().all() and target.grad is None


def test_equal_pictures_and_no_words_are_at_feature_distance_zero():
    recon, target = pictures()
    module = loss(target="features")
    assert module(target, target, POSTERIOR, WORDS, 0).parts[PART] == 0
    assert module(recon, target, POSTERIOR, boxes(), 0).parts[PART] == 0


def test_grey_pictures_are_read_as_their_colour_copies():
    grey, _ = pictures(channels=1)
    module = loss()
    torch.testing.assert_close(module.text_term(grey, WORDS, 0), module.text_term(grey.repeat(1, 3, 1, 1), WORDS, 0))


def test_teacher_keeps_still_while_the_loss_trains_and_is_not_saved():
    module = loss().train()
    assert not module.recogniser.training
    assert not list(module.parameters()) and module.state_dict().keys() == {"used", "dropped"}


def test_teacher_that_reads_the_originals_may_teach():
    _, target = pictures()
    module = OcrLoss(L1(), Oracle("LOSS", "abba", "epoch"), min_accuracy=1.0)
    assert module.check_teacher(target, WORDS) == 1.0


def test_teacher_that_cannot_read_is_refused_with_what_was_measured():
    _, target = pictures()
    module = OcrLoss(L1(), Oracle("loss", "abbe", "epo"), min_accuracy=0.5, max_crops=2)
    with pytest.raises(FiggenError, match=r"33% of 3 words.*min_accuracy=0\.5.*teacher="):
        module.check_teacher(target, WORDS)
    with pytest.raises(FiggenError, match="None of the 1 words"):
        module.check_teacher(target, boxes((0, (4, 6, 30, 10), "123")))
    without_strings = OcrLoss(L1(), Oracle(), target="features")
    assert without_strings.check_teacher(target, boxes((0, (4, 6, 30, 10), ""))) is None


def test_wrong_shares_are_refused():
    with pytest.raises(ConfigError, match="from 0 to 1"):
        OcrLoss(L1(), None, lam=1.5)
    with pytest.raises(ConfigError, match="teacher="):
        OcrLoss(L1(), None, lam=0.8)
    recon, target = pictures()
    assert OcrLoss(L1(), None, lam=1.0)(recon, target, POSTERIOR, WORDS, 0).parts[PART] == 0
