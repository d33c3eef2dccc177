"""The drawn molecules: valid, of one split each, with a box around every label."""

import re
from collections import Counter

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra `chem` is not installed")

from rdkit import Chem

from figgen.data.miniatures.markup import Marked
from figgen.data.miniatures.molecules import draw, picture

LABELS = [("CCO", "OH"), ("NCCCl", "Cl H2N"), ("c1ccccc1", ""), ("C[N+](=O)[O-]", "N+ O O-")]


@pytest.fixture(scope="module")
def molecules() -> list[Marked]:
    return [draw(split, index) for index in range(40) for split in ("train", "val", "test")]


def test_no_molecule_stands_in_two_splits_and_few_come_twice(molecules: list[Marked]) -> None:
    splits = [{molecule.markup for molecule in molecules[k::3]} for k in range(3)]
    assert len(set.union(*splits)) == sum(map(len, splits)) >= 0.9 * len(molecules)


def test_captions_are_canonical_smiles_and_every_atom_but_carbon_has_its_label(molecules: list[Marked]) -> None:
    for _, boxes, smiles in molecules:
        parsed = Chem.MolFromSmiles(smiles)
        assert Chem.MolToSmiles(parsed) == smiles and 5 <= parsed.GetNumAtoms() <= 24
        labelled = Counter(element for box in boxes for element in re.findall("Cl|Br|[NOSPFI]", box.text))
        assert labelled == Counter(atom.GetSymbol() for atom in parsed.GetAtoms() if atom.GetSymbol() != "C")


@pytest.mark.parametrize(("smiles", "words"), LABELS)
def test_labels_say_what_chemists_write(smiles: str, words: str) -> None:
    """Hydrogens and charges included, and whichever way the label is turned."""
    read = [{"HO": "OH", "NH2": "H2N"}.get(box.text, box.text) for box in picture(smiles)[1]]
    assert sorted(read) == words.split()


@pytest.mark.parametrize("smiles", ["CCO", "NCCCl", "OCC(F)CBr", "NCCS", "CC(=O)O", "OCCCCCN", "NC1CCC(I)CC1"])
def test_labels_at_the_ends_of_chains_lie_in_their_boxes_whole(smiles: str) -> None:
    """Around a box is paper, but where the only bond comes from; its ink touches all of its own sides."""
    pixels, boxes = picture(smiles)
    ink = np.pad(pixels.min(axis=2) < 215, 1)
    for box in boxes:
        left, top, right, bottom = (int(value) + 1 for value in box.bounds)
        around = ink[top - 1, left:right], ink[bottom, left:right], ink[top:bottom, left - 1], ink[top:bottom, right]
        within = ink[top, left:right], ink[bottom - 1, left:right], ink[top:bottom, left], ink[top:bottom, right - 1]
        assert sum(bool(side.any()) for side in around) <= 1 and all(side.any() for side in within)
