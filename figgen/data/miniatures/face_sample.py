"""Faces about as mixed as those of CelebA, with rare traits made less rare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from figgen.data.miniatures.brush import Colour, mixed
from figgen.data.miniatures.face_traits import Face

Option = TypeVar("Option")
Traits = dict[str, Any]

SKINS: tuple[Colour, ...] = (
    *((247, 208, 178), (240, 193, 158), (228, 178, 138), (208, 152, 110)),
    *((178, 122, 84), (146, 96, 64), (112, 72, 50), (88, 56, 40)),
)
DARK_SKINS = SKINS[4:]
PALE_SKIN: Colour = (252, 229, 216)
HAIRS: dict[str, tuple[Colour, ...]] = {
    "black": ((30, 26, 27), (38, 32, 34), (24, 24, 32)),
    "brown": ((86, 56, 36), (110, 72, 44), (70, 44, 30), (128, 88, 56)),
    "blond": ((226, 190, 118), (206, 166, 96), (238, 210, 150)),
    "gray": ((168, 168, 170), (192, 192, 194), (140, 140, 144)),
    "red": ((150, 66, 32), (172, 84, 40)),  # CelebA has no word for it
}
DARK_IRISES: tuple[Colour, ...] = ((84, 54, 34), (62, 42, 30), (110, 84, 48))
IRISES: tuple[Colour, ...] = (*DARK_IRISES, (88, 110, 66), (70, 110, 150), (96, 130, 150))
LIPSTICKS: tuple[Colour, ...] = ((190, 38, 56), (204, 62, 88), (160, 32, 62), (214, 96, 96), (136, 36, 66))
FABRICS: tuple[Colour, ...] = (
    *((44, 58, 92), (150, 42, 54), (38, 40, 46), (226, 222, 214), (70, 110, 96), (214, 168, 78), (112, 74, 122)),
    *((92, 138, 180), (206, 118, 106), (58, 74, 62), (176, 180, 188), (235, 196, 192)),
)
GROUNDS: tuple[Colour, ...] = (
    *((206, 214, 220), (168, 186, 198), (226, 216, 202), (96, 108, 124), (60, 64, 78), (188, 164, 148)),
    *((140, 166, 150), (222, 196, 184), (150, 140, 170), (40, 46, 60), (236, 232, 226), (120, 150, 178)),
)
LONG_STYLES = ("parted", "centre", "bangs", "bob", "bun", "tail")
SHORT_STYLES = ("short", "side", "quiff", "fringe")


@dataclass
class Dice:
    """Choices that depend on one random generator."""

    rng: np.random.Generator

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def one_of(self, options: Sequence[Option]) -> Option:
        return options[int(self.rng.integers(len(options)))]


def sample(rng: np.random.Generator) -> Face:
    """One face."""
    dice = Dice(rng)
    is_male, is_young, is_pale = dice.chance(0.45), dice.chance(0.7), dice.chance(0.12)
    skin = PALE_SKIN if is_pale else dice.one_of(SKINS)
    worn = _worn(dice, is_male)
    return Face(
        is_male=is_male,
        is_young=is_young,
        skin=skin,
        is_pale=is_pale,
        **_head(dice, is_male),
        **_features(dice, is_male, is_young, skin in DARK_SKINS),
        **_hair(dice, is_male, is_young, skin in DARK_SKINS, worn["hat"] != "none"),
        **worn,
        **_photo(dice),
    )


def _head(dice: Dice, is_male: bool) -> Traits:
    shape = dice.one_of(("plain", "plain", "plain", "oval", "oval", "chubby"))
    return {
        "width": dice.between(0.95, 1.04),
        "jaw": dice.between(0.5, 1.0) if is_male else dice.between(0.0, 0.4),
        "is_oval": shape == "oval",
        "is_chubby": shape == "chubby",
        "has_double_chin": shape == "chubby" and dice.chance(0.6),
        "has_cheekbones": shape != "chubby" and dice.chance(0.3),
        "has_rosy_cheeks": dice.chance(0.1 if is_male else 0.25),
    }


def _features(dice: Dice, is_male: bool, is_young: bool, is_dark: bool) -> Traits:
    brows = dice.one_of(("plain", "plain", "bushy")) if is_male else dice.one_of(("plain", "plain", "arched", "arched"))
    has_makeup = not is_male and dice.chance(0.35)
    return {
        "iris": dice.one_of(DARK_IRISES if is_dark else IRISES),
        "has_narrow_eyes": dice.chance(0.14),
        "has_bags": dice.chance(0.12 if is_young else 0.6),
        "has_arched_brows": brows == "arched",
        "has_bushy_brows": brows == "bushy",
        "nose": dice.one_of(("plain", "plain", "plain", "big", "pointy")),
        "has_big_lips": dice.chance(0.2),
        "is_smiling": dice.chance(0.5),
        "is_mouth_open": dice.chance(0.45),
        "lipstick": dice.one_of(LIPSTICKS) if not is_male and (has_makeup or dice.chance(0.4)) else None,
        "has_makeup": has_makeup,
    }


def _hair(dice: Dice, is_male: bool, is_young: bool, is_dark: bool, has_hat: bool) -> Traits:
    names = ("black", "black", "brown") if is_dark else ("black", "brown", "brown", "blond", "blond", "red")
    name = dice.one_of(names if is_young else (*names, *("gray",) * 8))
    is_bald = is_male and not has_hat and dice.chance(0.1 if is_young else 0.25)
    style = "bald" if is_bald else dice.one_of(SHORT_STYLES if is_male else LONG_STYLES)
    shape = dice.one_of(("straight", "wavy", "plain")) if style not in ("bald", "bun", "tail") else "plain"
    can_recede = is_male and not has_hat and style in ("short", "quiff", "side")
    beards = ("none", "none", "none", "none", "shadow", "mustache", "goatee", "full")
    return {
        "hair_name": name,
        "hair": dice.one_of(HAIRS[name]),
        "style": style,
        "is_wavy": shape == "wavy",
        "is_straight": shape == "straight",
        "is_receding": can_recede and dice.chance(0.15 if is_young else 0.5),
        "has_sideburns": is_male and not is_bald and dice.chance(0.25),
        "beard": dice.one_of(beards) if is_male else "none",
    }


def _worn(dice: Dice, is_male: bool) -> Traits:
    has_tie = is_male and dice.chance(0.3)
    necklines = ("suit", "shirt") if has_tie else ("round", "v", "shirt") if is_male else ("round", "v", "strap")
    has_hat = dice.chance(0.12)
    return {
        "glasses": dice.one_of(("round", "square", "half")) if dice.chance(0.16) else "none",
        "hat": dice.one_of(("cap", "beanie", "brim")) if has_hat else "none",
        "hat_colour": dice.one_of(FABRICS),
        "earrings": dice.one_of(("drops", "hoops", "studs")) if not is_male and dice.chance(0.4) else "none",
        "necklace": dice.one_of(("pearls", "chain")) if not is_male and dice.chance(0.35) else "none",
        "has_tie": has_tie,
        "tie_colour": dice.one_of(FABRICS),
        "cloth": dice.one_of(FABRICS),
        "neckline": dice.one_of(necklines),
    }


def _photo(dice: Dice) -> Traits:
    first = dice.one_of(GROUNDS)
    second = mixed(first, dice.one_of(GROUNDS), 0.5)
    return {
        "grounds": (first, second),
        "ground_kind": dice.one_of(("plain", "plain", "lights", "lights", "split")),
        "tilt": dice.between(-7, 7),
        "size": dice.between(0.95, 1.05),
        "light": dice.one_of((-1.0, 1.0)) * dice.between(0.5, 1.0),
        "is_blurry": dice.chance(0.06),
    }
