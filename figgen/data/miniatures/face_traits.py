"""Everything about a face that a drawing can show, and what CelebA's attributes say of it."""

from __future__ import annotations

from dataclasses import dataclass

from figgen.data.miniatures.brush import Colour


@dataclass(frozen=True)
class Face:
    """Sizes are in shares of the usual one."""

    is_male: bool
    is_young: bool
    skin: Colour
    is_pale: bool
    # the head
    width: float
    jaw: float  # 0 narrow, 1 broad
    is_oval: bool
    is_chubby: bool
    has_double_chin: bool
    has_cheekbones: bool
    has_rosy_cheeks: bool
    # eyes, nose and mouth
    iris: Colour
    has_narrow_eyes: bool
    has_bags: bool
    has_arched_brows: bool
    has_bushy_brows: bool
    nose: str  # plain, big or pointy
    has_big_lips: bool
    is_smiling: bool
    is_mouth_open: bool
    lipstick: Colour | None
    has_makeup: bool
    # hair
    hair_name: str  # black, brown, blond, gray or red
    hair: Colour
    style: str  # bald, or one of face_hair.HAIRLINES
    is_wavy: bool
    is_straight: bool
    is_receding: bool
    has_sideburns: bool
    beard: str  # none, shadow, mustache, goatee, full
    # what is worn
    glasses: str  # none, round, square or half
    hat: str  # none, cap, beanie or brim
    hat_colour: Colour
    earrings: str  # none, drops, hoops or studs
    necklace: str  # none, pearls or chain
    has_tie: bool
    tie_colour: Colour
    cloth: Colour
    neckline: str  # round, v, shirt, suit or strap
    # the photo
    grounds: tuple[Colour, Colour]
    ground_kind: str  # plain, lights or split
    tilt: float  # degrees
    size: float
    light: float  # -1 from the left, 1 from the right
    is_blurry: bool

    @property
    def is_bald(self) -> bool:
        return self.style == "bald"

    @property
    def has_bangs(self) -> bool:
        return self.style in ("bangs", "fringe") and self.hat == "none"


def attributes(face: Face) -> dict[str, bool]:
    """What is seen of a face in CelebA's words. Attractive is never said: that is not to be seen."""
    sees_hair = not face.is_bald
    return {
        "5_o_Clock_Shadow": face.beard == "shadow",
        "Arched_Eyebrows": face.has_arched_brows,
        "Attractive": False,
        "Bags_Under_Eyes": face.has_bags,
        "Bald": face.is_bald,
        "Bangs": face.has_bangs,
        "Big_Lips": face.has_big_lips,
        "Big_Nose": face.nose == "big",
        "Black_Hair": sees_hair and face.hair_name == "black",
        "Blond_Hair": sees_hair and face.hair_name == "blond",
        "Blurry": face.is_blurry,
        "Brown_Hair": sees_hair and face.hair_name == "brown",
        "Bushy_Eyebrows": face.has_bushy_brows,
        "Chubby": face.is_chubby,
        "Double_Chin": face.has_double_chin,
        "Eyeglasses": face.glasses != "none",
        "Goatee": face.beard == "goatee",
        "Gray_Hair": sees_hair and face.hair_name == "gray",
        "Heavy_Makeup": face.has_makeup,
        "High_Cheekbones": face.has_cheekbones,
        "Male": face.is_male,
        "Mouth_Slightly_Open": face.is_mouth_open,
        "Mustache": face.beard in ("mustache", "full"),
        "Narrow_Eyes": face.has_narrow_eyes,
        "No_Beard": face.beard in ("none", "mustache"),
        "Oval_Face": face.is_oval,
        "Pale_Skin": face.is_pale,
        "Pointy_Nose": face.nose == "pointy",
        "Receding_Hairline": face.is_receding,
        "Rosy_Cheeks": face.has_rosy_cheeks,
        "Sideburns": face.has_sideburns,
        "Smiling": face.is_smiling,
        "Straight_Hair": face.is_straight,
        "Wavy_Hair": face.is_wavy,
        "Wearing_Earrings": face.earrings != "none",
        "Wearing_Hat": face.hat != "none",
        "Wearing_Lipstick": face.lipstick is not None,
        "Wearing_Necklace": face.necklace != "none",
        "Wearing_Necktie": face.has_tie,
        "Young": face.is_young,
    }
