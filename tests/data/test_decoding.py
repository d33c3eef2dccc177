"""Every odd picture is either repaired or refused in one sentence."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from figgen.data.decoding import decode
from figgen.runs.errors import DataError


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def gradient(height: int = 16, width: int = 24) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_a_plain_picture_keeps_its_pixels() -> None:
    assert np.array_equal(decode(encoded(Image.fromarray(gradient()))), gradient())


def test_a_grey_or_black_and_white_picture_gets_three_equal_channels() -> None:
    grey = Image.fromarray(gradient()[:, :, 0])
    assert np.array_equal(decode(encoded(grey)), np.repeat(gradient()[:, :, :1], 3, axis=2))
    assert set(np.unique(decode(encoded(grey.convert("1"))))) == {0, 255}


def test_sixteen_bits_are_scaled_to_eight() -> None:
    wide = np.array([[0, 257, 65535, 32896]] * 4, dtype=np.uint16)
    assert decode(encoded(Image.fromarray(wide)))[0, :, 0].tolist() == [0, 1, 255, 128]


def test_what_is_transparent_becomes_white() -> None:
    rgba = np.zeros((8, 8, 4), dtype=np.uint8)
    rgba[:, 4:, 3] = 255  # the right half is solid black
    pixels = decode(encoded(Image.fromarray(rgba)))
    assert (pixels[:, :4] == 255).all() and (pixels[:, 4:] == 0).all()


def test_a_palette_with_a_transparent_colour_is_unfolded_on_white() -> None:
    picture = Image.fromarray(np.array([[0, 1]] * 4, dtype=np.uint8).repeat(2, axis=1)).convert("P")
    picture.putpalette([200, 0, 0, 0, 0, 200] + [0] * 762)
    assert decode(encoded(picture))[0, 0].tolist() == [200, 0, 0]
    assert decode(encoded(picture, transparency=0))[0].tolist() == [[255] * 3] * 2 + [[0, 0, 200]] * 2


def test_cmyk_becomes_rgb() -> None:
    picture = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    pixels = decode(encoded(picture, "JPEG", quality=95)).reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(pixels, [255, 0, 0], atol=6)


def test_a_rotated_photograph_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to view
    pixels = decode(encoded(Image.fromarray(gradient()), exif=exif))
    assert np.array_equal(pixels, np.rot90(gradient(), -1))


def test_an_animation_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    pixels = decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert (pixels == [255, 0, 0]).all()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no bytes"),
        (b"<html>404</html>", "cannot be decoded"),
        (encoded(Image.fromarray(gradient()))[:200], "cannot be decoded"),
        (encoded(Image.fromarray(gradient()), "JPEG")[:300], "cannot be decoded"),
        (encoded(Image.new("RGB", (1, 1))), "only 1 x 1"),
        (encoded(Image.new("1", (12_000, 8_000))), "absurdly large"),
        (encoded(Image.new("F", (8, 8)), "TIFF"), "fractions"),
    ],
    ids=["empty", "html", "torn png", "torn jpeg", "one pixel", "huge", "float"],
)
def test_what_cannot_be_repaired_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        decode(data)
