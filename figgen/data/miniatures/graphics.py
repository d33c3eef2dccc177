"""Pictures that are nothing but print: posters, advertisements, cards with sayings, emblems, tin signs."""

from __future__ import annotations

import numpy as np

from figgen.data.miniatures import textures
from figgen.data.miniatures.lettering import Hand
from figgen.data.miniatures.ornaments import disc, frame, halftone, hand, icon, palette, rays, strip
from figgen.data.miniatures.painting import SIDE, Colour, mixed, rgb
from figgen.data.miniatures.perspective import about, lean, moved, rectangle, turn
from figgen.data.miniatures.scene import FLAT, Line, Scene, corners, whole


def poster(scene: Scene) -> None:
    """A title at the top, at the foot or across, over a drawing or a photograph."""
    colours = palette(scene.rng)
    _artwork(scene, colours)
    lines = scene.split(scene.words(scene.count(2, 4)))
    at_top = scene.chance(0.55)
    depth = scene.between(0.38, 0.52) * SIDE
    area = (26.0, 26.0, SIDE - 26.0, 26 + depth) if at_top else (26.0, SIDE - 26 - depth, SIDE - 26.0, SIDE - 26.0)
    plane = about(SIDE / 2, SIDE / 2, turn(scene.pick((0, 0, 0, 0, -4, 4, -7))))
    title, ink = hand(scene.rng), scene.ink(corners(plane, area), colours, fancy=0.6)
    scene.block(plane, area, [Line(words, title, ink) for words in lines], scene.pick((0, 0.5, 0.5)), scene.chance(0.6))
    if scene.chance(0.6):
        _small_line(scene, colours, SIDE - 78.0 if at_top else 26.0)


def _small_line(scene: Scene, colours: list[Colour], top: float) -> None:
    """A line at the far end: a name, a place."""
    area = (34.0, top, SIDE - 34.0, top + 50)
    ink = scene.ink(corners(FLAT, area), colours, fancy=0.2)
    scene.block(FLAT, area, [Line(scene.words(scene.count(1, 2), longest=7), hand(scene.rng, small=True), ink)])


def _artwork(scene: Scene, colours: list[Colour]) -> None:
    """What a poster shows."""
    picture, rng = scene.picture, scene.rng
    ground, second, accent, light, dark = colours
    look = scene.pick(("photo", "photo", "lights", "rays", "shapes", "shapes", "print"))
    if look == "photo":
        view = scene.pick((textures.hills, textures.streets, textures.sky))(rng)
        tint = np.asarray(mixed(ground, dark, 0.5), np.float32)
        picture.pixels[:] = view * (1 - 0.45) + view * tint * 0.75
    elif look == "lights":
        picture.pixels[:] = textures.lights(rng, mixed(dark, ground, 0.3), [accent, second, light])
    elif look == "rays":
        picture.pixels[:] = textures.radial(second, ground)
        rays(picture, scene.between(150, 360), scene.between(180, 330), scene.count(10, 18), light, 0.35)
    elif look == "shapes":
        picture.pixels[:] = textures.gradient(ground, mixed(ground, dark, 0.5), scene.between(60, 120))
        _shapes(scene, colours)
    else:
        picture.pixels[:] = textures.plaster(rng, light)
        halftone(picture, rng, second)
    if look in ("rays", "shapes", "print"):
        at = (scene.between(170, 340), scene.between(200, 330))
        icon(picture, rng, at, scene.between(60, 130), scene.pick((accent, second, light)))
    picture.light = textures.vignette(scene.between(0, 0.4))


def _shapes(scene: Scene, colours: list[Colour]) -> None:
    """A few large discs, strips and triangles."""
    for _ in range(scene.count(3, 7)):
        x, y, size = scene.between(0, SIDE), scene.between(0, SIDE), scene.between(50, 190)
        points = (
            disc(x, y, size),
            moved(rectangle(x - 2 * size, y - size / 4, x + 2 * size, y + size / 4), about(x, y, turn(-35))),
            moved(disc(x, y, size)[::24], about(x, y, turn(scene.between(0, 120)))),
        )[scene.count(0, 2)]
        scene.picture.paint(points, scene.pick(colours[:3]), scene.between(0.35, 0.9))


def advertisement(scene: Scene) -> None:
    """Slanted strips with heavy words on a photograph, as above a video or a sale."""
    colours = palette(scene.rng)
    ground, second, accent, light, dark = colours
    view = scene.pick((textures.streets, textures.hills, textures.leaves))(scene.rng)
    scene.picture.pixels[:] = textures.blurred(view, scene.between(1, 6))
    wedge = [(0, 0), (scene.between(190, 330), 0), (scene.between(110, 330), SIDE), (0, SIDE)]
    scene.picture.paint(np.array(wedge, float), textures.gradient(ground, dark, 70), 0.92)
    plane = about(SIDE / 2, SIDE / 2, turn(scene.between(-14, 8)) @ lean(scene.pick((0, 0, 0.15))))
    face = scene.pick(("Lato Black", "Lato Black Italic", "DejaVu Sans Bold", "Fredoka One"))
    y, heavy = scene.between(110, 190), Hand(face, scene.between(0.7, 1))
    for words in scene.split(scene.words(scene.count(2, 5), "upper", longest=8)):
        area = (60.0, y, SIDE - 60.0, y + scene.between(84, 110))
        paper = scene.pick((accent, second, light, dark))
        on_strip = scene.chance(0.6)
        if on_strip:
            strip(scene.picture, plane, (area[0] - 18, area[1] - 4, area[2] + 18, area[3] + 4), paper)
        ink = scene.ink(corners(plane, area), colours, fancy=0.2 if on_strip else 0.9)
        scene.block(plane, area, [Line(words, heavy, ink)], scene.pick((0, 0.5)))
        y = area[3] + 16


