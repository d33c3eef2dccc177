"""Small organic molecules as RDKit draws them, 128 x 128, with the SMILES that they are written as.

Molecule i of a split depends on (seed, split, i) and on nothing else. No molecule occurs in two splits. The labels of
atoms (OH, NH2, Cl) are the words: RDKit draws every letter as an outline of its own, so their places are exact.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

import numpy as np
from matplotlib.path import Path

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.canvas import INK
from figgen.data.record import share_of
from figgen.ocr.boxes import TextBox

if TYPE_CHECKING:
    from rdkit.Chem import Mol

T = TypeVar("T")

SIDE = 128  # pixels
FEWEST_ATOMS, MOST_ATOMS = 5, 24  # without hydrogen
SHARES = (("test", 0.25), ("val", 0.4), ("train", 1.0))  # a molecule's share says which split it may stand in
ATTEMPTS = 500

# Each is written from the atom on that binds it to what is there already.
RINGS = tuple(
    """
    c1ccccc1 c1ccccc1 c1ccccc1 c1ccncc1 c1cncnc1 c1ccsc1 c1ccoc1 c1cc[nH]c1 c1c[nH]cn1 c1ccc2ccccc2c1 c1ccc2[nH]ccc2c1
    C1CCCCC1 C1CCNCC1 C1COCCN1 C1CCOC1 C1CCCC1 C1CC1 C1CNCCN1 C1CC(=O)NC1 c1ccc2OCOc2c1 c1ccc2ncccc2c1
    """.split()  # noqa: SIM905 - twenty strings in quotes read worse
)
PARTS = tuple(
    """
    C C CC CCC C(C)C C(C)(C)C O O N N F Cl Cl Br I OC OCC N(C)C C(=O)O C(=O)N C(=O)OC C(C)=O C#N [N+](=O)[O-] S SC C=C
    S(=O)(=O)N S(C)(=O)=O C(F)(F)F CO CCO CN CC(=O)O CC(N)C(=O)O C=O NC(C)=O OC(C)=O C#C C/C=C/C(=O)O NC(N)=O OP(=O)(O)O
    """.split()  # noqa: SIM905
)
LETTER = re.compile(r"<path\s+class='atom-(\d+)' d='([^']*)'")
CODES = {"M": (Path.MOVETO,), "L": (Path.LINETO,), "Q": (Path.CURVE3, Path.CURVE3)}
H = "MLLLLLLLLLLLL"  # the strokes of its outline; no element that is drawn here begins with the same


@dataclass(frozen=True)
class Molecule:
    """A picture, the labels of its atoms, and its SMILES."""

    pixels: np.ndarray  # uint8 (128, 128, 3)
    boxes: tuple[TextBox, ...]
    smiles: str


@dataclass(frozen=True)
class Letter:
    """One character of a label: the upright rectangle around its outline, y downwards."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def draw(split: str, index: int, seed: int = 0) -> Molecule:
    """Molecule `index` of a split. One that belongs into another split, or does not fit, is built anew."""
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, crc32(split.encode()), index, attempt])
        smiles = invent(rng)
        if split_of(smiles) != split:
            continue
        try:
            return Molecule(*picture(smiles), smiles)
        except LayoutError:
            continue
    raise RuntimeError(f"molecule {index} of {split} (seed {seed}) was not found in {ATTEMPTS} attempts")


def split_of(smiles: str) -> str:
    return next(split for split, end in SHARES if share_of(smiles) < end)


# -- building


def invent(rng: np.random.Generator) -> str:
    """The canonical SMILES of some rings and chains, with groups on their free atoms."""
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(_pick(rng, RINGS if rng.random() < 0.8 else PARTS))
    for _ in range(int(rng.integers(1, 5))):
        molecule = joined(molecule, Chem.MolFromSmiles(_pick(rng, RINGS if rng.random() < 0.15 else PARTS)), rng)
    if not FEWEST_ATOMS <= molecule.GetNumAtoms() <= MOST_ATOMS:
        return invent(rng)
    return Chem.MolToSmiles(molecule)


def joined(first: Mol, second: Mol, rng: np.random.Generator) -> Mol:
    """Two molecules with a bond from a free atom of the first, if it has one, to the first atom of the second."""
    from rdkit import Chem

    hubs = "CNO" if second.GetAtomWithIdx(0).GetSymbol() == "C" else "C"
    free = [atom.GetIdx() for atom in first.GetAtoms() if atom.GetNumImplicitHs() and atom.GetSymbol() in hubs]
    if not free:
        return first
    whole = Chem.RWMol(Chem.CombineMols(first, second))
    whole.AddBond(_pick(rng, free), first.GetNumAtoms(), Chem.BondType.SINGLE)
    Chem.SanitizeMol(whole)
    return whole.GetMol()


