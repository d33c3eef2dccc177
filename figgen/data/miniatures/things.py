"""Words on things: books, shirts, bottles, tags, crates."""

from __future__ import annotations

import numpy as np

from figgen.data.miniatures import textures
from figgen.data.miniatures.lettering import Hand
from figgen.data.miniatures.ornaments import disc, frame, halftone, hand, icon, palette, rounded
from figgen.data.miniatures.painting import BLACK, SIDE, WHITE, Colour, Ink, Picture, mixed, rgb
from figgen.data.miniatures.perspective import moved, rectangle, seen
from figgen.data.miniatures.scene import FLAT, Line, Scene, corners

TABLES = ("#8a5a33", "#c9b08a", "#5f4630", "#b9b4aa")


def _table(scene: Scene) -> None:
    """What a thing lies on: wood, cloth or nothing but paper with a light on it."""
    ground = scene.pick(("wood", "cloth", "studio", "studio"))
    if ground == "wood":
        top = seen(600, 600, 0, 0, scene.between(-25, 25), (-160, -160, SIDE + 160, SIDE + 160))
        scene.picture.pixels[:] = textures.planks(scene.rng, top, rgb(scene.pick(TABLES)), scene.between(60, 110))
    elif ground == "cloth":
        scene.picture.pixels[:] = textures.cloth(scene.rng, scene.pick(palette(scene.rng)))
    else:
        tone = scene.between(0.72, 0.97)
        colour = mixed((tone, tone, tone), scene.pick(palette(scene.rng)), 0.12)
        scene.picture.pixels[:] = textures.radial(mixed(colour, WHITE, 0.5), mixed(colour, BLACK, 0.18), reach=0.8)


def book_cover(scene: Scene) -> None:
    """A book that stands or lies, seen a little from the side."""
    _table(scene)
    width, height = 340.0, scene.between(420, 480)
    plane = seen(width, height, scene.between(-30, 30), scene.between(-8, 8), scene.between(-5, 5), (22, 18, 490, 494))
    cover = rectangle(0, 0, width, height)
    thick = np.array([12.0, 9.0])
    scene.picture.shade(moved(cover, plane) + thick, (8, 10), 0.55, 10)
    for step in np.linspace(1, 0, 9):  # the pages, then the cover
        paper = rgb("#efe8d8") if round(step * 8) % 2 else rgb("#cfc6b2")
        scene.picture.paint(moved(cover, plane) + thick * step, paper)
    colours = palette(scene.rng)
    art = _cover_art(scene, colours)
    scene.picture.paint(moved(cover, plane), art)
    scene.picture.paint(moved(rectangle(0, 0, 14, height), plane), BLACK, 0.18)
    scene.picture.paint(moved(rectangle(14, 0, 17, height), plane), WHITE, 0.2)
    upper = scene.chance(0.6)
    title_area = (38.0, 34.0, width - 26, 210.0) if upper else (38.0, height - 220, width - 26, height - 34)
    name_top = height - 76 if upper else 30.0
    if scene.chance(0.6):
        at = moved([(width / 2, height / 2 + (56 if upper else -56))], plane)[0]
        icon(scene.picture, scene.rng, (float(at[0]), float(at[1])), scene.between(48, 84), scene.pick(colours[1:4]))
    ink = scene.ink(corners(plane, title_area), colours, fancy=0.35)
    title = scene.words(scene.count(1, 4), scene.pick(("upper", "capital")), longest=8)
    face = hand(scene.rng)
    lines = [Line(words, face, ink) for words in scene.split(title, 9)]
    scene.block(plane, title_area, lines, scene.pick((0, 0.5)), scene.chance(0.5))
    if scene.chance(0.75):
        name_area = (38.0, name_top, width - 26, name_top + 46)
        name = Line(
            scene.words(scene.count(1, 2), "upper", longest=5),
            hand(scene.rng, True),
            scene.ink(corners(plane, name_area), colours, 0),
        )
        scene.block(plane, name_area, [name])


def _cover_art(scene: Scene, colours: list[Colour]) -> np.ndarray:
    """(SIDE, SIDE, 3): what is printed on a cover."""
    ground, second, _, light, dark = colours
    kind = scene.pick(("plain", "gradient", "view", "print", "bands"))
    if kind == "plain":
        return textures.plaster(scene.rng, scene.pick((ground, second, dark, light)))
    if kind == "gradient":
        return textures.gradient(scene.pick((ground, second)), dark, scene.between(50, 130))
    sheet = Picture()
    if kind == "view":
        view = scene.pick((textures.hills, textures.sky))(scene.rng)
        sheet.pixels[:] = 0.6 * view + 0.4 * np.asarray(ground, np.float32) * view
    elif kind == "print":
        sheet.pixels[:] = textures.plaster(scene.rng, light)
        halftone(sheet, scene.rng, second)
    else:
        sheet.pixels[:] = np.asarray(ground, np.float32)
        top = scene.between(190, 290)
        sheet.paint(rectangle(0, top, SIDE, top + scene.between(60, 130)), second)
    return sheet.pixels


