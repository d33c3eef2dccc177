"""Short tunes for one staff: the LilyPond source that one would write, and the MEI that an engraver reads.

A tune is a list of measures, a measure of beats, a beat of notes that share a beam. Steps count the white keys from
the lowest C on: 35 is the c'' of `\\relative c''`, and neighbours differ by one.

Tune i of a split depends on (seed, split, i) and on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

import numpy as np

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.engraving import engrave

T = TypeVar("T")

SIZE = (192, 448)  # height, width
MEASURES = (4, 8)  # fewest, most
ATTEMPTS = 100

LETTERS = "cdefgab"
SHARPS = "fcgdaeb"  # in the order in which a key signature takes them; flats come the other way round
KEYS = {0: "c", 1: "g", 2: "d", 3: "a", 4: "e", -1: "f", -2: "bes", -3: "ees", -4: "aes"}  # by sharps, minus flats
LENGTHS = {"1": 16, "2.": 12, "2": 8, "4.": 6, "4": 4, "8.": 3, "8": 2, "16": 1}  # in sixteenths
RHYTHMS: dict[int, tuple[tuple[str, ...], ...]] = {
    4: (
        ("4",),
        ("4",),
        ("4",),
        ("8", "8"),
        ("8", "8"),
        ("8.", "16"),
        ("16",) * 4,
        ("8", "16", "16"),
        ("16", "16", "8"),
    ),
    8: (("2",), ("2",), ("4.", "8")),
    12: (("2.",),),
    16: (("1",),),
}
RESTS = ("2", "4", "8")
MOVES = (-4, -3, -2, -2, -1, -1, -1, 0, 1, 1, 1, 2, 2, 3, 4)  # from one note to the next
LEAPS = (-7, -6, -5, 5, 6, 7)


@dataclass(frozen=True)
class Clef:
    name: str  # LilyPond's
    sign: str  # MEI's shape and line
    start: int  # step that \relative begins at
    lowest: int
    highest: int


CLEFS = (Clef("treble", "G2", 35, 28, 41), Clef("treble", "G2", 35, 28, 41), Clef("bass", "F4", 21, 16, 29))


@dataclass(frozen=True)
class Note:
    """A note, or a rest where `step` is None."""

    length: str  # one of LENGTHS
    step: int | None = None
    alter: int = 0  # -1 flat, 1 sharp
    tied: bool = False  # to the next one

    @property
    def name(self) -> str:
        """As LilyPond calls it: bes."""
        if self.step is None:
            return "r"
        return LETTERS[self.step % 7] + {-1: "es", 0: "", 1: "is"}[self.alter]


Beat = list[Note]
Measure = list[Beat]


@dataclass(frozen=True)
class Tune:
    clef: Clef
    key: int  # sharps, minus flats
    beats: int  # quarters in a measure
    measures: list[Measure]

    def lilypond(self) -> str:
        """The source: \\relative c'' { \\time 4/4 g4 a8 b8 | ... }."""
        words = [r"\relative", "c''" if self.clef.name == "treble" else "c", "{"]
        words += [rf"\clef {self.clef.name}"] * (self.clef.name != "treble")
        words += [rf"\key {KEYS[self.key]} \major"] * (self.key != 0)
        last, parts = self.clef.start, []
        for measure in self.measures:
            notes = [note for beat in measure for note in beat]
            parts.append(" ".join(_written(note, before) for note, before in _with_step_before(notes, last)))
            last = next((note.step for note in reversed(notes) if note.step is not None), last)
        return " ".join([*words, rf"\time {self.beats}/4", " | ".join(parts), r'\bar "|."', "}"])

    def mei(self) -> str:
        """The same as MEI 5, with every accidental that has to be printed."""
        clef = f'clef.shape="{self.clef.sign[0]}" clef.line="{self.clef.sign[1]}"'
        key = f"{abs(self.key)}{'s' if self.key > 0 else 'f'}" if self.key else "0"
        staff = f'<staffGrp><staffDef n="1" lines="5" {clef} keysig="{key}"/></staffGrp>'
        head = f'<scoreDef meter.count="{self.beats}" meter.unit="4">{staff}</scoreDef>'
        body = f"<section>{''.join(self._measures())}</section>"
        music = f"<music><body><mdiv><score>{head}{body}</score></mdiv></body></music>"
        return f'<mei xmlns="http://www.music-encoding.org/ns/mei" meiversion="5.0">{music}</mei>'

    def _measures(self) -> Iterator[str]:
        number, tied_from = 0, ""  # of the note that a tie still has to leave
        for measure in self.measures:
            in_force, beats, ties = signature(self.key), [], []
            for beat in measure:
                notes = []
                for note in beat:
                    number += 1
                    notes.append(_mei_note(note, f"n{number}", in_force, is_tied=bool(tied_from)))
                    ties += [f'<tie startid="#{tied_from}" endid="#n{number}"/>'] * bool(tied_from)
                    tied_from = f"n{number}" if note.tied else ""
                beats.append(f"<beam>{''.join(notes)}</beam>" if has_beam(beat) else "".join(notes))
            layer = f'<staff n="1"><layer n="1">{"".join(beats)}</layer></staff>'
            end = ' right="end"' if measure is self.measures[-1] else ""
            yield f"<measure{end}>{layer}{''.join(ties)}</measure>"


def draw(split: str, index: int, seed: int = 0) -> tuple[np.ndarray, Tune]:
    """Tune `index` of a split, and how it looks. One that is too long for its page is written anew."""
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, crc32(split.encode()), index, attempt])
        tune = Composer(rng).tune(*MEASURES)
        try:
            return engrave(tune.mei(), *SIZE), tune
        except LayoutError:
            continue
    raise RuntimeError(f"tune {index} of {split} (seed {seed}) did not fit in {ATTEMPTS} attempts")


def signature(key: int) -> dict[int | str, int]:
    """What a key does to each letter: {"f": 1} for one sharp."""
    letters = SHARPS[:key] if key >= 0 else SHARPS[key:]
    return dict.fromkeys(letters, 1 if key > 0 else -1)


def has_beam(beat: Beat) -> bool:
    return len(beat) > 1 and all(note.step is not None and LENGTHS[note.length] < 4 for note in beat)


def _with_step_before(notes: Sequence[Note], before: int) -> Iterator[tuple[Note, int]]:
    for note in notes:
        yield note, before
        before = before if note.step is None else note.step


def _written(note: Note, before: int) -> str:
    """A note behind another one in \\relative: the nearest of its name, unless marks say otherwise."""
    octaves = 0 if note.step is None else (note.step - before + 3) // 7
    return f"{note.name}{(chr(39) if octaves > 0 else ',') * abs(octaves)}{note.length}{'~' * note.tied}"


def _mei_note(note: Note, name: str, in_force: dict[int | str, int], is_tied: bool) -> str:
    """A note or rest; `in_force` are the accidentals of the measure so far, by step, and of the key, by letter."""
    length = f'dur="{note.length.rstrip(".")}" dots="{note.length.count(".")}"'
    if note.step is None:
        return f"<rest {length}/>"
    letter = LETTERS[note.step % 7]
    accidental = {-1: "f", 0: "n", 1: "s"}[note.alter]
    is_known = in_force.get(note.step, in_force.get(letter, 0)) == note.alter or is_tied
    in_force[note.step] = note.alter
    sign = f'accid.ges="{accidental}"' if is_known else f'accid="{accidental}"'
    return f'<note xml:id="{name}" pname="{letter}" oct="{note.step // 7}" {length} {sign}/>'


@dataclass
class Composer:
    rng: np.random.Generator

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.rng.integers(len(options)))]

    def tune(self, fewest: int, most: int) -> Tune:
        """A tune of so many measures."""
        clef, beats = self.pick(CLEFS), self.pick((4, 4, 4, 3, 3, 2))
        key = 0 if self.chance(0.4) else self.pick(tuple(KEYS))
        step, measures = (clef.lowest + clef.highest) // 2, []
        for _ in range(int(self.rng.integers(fewest, most + 1))):
            measure, step = self.measure(clef, key, beats * 4, step)
            measures.append(measure)
        return Tune(clef, key, beats, measures)

    def measure(self, clef: Clef, key: int, left: int, step: int) -> tuple[Measure, int]:
        """One measure of `left` sixteenths from `step` on, and where it ends."""
        measure: Measure = []
        while left:
            span = self.pick([span for span in (4, 4, 4, 4, 8, 12, 16) if span <= left])
            beat: Beat = []
            for length in self.pick(RHYTHMS[span]):
                step = self.next_step(clef, step)
                beat.append(self.note(length, step, key))
            measure.append(self.tied(beat))
            left -= span
        return measure, step

    def next_step(self, clef: Clef, step: int) -> int:
        moved = step + self.pick(LEAPS if self.chance(0.08) else MOVES)
        return moved if clef.lowest <= moved <= clef.highest else 2 * step - moved

    def note(self, length: str, step: int, key: int) -> Note:
        if length in RESTS and self.chance(0.1):
            return Note(length)
        in_key = signature(key).get(LETTERS[step % 7], 0)
        return Note(length, step, self.pick((-1, 0, 1)) if self.chance(0.12) else in_key)

    def tied(self, beat: Beat) -> Beat:
        """The same beat; sometimes its first note goes on in its second one."""
        if len(beat) < 2 or beat[0].step is None or beat[1].step is None or not self.chance(0.06):
            return beat
        first, second, *others = beat
        return [
            Note(first.length, first.step, first.alter, True),
            Note(second.length, first.step, first.alter),
            *others,
        ]
