"""One or two English sentences about a face, made of CelebA's attributes. The same key always gets the same ones."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from figgen.data.record import picked, share_of
from figgen.data.words import listed

ATTRIBUTES = (
    *("5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs", "Big_Lips", "Big_Nose"),
    *("Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows", "Chubby", "Double_Chin", "Eyeglasses"),
    *("Goatee", "Gray_Hair", "Heavy_Makeup", "High_Cheekbones", "Male", "Mouth_Slightly_Open", "Mustache"),
    *("Narrow_Eyes", "No_Beard", "Oval_Face", "Pale_Skin", "Pointy_Nose", "Receding_Hairline", "Rosy_Cheeks"),
    *("Sideburns", "Smiling", "Straight_Hair", "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat", "Wearing_Lipstick"),
    *("Wearing_Necklace", "Wearing_Necktie", "Young"),
)  # in the order of list_attr_celeba.csv


def _table(told: str) -> dict[str, str]:
    """Attribute: words, ... => the words of each attribute."""
    return dict(pair.split(": ") for pair in told.split(", "))


HAIR_COLOURS = _table("Black_Hair: black, Blond_Hair: blond, Brown_Hair: brown, Gray_Hair: gray")
HAIR_SHAPES = _table("Straight_Hair: straight, Wavy_Hair: wavy")
HEADS = _table("Bangs: bangs, Receding_Hairline: a receding hairline, Sideburns: sideburns")
BEARDS = _table("Goatee: a goatee, Mustache: a mustache, 5_o_Clock_Shadow: a five o'clock shadow")
WORN = _table(
    "Eyeglasses: glasses, Wearing_Hat: a hat, Wearing_Earrings: earrings, Wearing_Necklace: a necklace, "
    "Wearing_Necktie: a necktie, Wearing_Lipstick: lipstick, Heavy_Makeup: heavy makeup"
)
FEATURES = _table(
    "Oval_Face: an oval face, Chubby: a chubby face, High_Cheekbones: high cheekbones, Rosy_Cheeks: rosy cheeks, "
    "Pale_Skin: pale skin, Double_Chin: a double chin, Narrow_Eyes: narrow eyes, Bags_Under_Eyes: bags under the eyes, "
    "Arched_Eyebrows: arched eyebrows, Bushy_Eyebrows: bushy eyebrows, Big_Nose: a big nose, "
    "Pointy_Nose: a pointy nose, Big_Lips: full lips"
)
MOST_FEATURES = 3  # that one caption tells; which ones depends on the key


@dataclass(frozen=True)
class Words:
    """What there is to say about a face, in pieces that sentences are made of; "" where there is nothing."""

    noun: str  # young woman
    pronoun: str  # she
    has: tuple[str, ...]  # wavy brown hair, bangs
    features: tuple[str, ...]  # rosy cheeks
    wears: str  # earrings and lipstick
    does: str  # smiling with the mouth slightly open
    picture: str  # a portrait of
    blurry: str  # a blurry portrait of, where it is one


def describe(shown: Collection[str], key: str) -> str:
    """The attributes that a face shows => a caption."""
    first, second = picked(SHAPES, f"shape of {key}")(_words(shown, key))
    return " ".join(f"{said[0].upper()}{said[1:]}." for said in (first, second) if said)


def _words(shown: Collection[str], key: str) -> Words:
    is_male, is_blurry = "Male" in shown, "Blurry" in shown
    features = sorted(_told(FEATURES, shown), key=lambda feature: share_of(f"{feature} of {key}"))
    photo = picked(("portrait", "photo", "close-up"), f"picture of {key}")
    mouth = "with the mouth slightly open" if "Mouth_Slightly_Open" in shown else ""
    face = "smiling" if "Smiling" in shown else "looking ahead" if mouth else ""
    return Words(
        noun=f"{'young' if 'Young' in shown else 'older'} {'man' if is_male else 'woman'}",
        pronoun="he" if is_male else "she",
        has=(*_hair(shown), *_told(HEADS, shown), *(_beard(shown) if is_male else ())),
        features=tuple(features[:MOST_FEATURES]),
        wears=listed(_told(WORN, shown)),
        does=f"{face} {mouth}".strip(),
        picture=f"a blurry {photo} of " if is_blurry else f"a {photo} of ",
        blurry=f"a blurry {photo} of " if is_blurry else "",
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
    is_plain = not {"No_Beard", "Goatee", "5_o_Clock_Shadow"} & set(shown)
    return (*_told(BEARDS, shown), *(("a beard",) if is_plain else ()))


# ---- Shapes of captions: a first sentence, and a second one or "" ---------------------------------------------------


def _portrait(words: Words) -> tuple[str, str]:
    """A portrait of a young woman with wavy brown hair and rosy cheeks, wearing earrings. She is smiling."""
    look, worn = _if(" with ", listed(words.has + words.features)), _if(", wearing ", words.wears)
    first = f"{words.picture}{_a(words.noun)}{look}{worn}"
    return first, _if(f"{words.pronoun} is ", words.does)


def _person(words: Words) -> tuple[str, str]:
    """A young woman smiling, with wavy brown hair. She has rosy cheeks and wears earrings."""
    has = _if(" with ", listed(words.has))
    first = f"{words.blurry}{_a(words.noun)}{_if(' ', words.does)}{',' if words.does and has else ''}{has}"
    said = [_if("has ", listed(words.features)), _if("wears ", words.wears)]
    return first, _if(f"{words.pronoun} ", " and ".join(filter(None, said)))


def _this(words: Words) -> tuple[str, str]:
    """This young woman has wavy brown hair and rosy cheeks. She wears earrings and is smiling."""
    if words.blurry or not words.has + words.features:
        return _portrait(words)
    said = [_if("wears ", words.wears), _if("is ", words.does)]
    return f"this {words.noun} has {listed(words.has + words.features)}", _if(
        f"{words.pronoun} ", listed(list(filter(None, said)))
    )


def _wearer(words: Words) -> tuple[str, str]:
    """A young woman wearing earrings, smiling. She has wavy brown hair and rosy cheeks."""
    worn = _if(" wearing ", words.wears)
    first = f"{words.blurry}{_a(words.noun)}{worn}{_if(', ' if worn else ' ', words.does)}"
    return first, _if(f"{words.pronoun} has ", listed(words.has + words.features))


SHAPES: tuple[Callable[[Words], tuple[str, str]], ...] = (_portrait, _person, _this, _wearer)


def _if(before: str, said: str) -> str:
    """The two together; nothing where there is nothing to say."""
    return before + said if said else ""


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
