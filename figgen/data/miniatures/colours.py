"""Colours that textbook figures use, and which ink can be read on them."""

from __future__ import annotations

from matplotlib.colors import to_rgb

from figgen.data.miniatures.canvas import Colour

# Each palette: colours strong enough to be told apart on white.
PALETTES = (
    ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"),
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"),
    ("#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51", "#6d597a"),
    ("#003f5c", "#58508d", "#bc5090", "#ff6361", "#ffa600", "#7a9e3f"),
    ("#222222", "#666666", "#999999", "#444444", "#bbbbbb", "#808080"),
    ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"),
    ("#b22222", "#00008b", "#006400", "#daa520", "#8b008b", "#2f4f4f"),
)
TINTS = ("#ffffff", "#ffffff", "#ffffff", "#ffffff", "#f2f2f2", "#eef3fa", "#faf5ea", "#eaeaf2")
# The palest and the darkest shade of a matrix.
SHADES = (
    ("#f7fbff", "#08306b"),
    ("#fff5eb", "#7f2704"),
    ("#f7fcf5", "#00441b"),
    ("#fcfbfd", "#3f007d"),
    ("#ffffff", "#252525"),
)


def blend(low: Colour, high: Colour, share: float) -> tuple[float, float, float]:
    """The colour that lies `share` of the way from low to high."""
    share = min(max(share, 0.0), 1.0)
    red, green, blue = (a + (b - a) * share for a, b in zip(to_rgb(low), to_rgb(high), strict=True))
    return red, green, blue
