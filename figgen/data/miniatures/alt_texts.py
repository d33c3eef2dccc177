"""What the web says about pictures with words: alternative texts of shops and blogs, and prompts with quotes.

None of this wording holds a word of words.TEST_WORDS.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# By layout; the words of the picture stand in for {}.
ALT_TEXTS = {
    "poster": ("{} poster", "{} - vintage wall art print", "Official {} movie poster", "Retro print: {}", "{}"),
    "advertisement": ("{}", "{} - limited deals", "{} banner", "Big sale: {}"),
    "quotation": ("{} - inspirational quote", "Motivational saying: {}", "{} canvas print", "Quote '{}'"),
    "emblem": ("{} embroidered badge", "{} logo sticker", "Vintage emblem {}", "{} badge, 8 cm"),
    "tin sign": ("{} tin sign", "Blechschild {}", "Retro garage decor - {}", "{} - rustic aluminium sign 30x30"),
    "shop sign": ("{} storefront sign", "The sign of {}", "Sign above the door: {}", "{} - painted wooden sign"),
    "street plate": ("{} sign", "Old enamel sign {}", "Photo of a sign saying {}", "{} aluminium sign"),
    "neon sign": ("{} neon sign", "Neon lettering: {}", "{} - LED neon wall decor", "Glowing {} sign at night"),
    "banner": ("{} outdoor banner", "Festival banner {}", "A banner reading {}", "{} - banner 3 x 1 m"),
    "blackboard": ("{} chalk sign", "Chalkboard menu: {}", "{} - blackboard lettering", "Cafe blackboard saying {}"),
    "book cover": ("{} (hardcover)", "{} - paperback", "{} cover", "{}, limited edition"),
    "shirt": ("{} T-shirt", "{} unisex tee", "Women's shirt {}", "{} - printed shirt"),
    "bottle": ("{} craft beer", "Bottle of {}", "{} 330 ml", "{} soda bottle"),
    "gift tag": ("{} gift tag", "Birthday tag - {}", "{} card, kraft cardboard", "Craft tag saying {}"),
    "crate": ("{} wooden crate", "Rustic box {}", "Old shipping crate: {}", "{} wooden box, farmhouse decor"),
}
# By subset of MARIO-Eval, where the layout does not say it all.
PROMPTS = {
    "TMDBEval500": ("A movie poster titled {}", "{} movie poster", "Official poster of the film {}"),
    "OpenLibraryEval500": ("A hardcover titled {}", "{} cover", "The cover of a paperback titled {}"),
    "ChineseDrawText": ("A poster of a pagoda that says {}", "A teacup with {} written on it"),
    "DrawBenchText": ("A storefront with {} written on it.", "New York skyline with {} written with fireworks."),
    "DrawTextCreative": ("a grumpy sunflower with a {} sign", "a hedgehog holding a chalkboard that says {}"),
}


def alt_text(layout: str, words: Sequence[str], rng: np.random.Generator) -> str:
    """The caption of a picture in a layout of prints.LAYOUTS; now and then its words are in another case."""
    said = " ".join(words)
    return _one_of(ALT_TEXTS[layout], rng).format(said.title() if rng.random() < 0.2 else said)


def prompt(subset: str, layout: str, words: Sequence[str], rng: np.random.Generator) -> str:
    """A prompt of a subset of MARIO-Eval; its keywords stand in single quotes."""
    frames = PROMPTS.get(subset) or tuple(frame for frame in ALT_TEXTS[layout] if "'" not in frame)
    return _one_of(frames, rng).format(f"'{' '.join(words)}'")


def _one_of(frames: Sequence[str], rng: np.random.Generator) -> str:
    return frames[int(rng.integers(len(frames)))]
