"""Words that stand somewhere: signs on walls, plates in the street, neon, banners, blackboards."""

from __future__ import annotations

import numpy as np

from figgen.data.miniatures import textures
from figgen.data.miniatures.lettering import Hand
from figgen.data.miniatures.ornaments import disc, frame, hand, icon, palette, rounded
from figgen.data.miniatures.painting import BLACK, SIDE, WHITE, Colour, Ink, mixed, rgb
from figgen.data.miniatures.perspective import about, moved, rectangle, seen, turn
from figgen.data.miniatures.scene import Area, Line, Scene, corners

BRICKS = ("#9c4a35", "#8a5a44", "#b08a70", "#6f6a66", "#c9bfb2")
WOODS = ("#8a5a33", "#5f4630", "#a98a66", "#6d7a7c", "#4a5a4c")


def _wall(scene: Scene, plane: np.ndarray) -> None:
    """Bricks, boards or plaster on a plane, under light from one side."""
    rng = scene.rng
    kind = scene.pick(("bricks", "bricks", "planks", "plaster"))
    if kind == "bricks":
        wall = textures.bricks(rng, plane, rgb(scene.pick(BRICKS)), scene.between(70, 120))
    elif kind == "planks":
        wall = textures.planks(rng, plane, rgb(scene.pick(WOODS)), scene.between(50, 95))
    else:
        wall = textures.plaster(rng, rgb(scene.pick(("#cfc4ae", "#a9b4b8", "#b98b70", "#7f8a70", "#d8d4cc"))))
    scene.picture.pixels[:] = wall
    shade = textures.gradient((1.08,) * 3, (scene.between(0.55, 0.85),) * 3, scene.between(0, 360))
    scene.picture.light = shade[..., :1] * textures.vignette(scene.between(0, 0.35))


def _plane(
    scene: Scene, width: float, height: float, yaw: float = 32, pitch: float = 12, roll: float = 3
) -> np.ndarray:
    """A sheet of that shape seen from somewhere; the angles are the largest ones."""
    margin = scene.between(16, 40)
    a, b, c = (scene.between(-most, most) for most in (yaw, pitch, roll))
    return seen(width, height, a, b, c, (margin, margin, SIDE - margin, SIDE - margin))


def shop_sign(scene: Scene) -> None:
    """A board above a shop or on a wall."""
    width, height = 460.0, scene.between(190, 380)
    plane = _plane(scene, width, height)
    _wall(scene, plane)
    colours = palette(scene.rng)
    paper = scene.pick(colours)
    area = (0.0, 0.0, width, height)
    form = scene.pick(("square", "round", "oval"))
    shape = {
        "square": rectangle(*area),
        "round": rounded(*area, 36),
        "oval": disc(width / 2, height / 2, width / 2, height / 2),
    }[form]
    scene.picture.shade(moved(shape, plane), (7, 12), 0.6, 9)
    scene.picture.paint(moved(shape, plane), mixed(paper, BLACK, 0.45))
    inner = (shape - (width / 2, height / 2)) * (1 - 14 / width, 1 - 14 / height) + (width / 2, height / 2)
    board = textures.plaster(scene.rng, paper) if scene.chance(0.5) else np.broadcast_to(paper, (SIDE, SIDE, 3))
    scene.picture.paint(moved(inner, plane), board)
    if form != "oval":
        frame(scene.picture, plane, (16, 16, width - 16, height - 16), 4, scene.readable(moved(inner, plane), colours))
    inset = (62.0, height * 0.2, width - 62, height * 0.8) if form == "oval" else (34.0, 32.0, width - 34, height - 32)
    _titled(scene, plane, inset, colours)


def _titled(scene: Scene, plane: np.ndarray, area: Area, colours: list[Colour], most: int = 4) -> None:
    """A title that fills an area of a plane, with a smaller line below where there is room."""
    left, top, right, bottom = area
    ink = scene.ink(corners(plane, area), colours, fancy=0.45)
    title = [
        Line(words, face, ink) for face in [hand(scene.rng)] for words in scene.split(scene.words(scene.count(1, most)))
    ]
    if bottom - top > 150 and scene.chance(0.5):
        small = scene.ink(corners(plane, area), colours, fancy=0.1)
        cut = bottom - scene.between(48, 60)
        scene.block(plane, (left, top, right, cut - 14), title, fill=scene.chance(0.6))
        scene.block(plane, (left, cut, right, bottom), [Line(scene.words(1, longest=7), hand(scene.rng, True), small)])
    else:
        scene.block(plane, area, title, fill=scene.chance(0.6))


