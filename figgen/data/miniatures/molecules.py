"""Small organic molecules as RDKit draws them, 128 x 128, with the SMILES that they are written as.

Molecule i of a split depends on (seed, split, i) and on nothing else. No molecule occurs in two splits. The labels of
atoms (OH, NH2, Cl) are the words: RDKit draws every letter as an outline of its own, so their places are exact.
"""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
from PIL import Image
from rdkit import Chem
from rdkit.Chem.Draw.rdMolDraw2D import MolDraw2DCairo, MolDraw2DSVG, PrepareAndDrawMolecule

from figgen.data.miniatures.base import Dice, LayoutError, until_it_fits
from figgen.data.miniatures.canvas import INK, tight_box
from figgen.data.miniatures.markup import Marked, grammar, written
from figgen.data.record import SPLITS, share_of
from figgen.ocr.boxes import TextBox

SIDE = 128  # pixels
FEWEST_ATOMS, MOST_ATOMS = 5, 24  # without hydrogen
LETTER = re.compile(r"<path\s+class='atom-(\d+)' d='([^']*)'")

# Parts of SMILES; each is written from the atom on that binds it to what stands before it.
GRAMMAR = grammar("""
MOLECULE: HEAD CORE TAIL | HEAD CORE TAIL | HEAD CHAIN RING | HEAD LINK LINK END
HEAD: C | N | O | CC | CO | CN | N#C | Cl | Br | F | I | CC(=O) | OC(=O) | NC(=O) | CS(=O)(=O) | O=[N+]([O-]) | S
RING: CORE TAIL | CORE TAIL | BARE
CORE: c1ccc(cc1) | c1cc(ccc1) | c1ccc(nc1) | c1cc(ncn1) | c1ccc(o1) | c1ccc(s1) | C1CCC(CC1) | C1CCC(O1) | C1CNC(CO1)
BARE: c1ccccc1 | c1ccncc1 | C1CC1 | c1cc[nH]c1 | c1ccc2ccccc2c1 | c1ccc2ncccc2c1 | c1ccc2OCOc2c1 | C1CCNC1
TAIL: END | END | LINK END | CHAIN RING
CHAIN: C | CC | OC | NC | C(=O)NC | C(O)C | C=C | CS | OCC | N(C)C
LINK: CHAIN | CHAIN CHAIN | C(C) | C(N) | CC(F)
END: C | O | N | F | Cl | Br | I | C(=O)O | C(=O)N | C(=O)OC | C#N | OC | N(C)C | [N+](=O)[O-] | S | C(F)(F)F | ACID
ACID: S(=O)(=O)N | OP(=O)(O)O | NC(C)=O | C=O
""")


def draw(split: str, index: int, seed: int = 0) -> Marked:
    """Molecule `index` of a split, 128 x 128, with a box per label of an atom."""
    return until_it_fits(_attempt, split, index, seed)


def _attempt(dice: Dice) -> Marked:
    molecule = Chem.MolFromSmiles("".join(written("MOLECULE", GRAMMAR, dice)))
    smiles = Chem.MolToSmiles(molecule)
    if split_of(smiles) != dice.split or not FEWEST_ATOMS <= molecule.GetNumAtoms() <= MOST_ATOMS:
        raise LayoutError(f"{smiles} is too small or too large, or belongs into another split")
    return Marked(*picture(smiles), smiles)


def split_of(smiles: str) -> str:
    return SPLITS[int(len(SPLITS) * share_of(smiles))]


def picture(smiles: str) -> tuple[np.ndarray, tuple[TextBox, ...]]:
    """=> uint8 pixels (128, 128, 3) and a tight box around each atom's label."""
    molecule, sheet, plan = Chem.MolFromSmiles(smiles), MolDraw2DCairo(SIDE, SIDE), MolDraw2DSVG(SIDE, SIDE)
    for same in (sheet, plan):
        PrepareAndDrawMolecule(same, molecule)
        same.FinishDrawing()
    pixels = np.array(Image.open(io.BytesIO(sheet.GetDrawingText())).convert("RGB"))
    ink, boxes = 255 - pixels.min(axis=2) > INK, []
    for atom, letters in outlines(plan.GetDrawingText()).items():
        text = text_of(molecule.GetAtomWithIdx(atom), letters, np.array(list(plan.GetDrawCoords(atom))[:2]))
        boxes.append(label_box(text, letters, ink))
    return pixels, tuple(boxes)


def outlines(svg: str) -> dict[int, np.ndarray]:
    """Per atom with a label: (letters, 4), the left, top, right and bottom of each letter in the order of reading."""
    found: dict[int, list[np.ndarray]] = {}
    for atom, outline in LETTER.findall(svg):
        points = np.reshape(re.findall(r"-?\d+\.?\d*", outline), (-1, 2)).astype(float)
        found.setdefault(int(atom), []).append(np.concatenate([points.min(0), points.max(0)]))
    return {atom: np.array(letters) for atom, letters in found.items()}


def text_of(atom: Any, letters: np.ndarray, place: np.ndarray) -> str:
    """NH2, or H2N where the bond leaves to the right: the element's letter stands where the atom is."""
    hydrogen = ("", "H", "H2", "H3")[atom.GetTotalNumHs()]
    begins_there = (letters[0, :2] <= place).all() and (place <= letters[0, 2:]).all()
    text = atom.GetSymbol() + hydrogen if begins_there or not hydrogen else hydrogen + atom.GetSymbol()
    text += {-1: "-", 0: "", 1: "+"}[atom.GetFormalCharge()]
    if len(text) != len(letters):
        raise LayoutError(f"{text} is drawn in {len(letters)} letters")
    return text


def label_box(text: str, letters: np.ndarray, ink: np.ndarray) -> TextBox:
    """The tight box around the ink of a label; LayoutError where its letters stand below one another."""
    if letters[:, 1].max() > letters[:, 3].min():
        raise LayoutError(f"{text} takes two lines")
    left, top = np.floor(letters.min(0)[:2]).astype(int)
    right, bottom = np.ceil(letters.max(0)[2:]).astype(int)
    return tight_box(text, ink, (left, top, right, bottom))
