"""The drawn tunes: what LilyPond is told and what verovio is told are the same notes."""

import re

import numpy as np
import pytest

pytest.importorskip("verovio", reason="the extra `music` is not installed")

from figgen.data.miniatures.base import Dice, LayoutError
from figgen.data.miniatures.scores import Note, Tune, composed, draw, engraved, setter

SIXTEENTHS = {"1": 16, "2.": 12, "2": 8, "4.": 6, "4": 4, "8.": 3, "8": 2, "16": 1}


def verovio_pitches(tune: Tune) -> list[int]:
    """MIDI numbers of the notes that are drawn."""
    assert setter().loadData(tune.humdrum()) and setter().renderToMIDI()
    notes = re.findall(r'<note xml:id="([^"]+)"', setter().getMEI())
    return [setter().getMIDIValuesForElement(note)["pitch"] for note in notes]


def lilypond_pitches(source: str) -> list[int]:
    """MIDI numbers as LilyPond's manual defines \\relative: each note within three steps of the one before it."""
    start, music = re.fullmatch(r"\\relative c('*) \{ (.*) \}", source).groups()
    step, pitches = 7 * (4 - 1 + len(start)), []
    for letter, accidental, marks in re.findall(r"(?<!\S)([a-g])(is|es|)([',]*)\d+\.?(?!\S)", music):
        place = "cdefgab".index(letter)
        step = min((7 * octave + place for octave in range(10)), key=lambda other: abs(other - step))
        step += 7 * (marks.count("'") - marks.count(","))
        pitches.append(12 * (step // 7 + 1) + (0, 2, 4, 5, 7, 9, 11)[place] + {"is": 1, "": 0, "es": -1}[accidental])
    return pitches


def test_relative_marks_accidentals_and_rests_are_written_as_one_would() -> None:
    """c'' is step 35; from c'' the nearest g lies below it, so the upper one needs a mark."""
    first = [[Note("4", 35)], [Note("8", 39), Note("8", 38, 1)], [Note("4")], [Note("4", 36, -1)]]
    tune = Tune("f", 4, [first, [[Note("2.", 29)], [Note("8", 28), Note("8", 27, -1)]]])
    assert (
        tune.lilypond() == r"""\relative c'' { \key f \major \time 4/4 c4 g'8 fis8 r4 des4 | d,2. c8 bes8 \bar "|." }"""
    )
    assert verovio_pitches(tune) == lilypond_pitches(tune.lilypond()) == [72, 79, 78, 73, 62, 60, 58]


def test_an_accidental_is_printed_once_in_its_measure_and_only_short_notes_share_a_beam() -> None:
    sharp, plain, short = Note("4", 38, 1), Note("4", 38), Note("8", 36)
    engraved(Tune("c", 4, [[[sharp], [sharp], [plain], [plain]], [[short, short], [sharp]]]))
    assert [setter().getMEI().count(part) for part in ('accid="s"', 'accid="n"', "<beam")] == [2, 1, 1]
    engraved(Tune("g", 2, [[[sharp], [sharp]], [[short, Note("8")], [Note("4.", 35), short]]]))
    assert [setter().getMEI().count(part) for part in ("accid=", "<beam")] == [0, 0]


def test_measures_are_full_near_the_staff_and_the_same_in_both_languages() -> None:
    for seed in range(20):
        tune = composed(Dice(np.random.default_rng(seed), "test"))
        for measure in tune.measures:
            notes = [note for beat in measure for note in beat]
            assert sum(SIXTEENTHS[note.length] for note in notes) == 4 * tune.quarters
            assert all(abs(note.step - 35) <= 7 for note in notes if note.step)
        assert verovio_pitches(tune) == lilypond_pitches(tune.lilypond())


def test_every_tune_is_black_on_white_on_one_page_and_keeps_off_the_edges() -> None:
    for pixels, _, _ in (draw("train", index) for index in range(12)):
        assert 0.01 < (pixels < 128).mean() < 0.2 and np.ptp(pixels, axis=2).max() == 0
        assert pixels[:2].min() == pixels[-2:].min() == pixels[:, :2].min() == pixels[:, -2:].min() == 255
    full = [[[Note("16", 35 + step) for step in (0, 1, 2, 3)] for _ in range(4)] for _ in range(40)]
    with pytest.raises(LayoutError, match="more than one page"):
        engraved(Tune("c", 4, full))
