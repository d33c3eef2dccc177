"""The typefaces that posters are set in: from small font packages with free licences, and those of matplotlib."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

# Name: the package that brings the file, and where it lies in it.
FACES = {
    "Lato Black": ("font-lato", "files/Lato-Black.ttf"),
    "Lato Bold": ("font-lato", "files/Lato-Bold.ttf"),
    "Lato Regular": ("font-lato", "files/Lato-Regular.ttf"),
    "Lato Black Italic": ("font-lato", "files/Lato-BlackItalic.ttf"),
    "Caladea Bold": ("font-caladea", "files/Caladea-Bold.ttf"),
    "Caladea": ("font-caladea", "files/Caladea-Regular.ttf"),
    "Caladea Bold Italic": ("font-caladea", "files/Caladea-BoldItalic.ttf"),
    "Fredoka One": ("font-fredoka-one", "files/FredokaOne-Regular.ttf"),
    "Amatic SC Bold": ("font-amatic-sc", "files/AmaticSC-Bold.ttf"),
    "DejaVu Sans Bold": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf"),
    "DejaVu Serif Bold": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSerif-Bold.ttf"),
    "DejaVu Mono Bold": ("matplotlib", "mpl-data/fonts/ttf/DejaVuSansMono-Bold.ttf"),
    "STIX Bold": ("matplotlib", "mpl-data/fonts/ttf/STIXGeneralBol.ttf"),
    "STIX Bold Italic": ("matplotlib", "mpl-data/fonts/ttf/STIXGeneralBolIta.ttf"),
}


def versions() -> str:
    """What stands for all that letters depend on: other releases may draw other pixels."""
    named = [
        f"{package}-{version(package)}" for package in sorted({"pillow", *(package for package, _ in FACES.values())})
    ]
    return hashlib.sha256(" ".join(named).encode()).hexdigest()[:8]


@cache
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """A face of FACES at `size` pixels an em."""
    return from_package(*FACES[face], size)


@cache
def from_package(package: str, file: str, size: int) -> ImageFont.FreeTypeFont:
    """A font file that a package brings, set glyph by glyph in the same way on every machine."""
    return ImageFont.truetype(str(_folder_of(package) / file), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def capital(face: str) -> float:
    """The height of its capitals as a share of the em."""
    _, top, _, bottom = font(face, 1000).getbbox("H", anchor="ls")
    return (bottom - top) / 1000


def _folder_of(package: str) -> Path:
    """Where a package lies. It is not imported: some need more for that than they say."""
    spec = find_spec(package.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"The package {package} is missing: run `pip install --upgrade figgen-suite` again.")
    return Path(spec.submodule_search_locations[0])
