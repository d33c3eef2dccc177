"""The words of miniatures: an open, invented vocabulary for training, real words held out for testing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

WordMaker = Callable[[np.random.Generator], str]

ONSETS = (
    *"bcdfghjklmnprstvwyz" * 2,
    *("bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "ph", "pl", "pr", "qu"),
    *("sc", "sh", "sk", "sl", "sm", "sn", "sp", "st", "sw", "th", "tr", "tw", "wh", "str", ""),
)
VOWELS = (*"aeiou" * 5, "y", "ai", "au", "ea", "ee", "ei", "ia", "ie", "io", "oa", "oi", "oo", "ou", "ue")
CODAS = (
    *[""] * 14,
    *"bcdfgklmnprstvxz" * 2,
    *("ck", "ct", "ff", "ft", "ld", "ll", "mp", "nd", "ng", "nk", "nt", "rd", "rk", "rm", "rn", "rt", "ss", "st", "th"),
)
SHORTEST, LONGEST = 2, 10

# Nouns and adjectives of textbooks on learning machines, 3 to 10 letters. None of them occurs in a caption's fixed
# wording, and `invent` never returns one: what a model reads on test figures it has never been shown.
_TEXTBOOK = """
arm bag bee bit cap cat cow cup dog ear egg elm eye fig fly fog fox gas gum hat hen ice ink jam jar jet key kid lab
leg lip log mud net nut oak oil owl pea pen pig rat ray rod sea sky sun tax toe van web wax area atom bank base bias
bird boat bond book byte cell clay coal coin copy corn cost dust edge fish food fuel game gate gene goal gold hand
head hill host ion iron item king lake lamp leaf lens list loop loss mass mean milk mode moon name noun oven page path
pool pump rain rank rate rice ring risk road rock role root rule salt sand seed self ship shop skin slot snow soil
song soup star stem task team term test text time town unit user verb vote wave wind wine wolf wood wool word yard
year zone agent alpha angle batch beach bound brain brick cache chain child clock cloud coast crown curve decay depth
digit drift earth epoch error event fiber field final flame fruit gamma glass grain grass heart horse house human
image input judge juice kappa label learn lemon level light limit linear logic match medal merge metal model motor
mouse music noise north novel ocean onion option orbit order ozone paint panel paper patch peach phase piano pilot
pixel plane plant plate power price prior probe proof pulse query queue radio range ratio reply river robot round
route scale scene scope score sense shape sheep shift sigma skill sleep slope small smoke solar sound south space
spark speed spine stack state steel stone storm stride sugar theta tiger token topic torch total tower trace train
trial truth tuple unity urban valid value vapor video virus vocal voice waste water wheel width world youth action
animal barrel basket binary bridge bronze bucket budget buffer button camera candle carbon castle center client
cluster column copper corner cotton credit critic damage degree demand desert domain dragon driver energy engine
entropy export family farmer filter finger flight flower forest format frozen future galaxy garden global guitar
hammer hidden honest income island jacket jungle kernel kidney ladder latent legend lesson letter liquid market medium
memory method metric mirror module moment monkey mother muscle narrow nature needle neuron normal number object office
online orange output oxygen parent pepper pencil people period planet pocket policy potato prefix profit public random
reason record recall regime region reward rocket sample school search season sector sensor server signal silver simple
single singer sister sketch source sphere spring stable statue stream street string summer sunset switch symbol system
target teacher temple tennis thread tomato travel tunnel update valley vector vision volume weight window winter
wisdom yellow absolute accuracy airplane algebra anchor archive attention average balance baseline battery bayesian
boundary boosting capacity capital category channel chemistry citizen climate codebook compass complex compute concept
constant context contrast control country coverage critical customer cutoff dataset daytime decision decoder density
derivative desktop dialogue dictionary digital dimension discount discrete distance document dropout dynamics economy
ecology education elastic election electron element elephant embedding encoder ensemble equation estimate evidence
exercise expected exponent external feature feedback fidelity finance football forecast formula fraction frequency
function gaussian generator geometry gradient grammar gravity hardware harmonic heuristic highway history holiday
horizon hospital hydrogen identity impulse industry inference infinite integral interval inverse keyboard kingdom
knowledge language laptop learner leopard library lighting location logistic machine magnetic manifold marginal
maximum measure mechanism medicine membrane minimum mixture mobility molecule momentum monitor mountain movement
multiple mushroom negative neutral nitrogen nonlinear notebook nuclear numeric optimal optimizer organic orthogonal
outlier overfit oxidation parallel parameter particle partition patience pattern penalty perceptron physics platform
polynomial pooling portrait position positive posterior potential precision predictor pressure primary printer process
product protein pyramid quality quantile quantum railway rainfall receiver recursion reference reflection regression
regular relation residual resource response retrieval robust rotation sampling satellite scalar schedule science
segment semantic sensitive sentence sentiment sequence session shadow silicon similarity singular skeleton software
solution solvent spectral spectrum standard station statistic stimulus strategy student subspace subset sunlight
support surface surrogate symmetry synapse synthetic taxonomy telescope template temporal tensor terminal textbook
texture theorem therapy threshold timeline topology traffic transfer transform translate triangle turbine umbrella
uniform universe utility validation variable variance velocity village viscosity voltage wavelet weather wildlife
workflow
"""
TEST_WORDS: tuple[str, ...] = tuple(_TEXTBOOK.split())
_HELD_OUT = frozenset(TEST_WORDS)
_RUDE = re.compile(
    "f[aou]+c?k|c[ou]+[nck]+t|c[ou]+c?ks?$|sh[aeiou]+t|d[iy]c?k|p[ie]+ss|t[iu]+ts?$|n[aie]+gg?[aer]|tw[ao]+t|wh?[oa]+r|slu+t"
)


def invent(rng: np.random.Generator) -> str:
    """A pronounceable lower-case word of 2 to 10 letters, neither a test word nor a rude one."""
    while True:
        word = "".join(_syllable(rng) for _ in range(1 + int(rng.choice(3, p=(0.35, 0.5, 0.15)))))
        if SHORTEST <= len(word) <= LONGEST and not is_held_out(word) and not _RUDE.search(word):
            return word


def _syllable(rng: np.random.Generator) -> str:
    parts = (ONSETS, VOWELS, CODAS)
    return "".join(part[int(rng.integers(len(part)))] for part in parts)


def recall(rng: np.random.Generator) -> str:
    """One of the test words."""
    return TEST_WORDS[int(rng.integers(len(TEST_WORDS)))]


def is_held_out(word: str) -> bool:
    """True for a test word in any case."""
    return word.casefold() in _HELD_OUT


def word_maker(split: str) -> WordMaker:
    """Where a split's words come from: test figures show real words, all others invented ones."""
    return recall if split == "test" else invent


def listed(names: Sequence[str]) -> str:
    """a => a; a, b, c => a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