def street_plate(scene: Scene) -> None:
    """A metal plate on a post before the sky, leaves or houses."""
    view = scene.pick((textures.sky, textures.leaves, textures.streets))(scene.rng)
    scene.picture.pixels[:] = textures.blurred(view, 2)
    width, height = 460.0, scene.between(120, 330)
    plane = _plane(scene, width, height, yaw=36, pitch=8, roll=7)
    post = moved(rectangle(width / 2 - 11, -SIDE, width / 2 + 11, 2 * SIDE), plane)
    scene.picture.paint(post, textures.gradient(rgb("#c8ccd0"), rgb("#5b6066"), 0))
    sheet = rgb(scene.pick(("#1b5e3a", "#1f4e9c", "#f6f6f2", "#f2c230", "#7a2020", "#20242a")))
    plate = rounded(0, 0, width, height, 22)
    scene.picture.shade(moved(plate, plane), (3, 5), 0.4, 5)
    scene.picture.paint(
        moved(plate, plane), textures.gradient(mixed(sheet, WHITE, 0.12), mixed(sheet, BLACK, 0.12), 70)
    )
    line = scene.readable(moved(plate, plane), [WHITE, BLACK, rgb("#f2c230")])
    edge = rounded(9, 9, width - 9, height - 9, 16)
    scene.picture.paint(moved(edge, plane), line)
    inner = rounded(15, 15, width - 15, height - 15, 12)
    scene.picture.paint(moved(inner, plane), textures.gradient(mixed(sheet, WHITE, 0.1), mixed(sheet, BLACK, 0.1), 70))
    for x in (26.0, width - 26):
        scene.picture.paint(moved(disc(x, height / 2, 5), plane), rgb("#9a9a9a"))
    face = Hand(scene.pick(("Lato Bold", "DejaVu Sans Bold", "Lato Black", "Caladea Bold")), scene.between(0.75, 0.95))
    words = scene.words(1 if height < 150 else scene.count(1, 3), scene.pick(("upper", "capital")))
    lines = [Line(line_words, face, Ink(line)) for line_words in scene.split(words)]
    scene.block(plane, (46, 26, width - 46, height - 26), lines, scene.pick((0, 0.5)))


def neon_sign(scene: Scene) -> None:
    """Glowing tubes on a dark wall."""
    width, height = 450.0, scene.between(220, 420)
    plane = _plane(scene, width, height, yaw=26, pitch=10)
    wall = textures.bricks(scene.rng, plane, rgb("#57504e"), scene.between(70, 110))
    tubes = [rgb(code) for code in ("#ff4fa3", "#4fe3ff", "#ffe45e", "#7dff8a", "#ff6b3d", "#c79bff")]
    colour = scene.pick(tubes)
    lit = textures.radial(mixed(colour, WHITE, 0.1), BLACK, reach=0.75)
    scene.picture.pixels[:] = wall * 0.22 + wall * lit * 0.55
    if scene.chance(0.5):
        other = scene.pick(tubes)
        shape = rounded(0, 0, width, height, 30)
        for blur, strength in ((14, 0.6), (3, 0.9)):
            ring = np.concatenate([shape, shape[:1], _shrunk(shape, 6), _shrunk(shape, 6)[:1]])
            scene.picture.soften(moved(ring, plane), other, strength, blur)
        scene.picture.paint(moved(ring, plane), mixed(other, WHITE, 0.6))
    face = Hand(
        scene.pick(("Fredoka One", "Caladea Bold Italic", "Lato Bold", "Amatic SC Bold", "Lato Black Italic")),
        0.95,
        0.06,
    )
    lines = []
    for words in scene.split(scene.words(scene.count(1, 4), longest=8), 9):
        glow = scene.pick((colour, colour, *tubes))
        lines.append(Line(words, face, Ink(mixed(glow, WHITE, 0.72), glow=glow)))
    scene.block(plane, (34, 34, width - 34, height - 34), lines, fill=scene.chance(0.4))


