"""One or two English sentences about a face, made of CelebA's attributes. The same key always gets the same ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from figgen.data.record import share_of

Option = TypeVar("Option")

ATTRIBUTES = (
    *("5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs", "Big_Lips", "Big_Nose"),
    *("Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows", "Chubby", "Double_Chin", "Eyeglasses"),
    *("Goatee", "Gray_Hair", "Heavy_Makeup", "High_Cheekbones", "Male", "Mouth_Slightly_Open", "Mustache"),
    *("Narrow_Eyes", "No_Beard", "Oval_Face", "Pale_Skin", "Pointy_Nose", "Receding_Hairline", "Rosy_Cheeks"),
    *("Sideburns", "Smiling", "Straight_Hair", "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat", "Wearing_Lipstick"),
    *("Wearing_Necklace", "Wearing_Necktie", "Young"),
)  # in the order of list_attr_celeba.csv
HAIR_COLOURS = {"Black_Hair": "black", "Blond_Hair": "blond", "Brown_Hair": "brown", "Gray_Hair": "gray"}
HAIR_SHAPES = {"Straight_Hair": "straight", "Wavy_Hair": "wavy"}
HEADS = {"Bangs": "bangs", "Receding_Hairline": "a receding hairline", "Sideburns": "sideburns"}
BEARDS = {"Goatee": "a goatee", "Mustache": "a mustache", "5_o_Clock_Shadow": "a five o'clock shadow"}
WORN = {
    "Eyeglasses": "glasses",
    "Wearing_Hat": "a hat",
    "Wearing_Earrings": "earrings",
    "Wearing_Necklace": "a necklace",
    "Wearing_Necktie": "a necktie",
    "Wearing_Lipstick": "lipstick",
    "Heavy_Makeup": "heavy makeup",
}
FEATURES = {
    "Oval_Face": "an oval face",
    "Chubby": "a chubby face",
    "High_Cheekbones": "high cheekbones",
    "Rosy_Cheeks": "rosy cheeks",
    "Pale_Skin": "pale skin",
    "Double_Chin": "a double chin",
    "Narrow_Eyes": "narrow eyes",
    "Bags_Under_Eyes": "bags under the eyes",
    "Arched_Eyebrows": "arched eyebrows",
    "Bushy_Eyebrows": "bushy eyebrows",
    "Big_Nose": "a big nose",
    "Pointy_Nose": "a pointy nose",
    "Big_Lips": "full lips",
}
MOST_FEATURES = 3  # that one caption tells; which ones depends on the key


@dataclass(frozen=True)
class Words:
    """What there is to say about a face, in pieces that sentences are made of."""

    noun: str  # young woman
    pronoun: str  # she
    has: tuple[str, ...]  # wavy brown hair, bangs
    features: tuple[str, ...]  # rosy cheeks
    wears: tuple[str, ...]  # earrings, lipstick
    does: str  # smiling with the mouth slightly open
    picture: str  # portrait


def describe(shown: Collection[str], key: str) -> str:
    """The attributes that a face shows => a caption."""
    words = _words(shown, key)
    return _picked(SHAPES, f"shape of {key}")(words)


def _words(shown: Collection[str], key: str) -> Words:
    is_male = "Male" in shown
    noun = f"{'young' if 'Young' in shown else 'older'} {'man' if is_male else 'woman'}"
    has = (*_hair(shown), *_told(HEADS, shown), *(_beard(shown) if is_male else ()))
    features = sorted(_told(FEATURES, shown), key=lambda feature: share_of(f"{feature} of {key}"))[:MOST_FEATURES]
    photo = _picked(("portrait", "photo", "close-up"), f"picture of {key}")
    picture = f"blurry {photo}" if "Blurry" in shown else photo
    return Words(
        noun, "he" if is_male else "she", has, tuple(features), _told(WORN, shown), _expression(shown), picture
    )


def _told(names: dict[str, str], shown: Collection[str]) -> tuple[str, ...]:
    return tuple(words for name, words in names.items() if name in shown)


def _hair(shown: Collection[str]) -> tuple[str, ...]:
    """Shape and colour of the hair, where one of them is known."""
    if "Bald" in shown:
        return ("a bald head",)
    known = (*_told(HAIR_SHAPES, shown)[:1], *_told(HAIR_COLOURS, shown)[:1])
    return (" ".join((*known, "hair")),) if known else ()


def _beard(shown: Collection[str]) -> tuple[str, ...]:
    """What grows on the face; a beard is called so where it is neither a goatee nor a shadow."""
    kinds = _told(BEARDS, shown)
    is_plain = not {"No_Beard", "Goatee", "5_o_Clock_Shadow"} & set(shown)
    return (*kinds, "a beard") if is_plain else kinds


def _expression(shown: Collection[str]) -> str:
    is_open = "Mouth_Slightly_Open" in shown
    if "Smiling" in shown:
        return "smiling with the mouth slightly open" if is_open else "smiling"
    return "looking ahead with the mouth slightly open" if is_open else ""


# ---- Shapes of captions ----------------------------------------------------------------------------------------------


def _portrait(words: Words) -> str:
    """A portrait of a young woman with wavy brown hair and rosy cheeks, wearing earrings. She is smiling."""
    first = f"{_a(words.picture)} of {_a(words.noun)}{_with(words.has + words.features)}"
    return _sentences(first + (f", wearing {_and(words.wears)}" if words.wears else ""), _is_doing(words))


def _person(words: Words) -> str:
    """A young woman smiling, with wavy brown hair. She has rosy cheeks and wears earrings."""
    doing = f" {words.does}," if words.does else ""
    first = f"{_a(words.noun)}{doing}{_with(words.has)}".rstrip(",")
    return _sentences(_seen(words, first), _verbs(words, ("has", words.features), ("wears", words.wears)))


def _this(words: Words) -> str:
    """This young woman has wavy brown hair and rosy cheeks. She wears earrings and is smiling."""
    own = words.has + words.features
    if not own or words.picture.startswith("blurry"):
        return _portrait(words)
    said = [part for part in (f"wears {_and(words.wears)}" if words.wears else "", _doing(words)) if part]
    return _sentences(f"this {words.noun} has {_and(own)}", f"{words.pronoun} {_and(said)}" if said else "")


def _wearer(words: Words) -> str:
    """A young woman in earrings, smiling. She has wavy brown hair and rosy cheeks."""
    worn = f" wearing {_and(words.wears)}" if words.wears else ""
    doing = f"{', ' if worn else ' '}{words.does}" if words.does else ""
    first = _seen(words, f"{_a(words.noun)}{worn}{doing}")
    return _sentences(first, _verbs(words, ("has", words.has + words.features)))


SHAPES: tuple[Callable[[Words], str], ...] = (_portrait, _person, _this, _wearer)


def _seen(words: Words, said: str) -> str:
    """A woman => a blurry photo of a woman, where it is one."""
    return f"{_a(words.picture)} of {said}" if words.picture.startswith("blurry") else said


def _doing(words: Words) -> str:
    return f"is {words.does}" if words.does else ""


def _is_doing(words: Words) -> str:
    return f"{words.pronoun} {_doing(words)}" if words.does else ""


def _verbs(words: Words, *said: tuple[str, Sequence[str]]) -> str:
    """she has ... and wears ...; nothing where there is nothing to say."""
    parts = [f"{verb} {_and(things)}" for verb, things in said if things]
    return f"{words.pronoun} {' and '.join(parts)}" if parts else ""


def _with(things: Sequence[str]) -> str:
    return f" with {_and(things)}" if things else ""


def _and(things: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _sentences(*said: str) -> str:
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in said if sentence)


def _picked(options: Sequence[Option], key: str) -> Option:
    return options[int(share_of(key) * len(options))]