SHIRT = np.array(
    [
        (0.33, 0.03), (0.40, 0.075), (0.50, 0.09), (0.60, 0.075), (0.67, 0.03), (0.82, 0.08), (1.02, 0.33),
        (0.88, 0.42), (0.80, 0.33), (0.80, 1.02), (0.20, 1.02), (0.20, 0.33), (0.12, 0.42), (-0.02, 0.33), (0.18, 0.08),
    ]
)  # fmt: skip


def shirt(scene: Scene) -> None:
    """A T-shirt spread out or on a hanger, with a print on its chest."""
    _table(scene)
    colours = palette(scene.rng)
    cloth = scene.pick((*colours, rgb("#1b1b1f"), rgb("#f4f4f2"), rgb("#8f969c")))
    plane = seen(
        SIDE, SIDE, scene.between(-10, 10), scene.between(-6, 6), scene.between(-5, 5), (-8, 2, SIDE + 8, SIDE + 30)
    )
    shape = moved(SHIRT * SIDE, plane)
    scene.picture.shade(shape, (6, 9), 0.5, 10)
    weave = textures.cloth(scene.rng, cloth) * textures.folds(scene.rng, scene.between(0.2, 0.45))
    scene.picture.paint(shape, weave)
    neck = disc(0.5 * SIDE, 0.03 * SIDE, 0.165 * SIDE, 0.065 * SIDE)
    scene.picture.paint(moved(neck, plane), mixed(cloth, BLACK, 0.35))
    for x in (0.2, 0.8):
        seam = rectangle(x * SIDE - 1, 0.12 * SIDE, x * SIDE + 1, 0.34 * SIDE)
        scene.picture.paint(moved(seam, plane), BLACK, 0.25)
    area = (0.235 * SIDE, 0.26 * SIDE, 0.765 * SIDE, scene.between(0.55, 0.8) * SIDE)
    ink = scene.ink(corners(plane, area), colours, fancy=0.3)
    face = hand(scene.rng)
    lines = [Line(words, face, ink) for words in scene.split(scene.words(scene.count(1, 4), longest=7), 8)]
    if len(lines) < 3 and scene.chance(0.6):
        at = moved([(SIDE / 2, 0.36 * SIDE)], plane)[0]
        icon(scene.picture, scene.rng, (float(at[0]), float(at[1])), 46, ink.colour)
        area = (area[0], 0.47 * SIDE, area[2], 0.8 * SIDE)
    scene.block(plane, area, lines, fill=scene.chance(0.6))
    scene.picture.light = 1 + (textures.folds(scene.rng, 0.2) - 1)


def bottle(scene: Scene) -> None:
    """A bottle or a jar, near enough that its sticker fills the picture."""
    view = scene.pick((textures.leaves, textures.streets))(scene.rng)
    scene.picture.pixels[:] = textures.blurred(view, 9) * 0.8 + 0.1
    half = scene.between(190, 226)
    left, right = SIDE / 2 - half, SIDE / 2 + half
    glass = rgb(scene.pick(("#3b2413", "#20442c", "#c9d4d6", "#7a1f1f", "#e9e2d0", "#27313a")))
    shoulder = scene.between(-60, 60)
    body = rounded(left, shoulder, right, SIDE + 80, 90)
    scene.picture.shade(body, (10, 6), 0.4, 14)
    scene.picture.paint(body, glass)
    scene.picture.paint(rectangle(SIDE / 2 - 70, -10, SIDE / 2 + 70, shoulder + 40), mixed(glass, BLACK, 0.1))
    colours = palette(scene.rng)
    paper = scene.pick((colours[3], colours[3], colours[0], colours[4], rgb("#e9dcc0")))
    top, bottom = scene.between(95, 150), scene.between(420, 470)
    bend = scene.between(8, 20)
    xs = np.linspace(left, right, 40)
    arc = bend * np.sqrt(np.clip(1 - ((xs - SIDE / 2) / half) ** 2, 0, 1))
    sheet = np.concatenate([np.stack([xs, top + arc], 1), np.stack([xs, bottom + arc], 1)[::-1]])
    scene.picture.paint(sheet, textures.plaster(scene.rng, paper))
    for y in (top + 14, bottom - 22):
        band = np.concatenate([np.stack([xs, y + arc], 1), np.stack([xs, y + 7 + arc], 1)[::-1]])
        scene.picture.paint(band, scene.pick(colours[:3]))
    area = (left + 46, top + bend + 34, right - 46, bottom - 34)
    ink = scene.ink(corners(FLAT, area), colours, fancy=0.25)
    face = hand(scene.rng)
    lines = [Line(words, face, ink) for words in scene.split(scene.words(scene.count(2, 5), longest=8), 9)]
    scene.block(FLAT, area, lines, fill=scene.chance(0.5))
    across = ((np.arange(SIDE, dtype=np.float32) - SIDE / 2) / half).clip(-1, 1)
    round_light = 0.35 + 0.72 * np.sqrt(1 - across**2) + 0.16 * np.exp(-(((across + 0.55) / 0.09) ** 2))
    inside = np.abs(np.arange(SIDE) - SIDE / 2) < half
    scene.picture.light = np.where(inside, round_light, 1.0).astype(np.float32)[None, :, None] * np.ones(
        (SIDE, 1, 1), np.float32
    )


