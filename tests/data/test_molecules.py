"""The drawn molecules: valid, of one split each, with a box around every label."""

import re
import shutil
from collections import Counter

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("rdkit", reason="the extra `chem` is not installed")

from rdkit import Chem

from figgen.data.miniatures.molecules import Molecule, draw, picture
from figgen.ocr.boxes import TextBox

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the tesseract program is not installed")
TWO_LETTERS = ("OH", "HO", "NH", "HN", "SH", "HS", "Br")


@pytest.fixture(scope="module")
def molecules() -> list[Molecule]:
    return [draw(split, index) for index in range(40) for split in ("train", "val", "test")]


def test_a_molecule_depends_on_its_seed_split_and_index_alone() -> None:
    first = draw("train", 7)
    draw("test", 3)
    again = draw("train", 7)
    assert np.array_equal(first.pixels, again.pixels) and (first.boxes, first.smiles) == (again.boxes, again.smiles)
    assert first.smiles not in {draw("test", 7).smiles, draw("train", 8).smiles, draw("train", 7, seed=1).smiles}


def test_no_molecule_stands_in_two_splits_and_few_come_twice(molecules: list[Molecule]) -> None:
    splits = [{molecule.smiles for molecule in molecules[k::3]} for k in range(3)]
    assert not splits[0] & splits[1] | splits[1] & splits[2] | splits[0] & splits[2]
    assert sum(map(len, splits)) >= 0.9 * len(molecules)


def test_captions_are_canonical_smiles_of_five_to_twenty_four_atoms(molecules: list[Molecule]) -> None:
    for molecule in molecules:
        parsed = Chem.MolFromSmiles(molecule.smiles)
        assert Chem.MolToSmiles(parsed) == molecule.smiles and 5 <= parsed.GetNumAtoms() <= 24


def test_every_atom_but_carbon_has_its_label(molecules: list[Molecule]) -> None:
    """Counted in the SMILES: brackets and their charges aside, letters are elements."""
    for molecule in molecules:
        labelled: Counter[str] = Counter()
        for box in molecule.boxes:
            labelled.update(re.findall("Cl|Br|[NOSPFI]", box.text))
        atoms = Chem.MolFromSmiles(molecule.smiles).GetAtoms()
        assert labelled == Counter(atom.GetSymbol() for atom in atoms if atom.GetSymbol() != "C")


@pytest.mark.parametrize(
    ("smiles", "words"),
    [
        ("CCO", ["OH"]),
        ("NCCCl", ["Cl", "H2N"]),
        ("c1ccccc1", []),
        ("CC(=O)O", ["O", "OH"]),
        ("O=[N+]([O-])c1ccccc1", ["N+", "O", "O-"]),
        ("c1cc[nH]c1", ["H", "N"]),
    ],
)
def test_labels_say_what_chemists_write(smiles: str, words: list[str]) -> None:
    """Charges and hydrogens included; the H of a ring's NH may stand on a line of its own."""
    pixels, boxes = picture(smiles)
    read = sorted(box.text for box in boxes)
    mirrored = sorted({"HO": "OH", "NH2": "H2N"}.get(text, text) for text in read)
    assert mirrored == words or sorted("".join(read)) == sorted("".join(words))
    assert pixels.shape == (128, 128, 3)


def test_boxes_are_tight_around_ink(molecules: list[Molecule]) -> None:
    for molecule in molecules:
        ink = molecule.pixels.min(axis=2) < 215
        for box in molecule.boxes:
            left, top, right, bottom = map(int, box.bounds)
            part = ink[top:bottom, left:right]
            assert part[0].any() and part[-1].any() and part[:, 0].any() and part[:, -1].any()


@pytest.mark.parametrize("smiles", ["CCO", "NCCCl", "OCC(F)CBr", "NCCS", "CC(=O)O", "OCCCCCN", "NC1CCC(I)CC1"])
def test_labels_at_the_ends_of_chains_lie_in_their_boxes_whole(smiles: str) -> None:
    """Around a box is paper on all sides but the one that the only bond comes from."""
    pixels, boxes = picture(smiles)
    ink = np.pad(pixels.min(axis=2) < 215, 1)
    for box in boxes:
        left, top, right, bottom = (int(value) + 1 for value in box.bounds)
        above, below = ink[top - 1, left:right], ink[bottom, left:right]
        before, behind = ink[top:bottom, left - 1], ink[top:bottom, right]
        assert sum(bool(side.any()) for side in (above, below, before, behind)) <= 1


@needs_tesseract
def test_tesseract_reads_the_labels_where_the_boxes_say(molecules: list[Molecule]) -> None:
    """Bonds confuse it, so it is shown what the boxes hold, enlarged: the larger labels of two letters."""
    import pytesseract

    labels = [(box, molecule) for molecule in molecules for box in molecule.boxes if box.text in TWO_LETTERS]
    large = [(box, molecule) for box, molecule in labels if box.bounds[3] - box.bounds[1] >= 7][:24]
    read = [pytesseract.image_to_string(enlarged(box, molecule), config="--psm 7").strip() for box, molecule in large]
    right = sum(text == box.text for text, (box, _) in zip(read, large, strict=True))
    assert len(large) >= 12 and right >= 0.6 * len(large), [(t, b.text) for t, (b, _) in zip(read, large, strict=True)]


def enlarged(box: TextBox, molecule: Molecule) -> Image.Image:
    """What a box holds, in black on a white page, ten times as large."""
    left, top, right, bottom = map(int, box.bounds)
    crop = Image.fromarray(molecule.pixels[top:bottom, left:right].min(axis=2))
    page = Image.new("L", (crop.width + 10, crop.height + 10), "white")
    page.paste(crop, (5, 5))
    return page.resize((page.width * 8, page.height * 8), Image.Resampling.BICUBIC)