def _shrunk(shape: np.ndarray, by: float) -> np.ndarray:
    """The same shape, its points `by` nearer to the middle, running the other way."""
    inwards = np.sign(shape.mean(0) - shape)
    return (shape + by * inwards)[::-1]


def hanging_banner(scene: Scene) -> None:
    """Cloth between two posts in the open."""
    view = scene.pick((textures.sky, textures.leaves, textures.hills, textures.streets))(scene.rng)
    scene.picture.pixels[:] = textures.blurred(view, 2.5)
    width, height = 470.0, scene.between(150, 300)
    plane = _plane(scene, width, height, yaw=24, pitch=6, roll=5)
    colours = palette(scene.rng)
    paper = scene.pick(colours)
    xs = np.linspace(0, width, 40)
    sag, waves = scene.between(4, 16), scene.between(2, 5)
    hem = sag * np.sin(np.pi * xs / width) + waves * np.sin(xs / 38 + scene.between(0, 6))
    shape = np.concatenate([np.stack([xs, hem - 6], 1), np.stack([xs, height - 6 + hem], 1)[::-1]])
    for x in (2.0, width - 2):
        pole = moved(rectangle(x - 5, -SIDE, x + 5, 2 * SIDE), plane)
        scene.picture.paint(pole, textures.gradient(rgb("#7a5a3a"), rgb("#3a2a1a"), 0))
    scene.picture.shade(moved(shape, plane), (5, 8), 0.35, 7)
    scene.picture.paint(moved(shape, plane), textures.cloth(scene.rng, paper))
    _light_within(scene, moved(shape, plane), textures.folds(scene.rng, scene.between(0.3, 0.6), 0.15))
    if scene.chance(0.4):
        stripe = rectangle(0, height - 26 + sag / 2, width, height - 18 + sag / 2)
        scene.picture.paint(moved(stripe, plane), scene.pick(colours), 0.9)
    _titled(scene, plane, (34, 26 + sag, width - 34, height - 34), colours, most=5)


def _light_within(scene: Scene, points: np.ndarray, light: np.ndarray) -> None:
    """Light that falls on a polygon only."""
    mask = type(scene.picture)(np.zeros((SIDE, SIDE, 3), np.float32))
    mask.paint(points, WHITE)
    share = mask.pixels[..., :1]
    scene.picture.light = scene.picture.light * (1 - share + share * light)


def blackboard(scene: Scene) -> None:
    """Chalk on a board with a wooden frame, before a shop or in a kitchen."""
    width, height = 430.0, scene.between(300, 470)
    plane = _plane(scene, width, height, yaw=22, pitch=10, roll=4)
    _wall(scene, plane)
    wood = rgb(scene.pick(WOODS))
    outside = rectangle(-18, -18, width + 18, height + 18)
    scene.picture.shade(moved(outside, plane), (8, 12), 0.55, 9)
    scene.picture.paint(moved(outside, plane), textures.planks(scene.rng, plane, wood, 36))
    slate = rgb(scene.pick(("#22262a", "#1f3029", "#2b2b2f")))
    dust = textures.between(textures.noise(scene.rng, 4, 4, 3), slate, mixed(slate, WHITE, 0.16))
    scene.picture.paint(moved(rectangle(0, 0, width, height), plane), dust)
    chalks = [rgb(code) for code in ("#f6f4ee", "#f6f4ee", "#f7e08a", "#f5b3c0", "#a9dcf0", "#bfe6b0")]
    face = Hand(
        scene.pick(("Amatic SC Bold", "Amatic SC Bold", "Fredoka One", "Caladea Bold Italic")), scene.between(1, 1.2)
    )
    words = scene.words(scene.count(2, 6), longest=8)
    lines = [Line(some, face, Ink(scene.pick(chalks)), scene.pick((1.0, 1.0, 1.25))) for some in scene.split(words, 12)]
    foot = height - 24
    if scene.chance(0.35) and len(lines) < 4:
        at = moved([(width / 2, height - 60)], plane)[0]
        icon(scene.picture, scene.rng, (float(at[0]), float(at[1])), 34, scene.pick(chalks))
        foot = height - 108
    tilt = about(width / 2, height / 2, turn(scene.between(-4, 4)))
    scene.block(plane @ tilt, (26, 24, width - 26, foot), lines, scene.pick((0, 0.5, 0.5)))
