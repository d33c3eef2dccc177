"""Short tunes for one staff: the LilyPond source that one would write, and the Humdrum that verovio engraves.

Tune i of a split depends on (seed, split, i) and on nothing else. Steps count the white keys from the lowest C on: 35
is the c'' of `\\relative c''`, and neighbours differ by one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import resvg_py
import verovio
from PIL import Image

from figgen.data.miniatures.base import Dice, LayoutError, until_it_fits
from figgen.data.miniatures.markup import Marked

HEIGHT, WIDTH = 192, 448
FINE = 3  # verovio's units to a pixel; two lines of a staff are 18 of them, or 6 pixels, apart
OPTIONS = {f"pageMargin{side}": 8 * FINE for side in ("Left", "Right", "Top", "Bottom")} | {
    "pageWidth": WIDTH * FINE,
    "pageHeight": HEIGHT * FINE,
    "font": "Gootville",  # after Gonville, which was drawn for LilyPond
    "header": "none",
    "footer": "none",
    "mnumInterval": 0,
    "svgViewBox": True,
    "spacingSystem": 4,
}
LETTERS = "cdefgab"
MIDDLE = 35  # the step that tunes wander around, and the one that \relative starts at
KEYS = {"c": "", "g": "f#", "d": "f#c#", "a": "f#c#g#", "f": "b-", "bes": "b-e-", "ees": "b-e-a-"}  # their signatures
RHYTHMS = {  # by quarters
    1: ("4", "4", "8 8", "8 8", "8. 16", "16 16 16 16", "8 16 16"),
    2: ("2", "4. 8"),
    3: ("2.",),
    4: ("1",),
}
SHORT = ("8", "8.", "16")  # which share a beam


class Note(NamedTuple):
    """A note, or a rest where `step` is None. Both languages call lengths the same: 4, 8., 16."""

    length: str
    step: int | None = None
    alter: int = 0  # -1 flat, 1 sharp

    def lilypond(self, before: int) -> str:
        """In \\relative: the nearest of its name to step `before`, unless marks say otherwise."""
        if self.step is None:
            return f"r{self.length}"
        octaves = (self.step - before + 3) // 7
        name = LETTERS[self.step % 7] + ("", "is", "es")[self.alter]
        return name + ("'" if octaves > 0 else ",") * abs(octaves) + self.length

    def humdrum(self) -> str:
        """C is the C below the middle one, c that, and cc the one above it."""
        if self.step is None:
            return f"{self.length}r"
        octave, letter = self.step // 7, LETTERS[self.step % 7]
        pitch = letter * (octave - 3) if octave > 3 else letter.upper() * (4 - octave)
        return self.length + pitch + ("", "#", "-")[self.alter]


@dataclass(frozen=True)
class Tune:
    """Measures of beats of notes."""

    key: str
    quarters: int  # in a measure
    measures: list[list[list[Note]]]

    def lilypond(self) -> str:
        """The source: \\relative c'' { \\time 4/4 g4 a8 b8 | ... }."""
        before, words = MIDDLE, [rf"\relative c'' {{ \key {self.key} \major \time {self.quarters}/4"]
        for measure in self.measures:
            for note in chain(*measure):
                words.append(note.lilypond(before))
                before = before if note.step is None else note.step
            words.append("|")
        return " ".join([*words[:-1], r'\bar "|."', "}"])

    def humdrum(self) -> str:
        """The same notes for verovio, a line each; those of a beat share a beam, from L to J."""
        lines = ["**kern", "*clefG2", f"*k[{KEYS[self.key]}]", f"*M{self.quarters}/4"]
        for measure in self.measures:
            for beat in measure:
                notes = [note.humdrum() for note in beat]
                has_beam = len(beat) > 1 and all(note.step is not None and note.length in SHORT for note in beat)
                lines += [f"{notes[0]}L", *notes[1:-1], f"{notes[-1]}J"] if has_beam else notes
            lines.append("=")
        return "\n".join([*lines[:-1], "==", "*-", ""])


def draw(split: str, index: int, seed: int = 0) -> Marked:
    """Tune `index` of a split, 192 x 448. It shows no words."""
    return until_it_fits(_attempt, split, index, seed)


def _attempt(dice: Dice) -> Marked:
    tune = composed(dice)
    return Marked(engraved(tune), (), tune.lilypond())


def composed(dice: Dice) -> Tune:
    """Four to eight measures of notes within an octave of the middle of the staff."""
    key, quarters = dice.pick(tuple(KEYS)), dice.pick((4, 4, 3, 2))
    measures: list[list[list[Note]]] = [[] for _ in range(dice.count(4, 8))]
    for measure in measures:
        left = quarters
        while left:
            taken = dice.pick([n for n in (1, 1, 1, 1, 2, 3, 4) if n <= left])
            measure.append([note(dice, length, KEYS[key]) for length in dice.pick(RHYTHMS[taken]).split()])
            left -= taken
    return Tune(key, quarters, measures)


def note(dice: Dice, length: str, signature: str) -> Note:
    """A note of the key, or now and then a rest or one that leaves it."""
    chance, step = dice.rng.random(), MIDDLE + dice.count(-7, 7)
    if chance < 0.05:
        return Note(length)
    in_key = (f"{LETTERS[step % 7]}#" in signature) - (f"{LETTERS[step % 7]}-" in signature)
    return Note(length, step, dice.pick((-1, 0, 1)) if chance > 0.9 else in_key)


@cache
def setter() -> verovio.toolkit:
    verovio.enableLog(verovio.LOG_ERROR)
    made = verovio.toolkit()
    made.setOptions(OPTIONS)
    made.setInputFrom("humdrum")
    return made


def engraved(tune: Tune) -> np.ndarray:
    """=> uint8 pixels (192, 448, 3), black on white; LayoutError where the music needs a second page."""
    if not setter().loadData(tune.humdrum()):
        raise ValueError("verovio does not take this Humdrum")
    if setter().getPageCount() != 1:
        raise LayoutError("the music needs more than one page")
    drawn = resvg_py.svg_to_bytes(setter().renderToSVG(1), width=WIDTH, background="white", skip_system_fonts=True)
    return np.asarray(Image.open(io.BytesIO(bytes(drawn))).convert("RGB"))