def gift_tag(scene: Scene) -> None:
    """A card with a hole and a string, on whatever lies below."""
    _table(scene)
    width, height = 440.0, scene.between(200, 300)
    plane = seen(
        width, height, scene.between(-16, 16), scene.between(-16, 16), scene.between(-24, 24), (26, 26, 486, 486)
    )
    colours = palette(scene.rng)
    paper = scene.pick((rgb("#c9a26b"), colours[3], colours[1], colours[0], rgb("#f2efe6")))
    tag = np.array([(50, 0), (width, 0), (width, height), (50, height), (0, height - 60), (0, 60)])
    scene.picture.shade(moved(tag, plane), (5, 8), 0.5, 7)
    scene.picture.paint(moved(tag, plane), textures.plaster(scene.rng, paper))
    hole = (34.0, height / 2)
    scene.picture.paint(moved(disc(*hole, 15), plane), mixed(paper, BLACK, 0.25))
    scene.picture.paint(moved(disc(*hole, 9), plane), rgb("#2a2622"))
    string = np.array([(34, height / 2 - 2), (-500, height / 2 - 130), (-500, height / 2 - 120), (34, height / 2 + 3)])
    scene.picture.paint(moved(string, plane), rgb("#d8c7a0"))
    frame(scene.picture, plane, (66, 16, width - 16, height - 16), 3, scene.readable(moved(tag, plane), colours))
    area = (84.0, 32.0, width - 32, height - 32)
    ink = scene.ink(corners(plane, area), colours, fancy=0.25)
    face = hand(scene.rng)
    lines = [Line(words, face, ink) for words in scene.split(scene.words(scene.count(1, 4), longest=8), 10)]
    scene.block(plane, area, lines, fill=scene.chance(0.5))


def crate(scene: Scene) -> None:
    """A wooden box with burnt-in or stencilled words."""
    width, height = 480.0, scene.between(330, 460)
    plane = seen(
        width, height, scene.between(-30, 30), scene.between(-10, 10), scene.between(-4, 4), (14, 14, 498, 498)
    )
    view = scene.pick((textures.leaves, textures.streets, textures.sky))(scene.rng)
    scene.picture.pixels[:] = textures.blurred(view, 7)
    box = rectangle(0, 0, width, height)
    scene.picture.shade(moved(box, plane), (10, 14), 0.55, 12)
    wood = rgb(scene.pick(("#b98a57", "#caa873", "#8a6a48", "#d2b98c")))
    scene.picture.paint(moved(box, plane), textures.planks(scene.rng, plane, wood, scene.between(80, 120)))
    edges = textures.planks(scene.rng, plane, mixed(wood, BLACK, 0.15), 300)
    for left in (0.0, width - 44):
        scene.picture.paint(moved(rectangle(left, 0, left + 44, height), plane), edges)
        for y in np.arange(30, height, 90):
            scene.picture.paint(moved(disc(left + 22, y, 5), plane), rgb("#4a4038"))
    burnt = [rgb("#2a1608"), rgb("#3a1f10"), rgb("#7a1a12"), rgb("#14304a")]
    area = (66.0, 36.0, width - 66, height - 36)
    colour = scene.readable(corners(plane, area), burnt, 0.3)
    face = Hand(scene.pick(("STIX Bold", "Caladea Bold", "DejaVu Serif Bold", "Lato Black", "DejaVu Mono Bold")), 0.8)
    words = scene.words(scene.count(2, 4), "upper", longest=8)
    lines = [Line(some, face, Ink(colour)) for some in scene.split(words, 9)]
    scene.block(plane, area, lines, fill=scene.chance(0.5))
