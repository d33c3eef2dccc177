"""Letters from an atlas, put on pictures without words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch

from figgen.autoencoder.identity import IdentityAutoencoder
from figgen.autoencoder.lettering import CROP, Atlas, Lettering, StyleEncoder, lettered, painted
from figgen.autoencoder.lettering_module import LetteringModule, Windows
from figgen.autoencoder.patch import PatchAutoencoder
from figgen.autoencoder.text_aware import TextAware, of_words, to_cells
from figgen.data.loading.fitted import SCHEMA, FittedSplit
from figgen.data.loading.order import EndlessBatches
from figgen.data.shards import word_columns, write_table
from figgen.layout.character_map import character_map, empty_map
from figgen.layout.module import Layouts
from figgen.ocr.batch import BoxBatch
from figgen.ocr.boxes import TextBox
from figgen.runs.tracking import Mirror
from figgen.training.fitting import fit
from figgen.training.options import OptimSettings, TrainerSettings

torch.set_num_threads(1)
SIZE = (32, 64)
CPU = TrainerSettings(
    accelerator="cpu", devices=1, strategy="auto", precision="32-true", threads=1, checkpoint_every=1e9, log_every=1
)
OPTIM = OptimSettings(
    steps=60,
    learning_rate=3e-3,
    betas=(0.9, 0.99),
    weight_decay=0.0,
    schedule="constant",
    warmup_steps=0,
    grad_clip=1.0,
)


@pytest.fixture
def lettering() -> Lettering:
    torch.manual_seed(0)
    return Lettering(3, width=16, blocks=1, styles=2, shapes=4, embedding=4)


def words(*texts: str) -> BoxBatch:
    """One word a picture, all in the same place."""
    return BoxBatch.collate([[TextBox.from_ltwh(12, 10, 40, 10, text)] for text in texts])


def test_an_atlas_gives_back_its_points_and_what_lies_between_them() -> None:
    atlas = Atlas(3, rows=4, columns=5)
    sheet = atlas.sheets.reshape(-1, 4, 5, 3)[7]
    x, y = (torch.tensor(values) for values in ([2 * 1.5 / 5 - 1, 2 * 2 / 5 - 1], [2 * 2.5 / 4 - 1, 2 * 2.5 / 4 - 1]))
    found = atlas(torch.tensor([7, 7]), x, y)
    torch.testing.assert_close(found[0], sheet[2, 1])
    torch.testing.assert_close(found[1], (sheet[2, 1] + sheet[2, 2]) / 2)


def test_only_where_words_stand_is_anything_drawn(lettering: Lettering) -> None:
    boxes = words("loss", "gain")
    map, ground = character_map(boxes, SIZE), torch.rand(2, 3, *SIZE) * 2 - 1
    drawn = lettering(ground, map, torch.zeros(2, 2))
    changed = (drawn != ground).any(1)
    assert changed[:, 11:19, 13:51].any() and not changed[:, :8].any() and not changed[:, :, 56:].any()
    assert torch.equal(lettering(ground, empty_map(2, SIZE), torch.zeros(0, 2)), ground)


def test_a_picture_is_a_function_of_its_own_words_alone(lettering: Lettering) -> None:
    ground, styles = torch.rand(2, 3, *SIZE), torch.randn(2, 2)
    both = lettering(ground, character_map(words("loss", "gain"), SIZE), styles)
    alone = lettering(ground[1:], character_map(words("gain"), SIZE), styles[1:])
    torch.testing.assert_close(both[1:], alone)


def test_a_style_is_read_from_the_words_own_columns_alone() -> None:
    torch.manual_seed(0)
    encoder, crop = StyleEncoder(3, 2), torch.rand(1, 3, *CROP)
    far = crop.clone()
    far[..., 40:] = 0  # beyond the word's 16 columns and the reach of three convolutions
    torch.testing.assert_close(encoder(crop, torch.tensor([16])), encoder(far, torch.tensor([16])))


@pytest.mark.parametrize("downsample", [1, 2, 8])
def test_styles_painted_on_cells_come_back_as_they_were(downsample: int) -> None:
    boxes = BoxBatch.collate([[TextBox.from_ltwh(0, 0, 24, 8, "ab"), TextBox.from_ltwh(32, 16, 24, 8, "cd")]])
    map, styles = character_map(boxes, SIZE), torch.tensor([[1.0, -2.0], [0.5, 3.0]])
    cells = to_cells(map, styles, downsample)
    assert cells.shape == (1, 2, SIZE[0] // downsample, SIZE[1] // downsample)
    torch.testing.assert_close(of_words(map, cells), styles)


@pytest.mark.parametrize("base", [PatchAutoencoder(3, 8, 4, width=16, encoder_blocks=1), IdentityAutoencoder(3)])
def test_letters_go_on_top_of_any_autoencoder_and_without_a_map_it_is_as_before(
    base: PatchAutoencoder | IdentityAutoencoder, lettering: Lettering
) -> None:
    decoder, boxes = TextAware(base, lettering).eval(), words("loss")
    pixels = torch.rand(1, 3, *SIZE) * 2 - 1
    posterior = decoder.encode_figures(pixels, boxes)
    assert posterior.mean.shape[1] == base.latent_channels + 2
    latents = decoder.encode_latents(posterior.mean)
    ground = base.decode_raw(posterior.mean[:, : base.latent_channels])
    torch.testing.assert_close(decoder.decode(latents), ground)
    assert not torch.equal(decoder.decode(latents, decoder.map_of(boxes, SIZE)), ground)
    assert not any(p.requires_grad for p in base.parameters())


def test_what_stands_under_a_word_does_not_reach_the_latents_of_its_ground(lettering: Lettering) -> None:
    decoder, boxes = TextAware(IdentityAutoencoder(3), lettering), words("loss")
    pixels = torch.rand(1, 3, *SIZE) * 2 - 1
    other = pixels.clone()
    other[:, :, 10:20, 12:52] = 0.7
    first, second = (decoder.encode_figures(p, boxes).mean[:, :3] for p in (pixels, other))
    assert torch.equal(first, second)


@pytest.fixture
def windows(tmp_path: Path) -> Windows:
    """Three pictures with two, no and one word; the pixels of picture i are i, its ground is 100 + i."""
    boxes = [
        [TextBox.from_ltwh(4, 4, 20, 9, "owl"), TextBox.from_ltwh(30, 4, 22, 9, "ink")],
        [],
        [TextBox.from_ltwh(2, 20, 60, 9, "incomprehensible")],
    ]
    rows = [{"key": f"k{i}", "caption": "Owl", **word_columns(of)} for i, of in enumerate(boxes)]
    write_table(tmp_path / "train.arrow", pa.Table.from_pylist(rows, SCHEMA))
    pictures = np.arange(3, dtype=np.uint8)[:, None, None, None] * np.ones((1, 3, *SIZE), np.uint8)
    np.save(tmp_path / "train.npy", pictures)
    np.save(tmp_path / "grounds.npy", pictures + 100)
    return Windows(Layouts(FittedSplit(tmp_path, "train"), folded=True), tmp_path / "grounds.npy")


def test_windows_show_every_word_and_long_ones_in_parts(windows: Windows) -> None:
    word, middles = windows.middles
    assert windows.size == (16, 48) and word.tolist() == [0, 1, 2, 2]
    assert middles[2:].tolist() == [[17, 24.5], [47, 24.5]]


def test_a_window_holds_its_pixels_its_ground_and_the_words_that_reach_into_it(windows: Windows) -> None:
    batch = windows.batch([0, 3])
    assert batch.keys == ("k0", "k2") and batch.pixels.shape == batch.grounds.shape == (2, 3, 16, 48)
    assert batch.pixels[:, 0, 0, 0].tolist() == [0, 2] and batch.grounds[:, 0, 0, 0].tolist() == [100, 102]
    assert batch.boxes.texts == ("Owl", "ink", "incomprehensible")  # as the caption spells it, where it does
    left, top = batch.boxes.quads[2, 0].tolist()
    assert (left, top) == (2 - 16, 20 - 16)  # the window begins at the last even column and row that hold all of it


def test_training_makes_words_look_more_like_what_they_were(lettering: Lettering, windows: Windows) -> None:
    module, batch = LetteringModule(lettering, OPTIM, seed=0), windows.batch([0, 1, 2, 3])
    inked = batch.pixels.clone()
    inked[..., ::2] = 200
    batch = type(batch)(batch.keys, inked, batch.grounds, batch.boxes)
    optimizer = torch.optim.Adam(module.trained_parameters(), lr=3e-3)

    def letters() -> Iterator[float]:
        for _ in range(30):
            total, parts = module.losses(batch)
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
            yield parts["letters"].item()

    losses = list(letters())
    assert losses[-1] < losses[0] / 2


def test_letters_may_be_drawn_a_pixel_around_their_box_and_styles_lie_where_their_word_is() -> None:
    boxes = words("loss")
    where = lettered(character_map(boxes, SIZE))[0, 0]
    rows, columns = where.nonzero().T
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (9, 20, 11, 52)
    sheet = painted(character_map(boxes, SIZE), torch.tensor([[5.0]]))[0, 0]
    assert sheet.sum() == 5 * 5 * 20


def test_resumed_training_equals_uninterrupted_training(windows: Windows, tmp_path: Path) -> None:
    def trained(folder: str, steps: int) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        net = Lettering(3, width=16, blocks=1, styles=2, shapes=4, embedding=4)
        module = LetteringModule(net, replace(OPTIM, steps=steps), seed=0)
        fit(
            module,
            windows,
            lambda step: iter(EndlessBatches(len(windows), 2, 7, step)),
            batch_size=2,
            folder=tmp_path / folder,
            label="lettering",
            settings=CPU,
            mirror=Mirror(None),
        )
        return module.lettering.state_dict()

    whole = trained("whole", 4)
    trained("halves", 2)
    halves = trained("halves", 4)
    assert all(torch.equal(whole[name], halves[name]) for name in whole)
