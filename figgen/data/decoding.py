"""From the bytes of any picture that people keep on disk to plain RGB, or one sentence why not."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from figgen.runs.errors import DataError

FEWEST_PIXELS = 4  # along the shorter side
MOST_PIXELS = 50_000_000  # in all: what a scanner makes of a page at 600 dpi, with room to spare


def decode(data: bytes) -> np.ndarray:
    """Encoded picture => uint8 (H, W, 3), upright (EXIF), alpha on white, first frame; DataError where broken."""
    if not data:
        raise DataError("the picture has no bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's word on large pictures: the check below is stricter
            picture = Image.open(io.BytesIO(data))
            _check_size(*picture.size)
            picture.load()
            return np.array(_as_rgb(_upright(picture)))
    except DataError:
        raise
    except Image.DecompressionBombError as error:
        raise DataError("the picture is absurdly large") from error
    except UnidentifiedImageError as error:  # its message is an address in memory, another one in each run
        raise DataError("the picture cannot be decoded (it is in no format of pictures)") from error
    except Exception as error:  # Pillow's many codecs raise whatever they like on torn files
        raise DataError(f"the picture cannot be decoded ({type(error).__name__}: {error})") from error


def _check_size(width: int, height: int) -> None:
    if min(width, height) < FEWEST_PIXELS:
        raise DataError(f"the picture has only {width} x {height} pixels")
    if width * height > MOST_PIXELS:
        raise DataError(f"the picture is absurdly large ({width} x {height} pixels)")


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its EXIF says; as it is where that note is torn, for the pixels are whole."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # whatever Pillow raises on torn notes
        return picture


def _as_rgb(picture: Image.Image) -> Image.Image:
    """Any mode => RGB."""
    if picture.mode in ("I", "I;16", "I;16B", "I;16L"):
        wide = np.asarray(picture).astype(np.int64).clip(0, 65535)
        picture = Image.fromarray((wide / 257).round().astype(np.uint8))
    if picture.mode == "F":
        raise DataError("the picture holds fractions, whose range nobody states")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture)
    return picture.convert("RGB")
