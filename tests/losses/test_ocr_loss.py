"""The OCR term against a slow loop over words, and what it promises at its edges."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from figgen.losses.combined import Combined
from figgen.losses.ocr import OcrTerm
from figgen.losses.parts import LossParts, Posterior
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.ocr.recogniser import Recogniser, freeze
from figgen.runs.errors import FiggenError

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


def term(**settings: object) -> OcrTerm:
    return OcrTerm(freeze(Letters()), **settings)


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


def test_term_equals_a_loop_over_words_in_value_and_gradient():
    recon, target = pictures()
    module = term()
    value, expected = module(recon, target, WORDS, 0), slow_text_term(recon, WORDS, module.recogniser)
    torch.testing.assert_close(value, expected)
    (fast,) = torch.autograd.grad(value, recon)
    (slow,) = torch.autograd.grad(expected, recon)
    torch.testing.assert_close(fast, slow, atol=1e-6, rtol=1e-4)


def test_lambda_shares_the_loss_out_between_pixels_and_words():
    recon, target = pictures()
    module = term()
    total, parts = Combined(L1(), module, weight=1 - 0.8, plain_weight=0.8)(recon, target, POSTERIOR, WORDS, 0)
    plain, text = L1()(recon, target, POSTERIOR, WORDS, 0), slow_text_term(recon, WORDS, module.recogniser)
    torch.testing.assert_close(total, 0.8 * plain.total + 0.2 * text)
    torch.testing.assert_close(
        parts, {"l1": 0.8 * plain.parts["l1"], "tiny": 0.8 * plain.parts["tiny"], "ocr": 0.2 * text}
    )


@pytest.mark.parametrize("words", [boxes(), boxes((0, (4, 4, 30, 10), "Großes"))])
def test_nothing_to_read_is_exactly_zero(words: BoxBatch):
    recon, target = pictures()
    total, parts = Combined(L1(), term())(recon, target, POSTERIOR, words, 0)
    assert parts["ocr"] == 0
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
    module = term()
    value = module(recon, recon, words, 0)
    assert module.report() == {"words_taught": 2, "words_dropped": 3}
    module.eval()(recon, recon, words, 0)
    assert module.report() == {"words_taught": 2, "words_dropped": 3}  # of training alone
    torch.testing.assert_close(value, slow_text_term(recon, words.select(torch.tensor([0, 4])), module.recogniser))


def test_word_longer_than_its_crop_has_frames_is_not_taught_and_dilutes_no_mean():
    recon, _ = pictures()
    long = (0, (4, 6, 11, 10), "abcdefgh")  # 17 columns: 5 frames for 8 letters
    short = (0, (40, 20, 22, 8), "abba")
    module = term()
    assert module(recon, recon, boxes(long), 0) == 0
    assert module.report() == {"words_taught": 0, "words_dropped": 1}
    torch.testing.assert_close(module(recon, recon, boxes(long, short), 0), module(recon, recon, boxes(short), 0))
    assert module.report() == {"words_taught": 2, "words_dropped": 2}
    assert module.words_read(recon, boxes(long)) == []


def test_at_most_max_crops_are_read_and_the_step_decides_which():
    recon, _ = pictures()
    module = term(max_crops=1)
    values = [module(recon, recon, WORDS, step).item() for step in range(20)]
    assert values == [module(recon, recon, WORDS, step).item() for step in range(20)]
    singles = [module(recon, recon, WORDS.select(torch.tensor([i])), 0).item() for i in range(3)]
    assert {round(v, 5) for v in values} == {round(v, 5) for v in singles}
    assert module.used == 43


def test_another_seed_reads_other_words_of_the_same_steps():
    recon, _ = pictures()
    one, two = (
        [term(max_crops=1, seed=seed)(recon, recon, WORDS, step).item() for step in range(20)] for seed in (0, 1)
    )
    assert one != two


def test_features_are_compared_without_strings_by_a_mean_over_frames_and_words():
    recon, target = pictures()
    words = boxes((0, (4, 6, 30, 10), ""), (0, (40, 20, 22, 8), "ß"), (1, (10, 30, 40, 0.5), "flat"))
    module = term(target="features")
    value = module(recon, target, words, 0)
    assert (module.used, module.dropped) == (2, 1)
    each = []
    for (left, top, width, height), image in (((4, 6, 30, 10), 0), ((40, 20, 22, 8), 0)):
        one = boxes((image, (left, top, width, height), "x"))
        (a, widths), (b, _) = (module._crops(x, one) for x in (recon, target))
        frames = -(-int(widths[0]) // 4)
        seen = [module.recogniser.eye(crop)[0, :, 0, :frames] for crop in (a, b)]
        each.append((seen[0] - seen[1]).square().mean())
    torch.testing.assert_close(value, torch.stack(each).mean())
    value.backward()
    assert recon.grad.isfinite().all() and target.grad is None


def test_equal_pictures_and_no_words_are_at_feature_distance_zero():
    recon, target = pictures()
    module = term(target="features")
    assert module(target, target, WORDS, 0) == 0
    assert module(recon, target, boxes(), 0) == 0


def test_grey_pictures_are_read_as_their_colour_copies():
    grey, _ = pictures(channels=1)
    module = term()
    colour = grey.repeat(1, 3, 1, 1)
    torch.testing.assert_close(module(grey, grey, WORDS, 0), module(colour, colour, WORDS, 0))


def test_teacher_keeps_still_while_the_loss_trains_and_is_not_saved():
    module = term().train()
    assert not module.recogniser.training
    assert not list(module.parameters()) and module.state_dict().keys() == {"used", "dropped"}


def test_teacher_that_reads_the_originals_may_teach():
    _, target = pictures()
    module = OcrTerm(Oracle("loss", "abba", "epoch"), min_accuracy=1.0)
    assert module.examine(target, WORDS) == {"teacher_accuracy": 1.0}
    assert OcrTerm(Oracle("loss", "abbe", "Epoch")).words_read(target, WORDS) == [True, False, False]


class Typist(Recogniser):
    """Sure to see "Loss.", whatever it is shown: a frame to a character."""

    height, max_width, blank = 16, 64, 0
    alphabet = ("", *"Losabc.", "l")

    def look(self, crops: Tensor, widths: Tensor) -> Tensor:
        seen = [self.alphabet.index(c) for c in ("L", "o", "s", "", "s", ".", "")]
        return 30 * F.one_hot(torch.tensor(seen), len(self.alphabet)).float()[:, None].expand(-1, len(crops), -1)

    def classify(self, seen: Tensor) -> Tensor:
        return seen

    def frames(self, widths: Tensor) -> Tensor:
        return torch.full_like(widths, 7)


def test_teacher_is_judged_exactly_as_it_teaches():
    """What is taught at no cost is read, and what is read is taught at no cost."""
    recon, _ = pictures()
    for letters, text, right in [
        ("as_read", "Loss.", True),
        ("as_read", "loss", False),
        ("published", "loss", True),
        ("published", "los", False),
    ]:
        module, words = OcrTerm(Typist(), letters=letters), boxes((0, (4, 6, 40, 10), text))
        assert module.words_read(recon, words) == [right]
        assert (module(recon, recon, words, 0).item() < 0.01) is right


def test_teacher_is_tried_on_drawn_pictures_and_not_on_the_first():
    pixels, words = torch.zeros(100, 3, 48, 72), []
    for image in range(100):
        words.append([TextBox.from_ltwh(4, 6, 40, 10, "loss" if image < 32 else "sol")])
    module = OcrTerm(Oracle(*["loss"] * 32), min_accuracy=0)
    assert 0 < module.examine(pixels, BoxBatch.collate(words))["teacher_accuracy"] < 0.7


def test_teacher_that_cannot_read_is_refused_with_what_was_measured():
    _, target = pictures()
    module = OcrTerm(Oracle("loss", "abbe", "epo"), min_accuracy=0.5, max_crops=2)
    with pytest.raises(FiggenError, match=r"33% of 3 words.*min_accuracy=0\.5.*teacher="):
        module.examine(target, WORDS)
    with pytest.raises(FiggenError, match="None of the 1 words"):
        module.examine(target, boxes((0, (4, 6, 30, 10), "123")))
    without_strings = OcrTerm(Oracle(), target="features")
    assert without_strings.examine(target, boxes((0, (4, 6, 30, 10), ""))) == {}
