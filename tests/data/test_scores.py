"""The drawn tunes: what LilyPond is told and what verovio is told are the same notes."""

import base64
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("verovio", reason="the extra `music` is not installed")
pytest.importorskip("resvg_py", reason="the extra `music` is not installed")

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.engraving import _toolkit, engrave
from figgen.data.miniatures.scores import CLEFS, LENGTHS, Composer, Note, Tune, draw

TREBLE = CLEFS[0]
needs_lilypond = pytest.mark.skipif(shutil.which("lilypond") is None, reason="the lilypond program is not installed")


def midi_pitches(data: bytes) -> list[int]:
    """The pitches of all notes that a MIDI file starts, in its order."""
    pitches, at = [], 14
    while at < len(data):
        end, at, status = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big"), at + 8, 0
        while at < end:
            while data[at] & 0x80:  # the time that passes before
                at += 1
            at += 1
            if data[at] & 0x80:
                status, at = data[at], at + 1
            if status == 0xFF:
                at += 2 + data[at + 1]
            elif status >= 0xF0:
                at += 1 + data[at]
            else:
                if status & 0xF0 == 0x90 and data[at + 1]:
                    pitches.append(data[at])
                at += 1 if status & 0xF0 in (0xC0, 0xD0) else 2
    return pitches


def verovio_pitches(tune: Tune) -> list[int]:
    engrave(tune.mei(), 192, 448)
    return midi_pitches(base64.b64decode(_toolkit().renderToMIDI()))


def test_relative_marks_accidentals_rests_and_ties_are_written_as_one_would() -> None:
    """c'' is step 35; from c'' the nearest g lies below it, so the upper one needs a mark."""
    first = [[Note("4", 35)], [Note("8", 39), Note("8", 38, 1)], [Note("4")], [Note("4", 36, -1)]]
    second = [[Note("2.", 29)], [Note("8", 28, 0, tied=True), Note("8", 28)]]
    tune = Tune(TREBLE, -1, 4, [first, second])
    assert tune.lilypond() == (
        r"""\relative c'' { \key f \major \time 4/4 c4 g'8 fis8 r4 des4 | d,2. c8~ c8 \bar "|." }"""
    )
    assert verovio_pitches(tune) == [72, 79, 78, 73, 62, 60]  # MIDI numbers; a tied note sounds once


def test_an_accidental_holds_for_its_measure_and_is_printed_once() -> None:
    sharp = Note("4", 38, 1)
    tune = Tune(TREBLE, 0, 2, [[[sharp], [sharp]], [[sharp], [Note("4", 38)]]])
    assert tune.mei().count('accid="s"') == 2 and tune.mei().count('accid="n"') == 1
    assert Tune(TREBLE, 1, 2, [[[sharp], [sharp]]]).mei().count("accid=") == 0  # the key says so already


def test_only_short_notes_without_rests_share_a_beam() -> None:
    beats = [[Note("8", 35), Note("8", 36)], [Note("8", 35), Note("8")], [Note("4", 35)]]
    assert Tune(TREBLE, 0, 3, [beats]).mei().count("<beam>") == 1


@pytest.mark.parametrize("seed", range(20))
def test_measures_are_full_and_notes_stay_near_the_staff(seed: int) -> None:
    tune = Composer(np.random.default_rng(seed)).tune(4, 8)
    assert 4 <= len(tune.measures) <= 8
    for measure in tune.measures:
        notes = [note for beat in measure for note in beat]
        assert sum(LENGTHS[note.length] for note in notes) == 4 * tune.beats
        assert all(n.step is None or tune.clef.lowest <= n.step <= tune.clef.highest for n in notes)


@needs_lilypond
def test_lilypond_plays_the_notes_that_verovio_plays(tmp_path: Path) -> None:
    tunes = [draw("test", index)[1] for index in range(12)]
    scores = "".join(f"\\score {{ {tune.lilypond()} \\midi {{ }} }}\n" for tune in tunes)
    (tmp_path / "all.ly").write_text(f'\\version "2.24.0"\n{scores}')
    subprocess.run(["lilypond", "--loglevel=ERROR", "all.ly"], cwd=tmp_path, check=True, timeout=120)
    files = sorted(tmp_path.glob("all*.midi"), key=lambda path: int("0" + "".join(filter(str.isdigit, path.stem))))
    assert [midi_pitches(path.read_bytes()) for path in files] == [verovio_pitches(tune) for tune in tunes]


def test_a_tune_depends_on_its_seed_split_and_index_alone() -> None:
    pixels, tune = draw("train", 7)
    draw("test", 3)
    again, same = draw("train", 7)
    assert np.array_equal(pixels, again) and tune == same
    assert tune not in [draw("test", 7)[1], draw("train", 8)[1], draw("train", 7, seed=1)[1]]


def test_every_tune_is_black_on_white_and_keeps_off_the_edges() -> None:
    for index in range(16):
        pixels, tune = draw("train", index)
        assert pixels.shape == (192, 448, 3) and pixels.dtype == np.uint8
        assert 0.01 < (pixels < 128).mean() < 0.2 and np.ptp(pixels, axis=2).max() == 0
        assert pixels[:2].min() == pixels[-2:].min() == pixels[:, :2].min() == pixels[:, -2:].min() == 255
        assert tune.lilypond().count("|") == len(tune.measures)  # between measures, and in the last bar line


def test_a_tune_that_needs_two_pages_is_refused() -> None:
    full = [[[Note("16", 35 + step) for step in (0, 1, 2, 3)] for _ in range(4)] for _ in range(40)]
    with pytest.raises(LayoutError, match="more than one page"):
        engrave(Tune(TREBLE, 0, 4, full).mei(), 192, 448)
