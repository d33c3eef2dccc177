"""What papers say below their plots. Every word that a plot shows is in its caption; no other word is a test word."""

from __future__ import annotations

from collections.abc import Sequence

from figgen.data.miniatures.page import listed
from figgen.data.miniatures.paper_looks import PaperPage

# y, x: what the axes show.
OF_CURVES = (
    "{y} at different values of {x}",
    "{y} versus {x}",
    "{y} against {x}",
    "Dependence of {y} on {x}",
    "Plot of {y} over {x}",
    "Evolution of {y} with {x}",
)
OF_POINTS = ("Scatter plot of {y} versus {x}", "{y} and {x} of all runs", "Correlation of {y} and {x}")
OF_BARS = ("{y} by {x}", "Comparison of {y} by {x}", "Bar chart of {y} by {x}")
OF_SAMPLES = ("Histogram of {y} over {x}", "Distribution of {y} over {x}")
OF_BOXES = ("Box plot of {y} by {x}", "Spread of {y} by {x}")
OF_FIELDS = ("Heat map of {y} over {x}", "{y} over {x}, darker where higher")
SETTINGS = ("", "", "", " (n = {n})", " at k = {k}", " (best viewed in colour)", " after {n} runs")
OF_PANELS = (
    "(a) {a} and (b) {b} as functions of {x}",
    "Dependence of (a) {a} and (b) {b} on {x}",
    "{x} and its effect on (a) {a} and (b) {b}",
    "(a) {a} versus {x}. (b) {b} versus {x}",
)
OF_TWO_NAMED_PANELS = ("(a) {a} versus {x}. (b) {b} versus {z}", "{a} over {x} (left) and {b} over {z} (right)")


def caption_of_plot(
    page: PaperPage, openings: Sequence[str], notes: Sequence[str], y: str, x: str, names: Sequence[str]
) -> str:
    """One or two sentences: what is plotted, for which series, and sometimes a note on how it is drawn."""
    opening = page.one_of(*openings).format(y=y, x=x) + _setting(page)
    joined = (
        page.one_of(" for {}.", ", comparing {}.", ". Shown are {}.", ": {}.").format(listed(names)) if names else "."
    )
    note = f" {page.one_of(*notes)}" if notes and page.chance(0.4) else ""
    return _sentence(opening + joined + note)


def caption_of_panels(page: PaperPage, ys: Sequence[str], xs: Sequence[str]) -> str:
    """A caption for two subfigures with these names of their axes; that of the x axes may be the same."""
    (a, b), (x, z) = ys, xs
    templates = OF_PANELS if x == z else OF_TWO_NAMED_PANELS
    return _sentence(page.one_of(*templates).format(a=a, b=b, x=x, z=z) + ".")


def _setting(page: PaperPage) -> str:
    return page.one_of(*SETTINGS).format(n=page.count(2, 40) * 5, k=page.count(2, 9))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
