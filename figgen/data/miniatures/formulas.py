"""Formulas as papers on physics write them, in the normalised LaTeX of im2latex-100k.

Formula i of a split depends on (seed, split, i) and on nothing else. Every formula holds a word or a name; those of
test formulas are real words, all others invented ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

import numpy as np

from figgen.data.miniatures.base import LayoutError
from figgen.data.miniatures.typesetting import typeset
from figgen.data.words import WordMaker, word_maker
from figgen.ocr.boxes import TextBox

T = TypeVar("T")

SIZE = (64, 320)  # height, width
LONGEST_WORD = 8
FEWEST_LETTERS = 3  # of the longest word in a formula
ATTEMPTS = 200

LATIN = tuple("abcdfghkmnpqrstuvxyz")
CAPITAL = tuple("ABCDEFGHKLMNPQRSTUVWXZ")
_GREEK = """
alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega
Gamma Delta Lambda Phi Psi Omega
"""
GREEK = tuple(rf"\{name}" for name in _GREEK.split())
PAIRS = (r"\mu \nu", "i j", "k l m", r"a \mu", "m n", r"\alpha \beta", "i j k", r"n , \lambda")
SCRIPT = tuple(rf"{{ \cal {letter} }}" for letter in "ABDFGHLMNOPRSZ")
ACCENTS = ("bar", "tilde", "hat", "dot", "vec", "overline")
FUNCTIONS = (r"\sin", r"\cos", r"\tan", r"\sinh", r"\cosh", r"\tanh", r"\exp", r"\log", r"\ln", r"\det", r"\dim")
RELATIONS = ("=", "=", "=", "=", "=", r"\equiv", r"\simeq", r"\leq", r"\geq", "<", ">", r"\neq", r"\sim", r"\propto")
POWERS = ("2", "2", "3", r"\prime", r"\dagger", "*")
BRACKETS = (("(", ")"), ("(", ")"), ("[", "]"), (r"\{", r"\}"))
SUMS = (r"\sum", r"\sum", r"\prod")
NAMES = (r"\mathrm", r"\operatorname")
INTEGRAL, INFINITY, THIN, GAP = r"\int", r"\infty", r"\,", r"\;"
JOINS = ("+", "-", "+", "-", r"\otimes", r"\pm")
PRODUCTS = ("", "", "", r"\cdot", r"\,", r"\times")
LINKS = ("for", "with", "if", "where", "and", "when")  # words of the wording itself, held out by no split
ENDS = (".", ",", "", "", r"\, ,", r"\, .", ";")


@dataclass(frozen=True)
class Formula:
    """A picture, its words, and the LaTeX that it was set from."""

    pixels: np.ndarray  # uint8 (64, 320, 3)
    boxes: tuple[TextBox, ...]
    latex: str


def draw(split: str, index: int, seed: int = 0) -> Formula:
    """Formula `index` of a split. One that is too large or holds no word is written anew, always the same way."""
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, crc32(split.encode()), index, attempt])
        latex = " ".join(Author(rng, word_maker(split)).equation().split())
        try:
            pixels, boxes = typeset(latex, *SIZE)
        except LayoutError:
            continue
        if any(len(box.text) >= FEWEST_LETTERS and box.text.isalpha() for box in boxes):
            return Formula(pixels, boxes, latex)
    raise RuntimeError(f"formula {index} of {split} (seed {seed}) did not fit in {ATTEMPTS} attempts")


def command(name: str, *arguments: str) -> str:
    """frac, a, b => \\frac { a } { b }."""
    return " ".join([f"\\{name}", *(f"{{ {argument} }}" for argument in arguments)])


def scripted(base: str, below: str = "", above: str = "") -> str:
    """A base with what stands below and above it, where something does."""
    return " ".join([base] + [f"_ {{ {below} }}"] * bool(below) + [f"^ {{ {above} }}"] * bool(above))


def beside(left: str, right: str, sign: str = "") -> str:
    """Two factors with the sign between them; a name keeps its distance."""
    return f"{left} {sign or GAP * (left.startswith(NAMES) or right.startswith(NAMES))} {right}"


@dataclass
class Author:
    """Writes one formula, top down. Every method gives LaTeX tokens apart from one another."""

    rng: np.random.Generator
    make_word: WordMaker

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.rng.integers(len(options)))]

    def word(self) -> str:
        """A word in letters: l o s s."""
        while True:
            word = self.make_word(self.rng)
            if len(word) <= LONGEST_WORD:
                return " ".join(word)

    def number(self, most: int = 99) -> str:
        return " ".join(str(self.rng.integers(1, most + 1)))

    def letter(self) -> str:
        """A quantity without indices."""
        letter = self.pick(self.pick((LATIN, LATIN, GREEK, GREEK, CAPITAL, CAPITAL, SCRIPT)))
        return command(self.pick(ACCENTS), letter) if self.chance(0.12) else letter

    def name(self) -> str:
        return command("mathrm", self.word())

    def operator(self) -> str:
        return command("operatorname", self.word())

    def index(self) -> str:
        """What stands below a quantity."""
        pools = (LATIN, LATIN, GREEK, PAIRS, [self.number(20)], [self.name()])
        return self.pick(self.pick(pools))

    def power(self) -> str:
        """What stands above a quantity."""
        return self.pick((*POWERS, self.number(12), f"- {self.number(9)}", self.pick(LATIN)))

    def quantity(self) -> str:
        """A letter or a name, often with indices."""
        return scripted(
            self.letter(), self.index() if self.chance(0.42) else "", self.power() if self.chance(0.3) else ""
        )

    def function(self) -> str:
        """A function of something: a known one, or one with a name of its own."""
        name = self.pick(FUNCTIONS) if self.chance(0.35) else f"{self.operator()} {GAP}"
        opening, closing = self.pick(BRACKETS)
        return f"{name} {opening} {self.quantity()} {closing}" if self.chance(0.5) else f"{name} {self.letter()}"

    def big(self, depth: int) -> str:
        """A sum, a product or an integral over something."""
        letter, what = self.pick(LATIN), self.product(depth - 1)
        if self.chance(0.35):
            return f"{scripted(INTEGRAL, '0', self.pick((INFINITY, '1', self.letter())))} d {letter} {THIN} {what}"
        start, end = f"{letter} = {self.pick(('0', '1'))}", self.pick((INFINITY, self.number(), self.pick(CAPITAL)))
        return f"{scripted(self.pick(SUMS), start, end)} {THIN} {what}"

    def factor(self, depth: int) -> str:
        simple = [self.quantity, self.quantity, self.quantity, self.function, self.name]
        nested = [self.fraction, self.root, self.wide_brackets]
        choice = int(self.rng.integers(len(simple) + len(nested) * (depth > 0)))
        return simple[choice]() if choice < len(simple) else nested[choice - len(simple)](depth - 1)

    def fraction(self, depth: int) -> str:
        return command("frac", self.sum(depth, 2), self.product(depth))

    def root(self, depth: int) -> str:
        return command("sqrt", self.sum(depth, 2))

    def wide_brackets(self, depth: int) -> str:
        return rf"\left( {self.sum(depth, 2)} \right)"

    def product(self, depth: int) -> str:
        """One or two factors, sometimes behind a number; or a number alone."""
        if self.chance(0.08):
            return self.number(999)
        product = self.factor(depth)
        if self.chance(0.5):
            product = beside(product, self.factor(depth), self.pick(PRODUCTS))
        return beside(self.number(), product) if self.chance(0.15) else product

    def sum(self, depth: int, most: int) -> str:
        terms = [self.product(depth) for _ in range(int(self.rng.integers(1, most + 1)))]
        return "- " * self.chance(0.1) + f" {self.pick(JOINS)} ".join(terms)

    def side(self) -> str:
        """What stands on the right of a relation."""
        return self.big(2) if self.chance(0.22) else self.sum(2, 3)

    def equation(self) -> str:
        kinds = (self.plain, self.plain, self.definition, self.derivative, self.commutator, self.conditional)
        return f"{self.pick(kinds)()} {self.pick(ENDS)}"

    def plain(self) -> str:
        return f"{self.quantity()} {self.pick(RELATIONS)} {self.side()}"

    def definition(self) -> str:
        """A named function of a letter."""
        name = self.name() if self.chance(0.5) else self.operator()
        return f"{name} {GAP} ( {self.letter()} ) {self.pick(RELATIONS)} {self.side()}"

    def derivative(self) -> str:
        sign = self.pick(("d", r"\partial"))
        return f"{command('frac', f'{sign} {self.letter()}', f'{sign} {self.pick(LATIN)}')} = {self.side()}"

    def commutator(self) -> str:
        return f"[ {self.quantity()} , {self.quantity()} ] = i {THIN} {self.sum(1, 2)}"

    def conditional(self) -> str:
        """A relation that holds under a condition."""
        link = command("mathrm", f"~ {' '.join(self.pick(LINKS))} ~")
        condition = f"{self.quantity()} {self.pick(RELATIONS)} {self.pick((self.number(999), self.quantity()))}"
        return rf"{self.quantity()} = {self.sum(1, 2)} \quad {link} \quad {condition}"
