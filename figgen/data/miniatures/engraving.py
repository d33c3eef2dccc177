"""Sheet music as verovio sets it and resvg draws it; both come with the extra `music`."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.data.miniatures.base import LayoutError

if TYPE_CHECKING:
    from verovio import toolkit

FINE = 3  # verovio's units to a pixel; two lines of a staff are 18 of them, or 6 pixels, apart
MARGIN = 8  # pixels
FONT = "Gootville"  # after Gonville, which was drawn for LilyPond


@cache
def _toolkit() -> toolkit:
    import verovio

    verovio.enableLog(verovio.LOG_ERROR)
    return verovio.toolkit()


def engrave(mei: str, height: int, width: int) -> np.ndarray:
    """=> uint8 pixels (height, width, 3), black on white; LayoutError where the music needs a second page."""
    import resvg_py
    from PIL import Image

    setter = _toolkit()
    setter.setOptions(_options(height, width))
    if not setter.loadData(mei):
        raise ValueError("verovio does not take this MEI")
    if setter.getPageCount() != 1:
        raise LayoutError("the music needs more than one page")
    drawn = resvg_py.svg_to_bytes(setter.renderToSVG(1), width=width, background="white", skip_system_fonts=True)
    return np.asarray(Image.open(io.BytesIO(bytes(drawn))).convert("RGB"))


def _options(height: int, width: int) -> dict[str, Any]:
    margins = {f"pageMargin{side}": MARGIN * FINE for side in ("Left", "Right", "Top", "Bottom")}
    return {
        **margins,
        "pageWidth": width * FINE,
        "pageHeight": height * FINE,
        "font": FONT,
        "breaks": "auto",
        "header": "none",
        "footer": "none",
        "mnumInterval": 0,
        "svgViewBox": True,
        "xmlIdSeed": 1,
        "spacingSystem": 4,
        "staffLineWidth": 0.2,
        "barLineWidth": 0.35,
    }