def quotation(scene: Scene) -> None:
    """A saying over a calm photograph, on a pale or dark panel."""
    colours = palette(scene.rng)
    view = scene.pick((textures.hills, textures.leaves, textures.sky))(scene.rng)
    scene.picture.pixels[:] = textures.blurred(view, scene.between(0.5, 4))
    margin = scene.between(36, 70)
    paper, line = (colours[3], colours[4]) if scene.chance(0.5) else (colours[4], colours[3])
    panel = rectangle(*whole(margin))
    scene.picture.shade(panel, (6, 6), 0.4, 8)
    scene.picture.paint(panel, paper, scene.between(0.72, 0.95))
    frame(scene.picture, FLAT, whole(margin + 10), 2.5, line)
    face = hand(scene.rng)
    ink = scene.ink(panel, [line, colours[0]], fancy=0.1)
    lines = [Line(words, face, ink) for words in scene.split(scene.words(scene.count(3, 6), longest=8), 12)]
    scene.block(FLAT, whole(margin + 30), lines, scene.pick((0, 0.5, 0.5)), scene.chance(0.25))


def emblem(scene: Scene) -> None:
    """A round badge: words along its rim, a word or a sign in its middle."""
    colours = palette(scene.rng)
    ground, second, accent, light, dark = colours
    scene.picture.pixels[:] = textures.plaster(scene.rng, scene.pick((light, mixed(ground, light, 0.7), dark)))
    plane = about(SIDE / 2, SIDE / 2, turn(scene.between(-10, 10)))
    middle, radius = SIDE / 2, scene.between(216, 238)
    rings = ((1.0, dark), (0.965, accent), (0.93, ground), (0.62, light), (0.585, second))
    scene.picture.shade(disc(middle, middle, radius), (7, 9), 0.5, 9)
    for share, colour in rings:
        scene.picture.paint(disc(middle, middle, radius * share), colour)
    face = hand(scene.rng, small=True)
    ring = disc(middle, middle, radius * 0.78)
    ink = scene.ink(ring, [light, accent, dark], fancy=0.2)
    for upper in (True, False) if scene.chance(0.7) else (True,):
        words = scene.words(scene.count(1, 2), "upper", longest=7)
        scene.arc(plane, middle, middle, radius * 0.695, radius * 0.158, Line(words, face, ink), upper)
    inner = radius * 0.42
    area = (middle - inner, middle - inner * 0.8, middle + inner, middle + inner * 0.8)
    if scene.chance(0.55):
        inside = scene.ink(corners(plane, area), [light, dark, accent], fancy=0.3)
        lines = scene.split(scene.words(scene.count(1, 2), longest=7), 7)
        scene.block(plane, area, [Line(words, hand(scene.rng), inside) for words in lines], fill=True)
    else:
        icon(scene.picture, scene.rng, (middle, middle), inner * 0.8, scene.readable(corners(plane, area), colours))


def tin_sign(scene: Scene) -> None:
    """An old painted sheet of metal with a frame, rust along its edges, and sometimes a slant."""
    colours = palette(scene.rng)
    ground, second, accent, light, dark = colours
    sheet = scene.pick((light, rgb("#f2c94c"), ground, rgb("#e8dcc0")))
    scene.picture.pixels[:] = textures.plaster(scene.rng, sheet)
    frame(scene.picture, FLAT, whole(scene.between(10, 18)), scene.between(4, 9), scene.pick((dark, second)))
    rust = (textures.noise(scene.rng, 6, 5) * 1.5 - 0.25 + _to_the_edge()).clip(0, 1) ** 6
    scene.picture.pixels[:] = (
        scene.picture.pixels * (1 - rust * 0.8) + np.array(rgb("#6b3a1e"), np.float32) * rust * 0.8
    )
    plane = about(SIDE / 2, SIDE / 2, turn(scene.between(-16, 3) if scene.chance(0.6) else 0.0))
    top, line = scene.between(60, 80), scene.readable(rectangle(*whole(60)), [dark, second, accent])
    first = scene.words(scene.count(1, 2), "upper", longest=8)
    area = (50.0, top, SIDE - 50.0, top + scene.between(100, 150))
    ink = scene.ink(corners(FLAT, area), colours, fancy=0.8)
    scene.block(FLAT, area, [Line(words, hand(scene.rng), ink) for words in scene.split(first, 9)], fill=True)
    at, size = (SIDE / 2, scene.between(270, 300)), scene.between(46, 70)
    icon(scene.picture, scene.rng, at, size, scene.pick((second, accent, line)))
    low = (70.0, 360.0, SIDE - 70.0, 440.0)
    script = Hand(scene.pick(("Fredoka One", "Caladea Bold Italic", "STIX Bold Italic", "Amatic SC Bold")))
    small = scene.ink(corners(FLAT, low), [line], fancy=0.1)
    scene.block(plane, low, [Line(scene.words(scene.count(1, 3), longest=7), script, small)])


def _to_the_edge() -> np.ndarray:
    """(SIDE, SIDE, 1): 0 inside, up to 0.5 at the edges."""
    near = np.minimum(np.arange(SIDE), np.arange(SIDE)[::-1]).astype(np.float32)
    return 0.5 * np.exp(-np.minimum(near[:, None], near[None]) / 14)[..., None]