def _pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    return options[int(rng.integers(len(options)))]


# -- drawing


def picture(smiles: str) -> tuple[np.ndarray, tuple[TextBox, ...]]:
    """=> uint8 pixels (128, 128, 3) and a tight box per line of each atom's label."""
    from PIL import Image
    from rdkit import Chem
    from rdkit.Chem.Draw.rdMolDraw2D import MolDraw2DCairo, MolDraw2DSVG

    molecule = Chem.MolFromSmiles(smiles)
    pixels = np.array(Image.open(io.BytesIO(_drawn(MolDraw2DCairo, molecule))).convert("RGB"))
    outlines: dict[int, list[str]] = {}
    for atom, outline in LETTER.findall(_drawn(MolDraw2DSVG, molecule)):
        outlines.setdefault(int(atom), []).append(outline)
    labels = [letters_of(molecule.GetAtomWithIdx(atom), of_atom) for atom, of_atom in outlines.items()]
    return pixels, tuple(_box(line, pixels) for label in labels for line in lines_of(label))


def _drawn(kind: Any, molecule: Mol) -> Any:
    """PNG bytes or SVG text, of the same drawing in the same pixels."""
    from rdkit.Chem.Draw.rdMolDraw2D import PrepareAndDrawMolecule

    sheet = kind(SIDE, SIDE)
    PrepareAndDrawMolecule(sheet, molecule)
    sheet.FinishDrawing()
    return sheet.GetDrawingText()


def letters_of(atom: Any, outlines: Sequence[str]) -> list[Letter]:
    """An atom's label in the order in which it was drawn: NH2, or H2N where the bond leaves to the right."""
    strokes = re.sub("[^MLQ]", "", outlines[0])
    hydrogen = {0: "", 1: "H"}.get(atom.GetTotalNumHs(), f"H{atom.GetTotalNumHs()}")
    charge = {-1: "-", 0: "", 1: "+"}[atom.GetFormalCharge()]
    is_turned = hydrogen and strokes == H
    text = (hydrogen + atom.GetSymbol() if is_turned else atom.GetSymbol() + hydrogen) + charge
    if len(text) != len(outlines):
        raise LayoutError(f"{text} is drawn in {len(outlines)} outlines")
    return [_letter(character, outline) for character, outline in zip(text, outlines, strict=True)]


def _letter(character: str, outline: str) -> Letter:
    """The extents of an outline of moves, lines and quadratic curves."""
    steps = re.findall(r"([MLQ])([^MLQ]*)", outline)
    codes = [code for name, _ in steps for code in CODES[name]]
    numbers = [float(number) for _, values in steps for number in re.findall(r"-?\d+\.?\d*", values)]
    extents = Path(np.reshape(numbers, (-1, 2)), codes).get_extents()
    return Letter(character, extents.x0, extents.y0, extents.x1, extents.y1)


def lines_of(label: Sequence[Letter]) -> list[list[Letter]]:
    """A label's letters by line: the H of NH may stand below the N."""
    numbers, number = [], 0
    for before, letter in zip([label[0], *label], label, strict=False):
        number += letter.top > before.bottom or letter.bottom < before.top
        numbers.append(number)
    return [[label[i] for i in group] for _, group in groupby(range(len(label)), key=lambda i: numbers[i])]


def _box(line: Sequence[Letter], pixels: np.ndarray) -> TextBox:
    """The tight box around the ink of a line."""
    left, top = (
        math.floor(min(values)) for values in zip(*((letter.left, letter.top) for letter in line), strict=True)
    )
    right, bottom = (math.ceil(max(v)) for v in zip(*((letter.right, letter.bottom) for letter in line), strict=True))
    ink = 255 - pixels[top:bottom, left:right].min(axis=2) > INK
    rows, columns = np.nonzero(ink)
    if not len(rows):
        raise LayoutError("a label cannot be seen")
    text = "".join(letter.text for letter in line)
    width, height = float(np.ptp(columns)) + 1, float(np.ptp(rows)) + 1
    return TextBox.from_ltwh(float(left + columns.min()), float(top + rows.min()), width, height, text)
